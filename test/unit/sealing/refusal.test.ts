import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readRefusedFiles } from '../../support/sealed-backup-vectors.ts';

const read = (path: string) => readFile(new URL(path, new URL('../../../', import.meta.url)), 'utf8');

/** The reasons as the code lists them. */
async function reasonsInCode(): Promise<string[]> {
  const table =
    /const REFUSALS = \{([^]*?)\n\} as const;/.exec(await read('main/sealing/refusal.ts'))?.[1] ?? '';
  return [...table.matchAll(/^ {2}([A-Z][A-Za-z]+):/gm)].map(([, reason]) => reason ?? '');
}

describe('reasons of refusal (SEALED-BACKUP 10)', () => {
  it('are all in the table of checks in docs/sealed-backup-format.md, and nothing else is', async () => {
    const table =
      (await read('docs/sealed-backup-format.md')).split('## Checks, in order')[1]?.split('\n### ')[0] ?? '';
    const rows = table.split('\n').filter((line) => /^\| *\d/.test(line));
    const documented = rows.flatMap((row) => [...(row.split('|').at(-2) ?? '').matchAll(/`([A-Za-z]+)`/g)]);
    expect(new Set(documented.map(([, reason]) => reason))).toEqual(new Set(await reasonsInCode()));
    expect(rows.length).toBe(27);
  });

  it('each have a file that is refused for it', async () => {
    const refused = new Set((await readRefusedFiles()).map(({ reason }) => reason));
    // No vector is 1.7 GB: test/unit/sealing/verify-sealed-backup.test.ts claims such a size instead.
    refused.add('SealedBackupTooLarge');
    expect(refused).toEqual(new Set(await reasonsInCode()));
  });
});
