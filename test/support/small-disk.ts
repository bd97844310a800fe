import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, 1 MiB large, in memory. */
export interface SmallDisk {
  readonly path: string;
  remount(access: 'ro' | 'rw'): void;
  unmount(): void;
}

/** Why small disks cannot be had here, or undefined if they can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is Linux only';
  try {
    mountSmallDisk().unmount();
    return undefined;
  } catch {
    return 'mount is not permitted to this user';
  }
}

export function mountSmallDisk(): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'strongroom-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', path], { stdio: 'pipe' });
  } catch (thrown) {
    rmdirSync(path);
    throw thrown;
  }
  return {
    path,
    remount: (access) => execFileSync('mount', ['-o', `remount,${access}`, path]),
    unmount: () => {
      // Lazily: a failed test may still have a file open, and must not leave a mount behind as well.
      execFileSync('umount', ['--lazy', path]);
      rmdirSync(path);
    },
  };
}
