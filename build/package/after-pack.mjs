import { lstat, lutimes, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Called by electron-builder before it makes the artefacts of a target: every file gets the time of the commit, so that the
 * same commit gives the same archives.
 */
export default async function afterPack({ appOutDir }) {
  const seconds = Number(process.env.SOURCE_DATE_EPOCH);
  if (!Number.isSafeInteger(seconds)) throw new Error('SOURCE_DATE_EPOCH is not set: use npm run package.');
  await setTimes(appOutDir, seconds);
}

async function setTimes(path, seconds) {
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) await setTimes(join(path, name), seconds);
  }
  await lutimes(path, seconds, seconds);
}
