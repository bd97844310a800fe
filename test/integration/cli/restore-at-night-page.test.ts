import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findModule } from '../../support/practice-tokens.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TwoRegions } from '../../support/two-regions.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PROOF = 'The text that proves the restore.\n';
const APPROVAL_NEEDED = 'Dual control: in compartment Payments this needs a second operator';

/** The shell blocks of the page, by the section that they stand in. */
async function blocksOf(page: string): Promise<Map<string, string>> {
  const sections = (await readFile(page, 'utf8')).split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```sh.*\n([^]*?)^```$/gm)].map((match) => match[1] ?? '').join(''),
    ]),
  );
}

/** By day: a vault is backed up onto the stick, and a proof is laid beside it. */
async function byDay(regions: TwoRegions, stick: string): Promise<void> {
  const vault = await regions.makeVault();
  const key = await regions.makeKey(vault.id, 'Cards', { algorithm: 'AES', length: 32 });
  await writeFile(regions.path('proof'), PROOF);
  await regions.call('crypto.encrypt', {
    keyId: key.id,
    in: regions.path('proof'),
    out: join(stick, 'proof.encrypted'),
  });
  await regions.call('vault.backup', {
    vaultId: vault.id,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
  });
  await regions.call('backup.export', { vaultId: vault.id, out: stick });
}

it(
  'rules R40, R43, R63: the commands of docs/restore-at-night.md work as they stand',
  { timeout: 300_000 },
  async () => {
    const folder = temporaryFolder();
    const stick = join(folder, 'stick');
    const night = join(folder, 'night');
    await Promise.all([mkdir(stick), mkdir(night)]);
    await using regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    await byDay(regions, stick);

    const blocks = await blocksOf(join(ROOT, 'docs/restore-at-night.md'));
    const block = (number: string): string => {
      const found = [...blocks].find(([title]) => title.startsWith(number));
      if (found === undefined) throw new Error(`The page has no section ${number}.`);
      return found[1];
    };
    // The lines that the page says are to be corrected to what the machine has.
    const where = block('1.')
      .replace('STICK=/media/stick', `STICK='${stick}'`)
      .replace('MODULE=/usr/lib/softhsm/libsofthsm2.so', `MODULE='${findModule('SoftHSM')}'`);
    // The terminal's answers: passphrases and the PIN come from files.
    const passphrase = join(night, 'passphrase');
    await writeFile(passphrase, 'three owls at night\n', { mode: 0o600 });
    const bash = async (...scripts: readonly string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)(
        'bash',
        ['-c', ['set -euo pipefail', ...scripts].join('\n')],
        {
          cwd: night,
          maxBuffer: 16 * 1024 * 1024,
          env: {
            PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
            HOME: night,
            ...regions.zrh.environment,
            STRONGROOM_PIN_FILE_ZRH: regions.zrh.pinFile,
            STRONGROOM_PASSPHRASE_FILE: passphrase,
          },
        },
      );
      return stdout;
    };
    const shown = await bash(where, ...['2.', '3.', '4.', '5.', '6.', '7.'].map(block));
    expect(shown).toContain('This restore may go ahead: 3 to add');
    expect(shown).toContain('This plan was executed: 3 added');
    expect(await readFile(join(night, 'night-proof.txt'), 'utf8')).toBe(PROOF);
    expect(await readFile(join(night, 'night-audit.jsonl'), 'utf8')).toContain('"vault.restore-from-file"');

    // The same on a home under dual control, with a second officer.
    const agreed = await bash(
      where,
      'export STRONGROOM_OPERATOR=night',
      `strongroom operator create --operator-name duty-officer --new-passphrase-file '${passphrase}'`,
      'strongroom group add-member --group-name Administrators --operator-name duty-officer',
      "COMPARTMENT=$(strongroom compartment list --output table | grep -o 'ocid1\\.compartment\\.[^ ]*')",
      'strongroom compartment update --compartment-id "$COMPARTMENT" --is-approval-required true',
      'BACKUP=$(ls "$STICK"/vault-backup-*)',
      block('4.'),
      `if { ${block('5.')} } 2> refusal; then exit 9; fi`,
      block('If a second officer'),
      block('5.'),
    );
    expect(await readFile(join(night, 'refusal'), 'utf8')).toContain(APPROVAL_NEEDED);
    expect(agreed).toContain('GRANTED');
    expect(agreed).toContain('This plan was executed: 0 added');
  },
);
