import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPassphraseFile } from '../../../main/access/passphrase-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function fileOf(content: string | Uint8Array, mode = 0o600): string {
  const path = join(temporaryFolder(), 'passphrase');
  writeFileSync(path, content, { mode });
  return path;
}

describe('rule R62: a passphrase file', () => {
  it.each([
    ['with the end of its line', 'correct horse\n'],
    ['with a Windows end of its line', 'correct horse\r\n'],
    ['without an end', 'correct horse'],
  ])('is one line, %s', async (_, content) => {
    expect(await readPassphraseFile(fileOf(content))).toBe('correct horse');
  });

  it('may hold the longest passphrase in its longest encoding', async () => {
    const longest = '🔑'.repeat(1024);
    expect(await readPassphraseFile(fileOf(`${longest}\r\n`))).toBe(longest);
  });

  it('may be a link, as secrets of a service manager are', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync(fileOf('correct horse'), link);
    expect(await readPassphraseFile(link)).toBe('correct horse');
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['an empty line', '\n', 'is empty'],
    ['two lines', 'correct\nhorse\n', 'more than one line'],
    ['a file that is no text', new Uint8Array([0xff, 0xfe, 0x41]), 'not text in UTF-8'],
    ['more than any passphrase', 'x'.repeat(1024 * 1024), 'longer than any passphrase'],
  ])('with %s is refused', async (_, content, flaw) => {
    const error = await readPassphraseFile(fileOf(content)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'InvalidParameter', reason: 'PassphraseFileUnfit' });
    expect((error as Error).message).toContain(flaw);
  });

  it.skipIf(process.platform === 'win32')(
    'that others can read, or that is none, is refused at once',
    async () => {
      const readable = fileOf('correct horse');
      chmodSync(readable, 0o640);
      const folder = join(temporaryFolder(), 'folder');
      mkdirSync(folder);
      const pipe = join(temporaryFolder(), 'pipe');
      execFileSync('mkfifo', ['-m', '600', pipe]);
      for (const [path, flaw] of [
        [readable, 'used by others'],
        [folder, 'not a regular file'],
        [pipe, 'not a regular file'],
        [join(folder, 'missing'), 'ENOENT'],
      ] as const) {
        const error = await readPassphraseFile(path).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ reason: 'PassphraseFileUnfit' });
        expect((error as Error).message).toContain(flaw);
      }
    },
  );
});
