import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';

/**
 * Called by electron-builder at the end: writes each tar.gz anew, with files in order and with the commit's time. Its own
 * takes them as the file system gives them, while the deb beside it still adds files, and after the fuses changed the program.
 */
export default function afterAllArtifactBuild({ outDir, artifactPaths }) {
  for (const path of artifactPaths.filter((candidate) => candidate.endsWith('.tar.gz'))) {
    const folder = basename(path, '.tar.gz');
    execFileSync('tar', [
      '--create',
      `--file=${path}`,
      '--use-compress-program=gzip --no-name --fast',
      '--sort=name',
      `--mtime=@${process.env.SOURCE_DATE_EPOCH}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      `--transform=s,^linux-unpacked,${folder},`,
      `--directory=${outDir}`,
      'linux-unpacked',
    ]);
  }
  return [];
}
