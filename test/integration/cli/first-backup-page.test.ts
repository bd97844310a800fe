import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findModule } from '../../support/practice-tokens.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Every shell block of the page, in order, as one script that stops at the first command that fails. */
async function commandsOf(page: string): Promise<string> {
  const text = await readFile(page, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  return ['set -euo pipefail', ...blocks].join('\n');
}

it('the commands of docs/first-backup.md work as they stand', { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  // npx finds the program where it finds it in a checkout: in node_modules/.bin of the current folder.
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(ROOT, 'node_modules/.bin'), join(folder, 'node_modules/.bin'));
  const script = await commandsOf(join(ROOT, 'docs/first-backup.md'));
  // The page names the module where Debian has it; elsewhere it is where this machine has it.
  const here = script.replace('/usr/lib/softhsm/libsofthsm2.so', findModule('SoftHSM'));
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('STRONGROOM_')),
  );
  const { stdout } = await promisify(execFile)('bash', ['-c', here], {
    cwd: folder,
    // Nothing of this machine's own home is touched.
    env: { ...environment, HOME: folder, XDG_DATA_HOME: folder },
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(stdout).toContain('The ciphertext from before the disaster is readable.');
  expect(stdout.match(/Payments Vault/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
});
