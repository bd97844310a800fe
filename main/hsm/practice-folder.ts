import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { findKnownModules } from './known-modules.ts';

/** A private folder of SoftHSM2 tokens to practise with: nothing in it guards anything. */
export interface PracticeFolder {
  readonly modulePath: string;
  /** What the module's process must see, so that its tokens are kept in this folder. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a file, readable by its owner only, with a fresh PIN of 8 digits. @returns its path. */
  newPinFile(name: string): Promise<string>;
}

/**
 * Makes a folder for practice tokens. The folder must not be in use for others: SoftHSM keeps key values in its files.
 * @throws StrongroomError ServiceUnavailable, reason `SoftHsmMissing`, where SoftHSM2 is not installed.
 */
export async function makePracticeFolder(folder: string): Promise<PracticeFolder> {
  const modulePath = findKnownModules().find((module) => module.vendor === 'SoftHSM')?.path;
  if (modulePath === undefined) {
    throw new StrongroomError(
      'ServiceUnavailable',
      'SoftHSM2, which makes practice tokens, is not installed.',
      'Install it (Debian: apt-get install softhsm2), then try again.',
      { reason: 'SoftHsmMissing' },
    );
  }
  const tokens = join(folder, 'tokens');
  const configuration = join(folder, 'softhsm2.conf');
  await mkdir(tokens, { recursive: true, mode: 0o700 });
  await writeFile(
    configuration,
    `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    {
      mode: 0o600,
    },
  );
  return {
    modulePath,
    environment: { SOFTHSM2_CONF: configuration },
    newPinFile: async (name) => {
      const path = join(folder, `${name}.pin`);
      await writeFile(path, `${String(randomInt(0, 100_000_000)).padStart(8, '0')}\n`, {
        mode: 0o600,
        flag: 'wx',
      });
      return path;
    },
  };
}
