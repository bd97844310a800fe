import { open, constants } from 'node:fs/promises';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { LONGEST_PASSPHRASE } from './passphrase.ts';

/** A character has four bytes of UTF-8 at the most; then the end of the line. */
const MOST_BYTES = LONGEST_PASSPHRASE * 4 + 2;

/**
 * The one line of a file that only its owner can read (rule R62). Refused like a PIN file: what others can read is no
 * secret any more, and a warning would be overlooked.
 * @throws StrongroomError InvalidParameter, reason `PassphraseFileUnfit`
 */
export async function readPassphraseFile(path: string): Promise<string> {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  try {
    return oneLine(path, bytes.subarray(0, await readPrivateFile(path, bytes)));
  } finally {
    bytes.fill(0);
  }
}

async function readPrivateFile(path: string, into: Buffer): Promise<number> {
  let file;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang; it is refused below.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    throw unfit(
      path,
      `cannot be opened (${errnoOf(thrown) ?? 'unknown'})`,
      'Check its path and that you own it.',
      thrown,
    );
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) {
      throw unfit(path, 'is not a regular file', 'Write the passphrase into a file of your own (chmod 600).');
    }
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      throw unfit(
        path,
        'can be used by others than its owner',
        `Run: chmod 600 '${path}' - and if others may have read it, choose a new passphrase.`,
      );
    }
    return (await file.read(into, 0, into.length, 0)).bytesRead;
  } finally {
    await file.close();
  }
}

function oneLine(path: string, bytes: Buffer): string {
  const next = 'Write the passphrase, and nothing else, into it as one line.';
  if (bytes.length > MOST_BYTES) throw unfit(path, 'is longer than any passphrase', next);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    throw unfit(path, 'is not text in UTF-8', next, thrown);
  }
  const line = text.replace(/\r?\n$/, '');
  if (line === '') throw unfit(path, 'is empty', next);
  if (/[\r\n]/.test(line)) throw unfit(path, 'has more than one line', next);
  return line;
}

function unfit(path: string, what: string, next: string, cause?: unknown): StrongroomError {
  return new StrongroomError('InvalidParameter', `The passphrase file ${path} ${what}.`, next, {
    reason: 'PassphraseFileUnfit',
    cause,
  });
}
