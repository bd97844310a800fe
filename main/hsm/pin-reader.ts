import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { PinForLogin } from './module-call.ts';
import { decodePin, MAXIMUM_PIN_BYTES, NO_USABLE_PIN, pinEntryCancelled } from './pin-entry.ts';
import { readPinFromTerminal } from './terminal-pin.ts';

/**
 * Reads a PIN, inside the token's process only (rule R71).
 * @param onAsking told true while a person is being asked, and false after.
 */
export async function readPin(
  source: Exclude<PinForLogin, { kind: 'none' }>,
  onAsking: (isAsking: boolean) => void,
): Promise<string> {
  if (source.kind === 'file') return readPinFile(source.path);
  if (source.kind === 'entered') return enteredPin(source.pin);
  onAsking(true);
  try {
    return await readPinFromTerminal(source.prompt);
  } finally {
    onAsking(false);
  }
}

/** Decodes what main handed over, and wipes it. @throws NotAuthenticated, reason `PinEntryCancelled`. */
function enteredPin(bytes: Uint8Array): string {
  try {
    const pin = bytes.length === 0 || bytes.length > MAXIMUM_PIN_BYTES ? undefined : decodePin(bytes);
    if (pin === undefined) throw pinEntryCancelled(NO_USABLE_PIN);
    return pin;
  } finally {
    bytes.fill(0);
  }
}

/**
 * The first line of a file that only its owner can read. Refused like ssh refuses a private key: what others can read is
 * no secret any more, and a warning would be overlooked.
 */
export function readPinFile(path: string): string {
  const bytes = Buffer.alloc(MAXIMUM_PIN_BYTES + 3);
  try {
    return firstLine(path, bytes.subarray(0, readPrivateFile(path, bytes)));
  } finally {
    bytes.fill(0);
  }
}

function readPrivateFile(path: string, into: Buffer): number {
  let file: number;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to must not hang; it is refused below.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    throw pinFileError(
      path,
      'PinFileNotReadable',
      `cannot be opened (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})`,
      'Check its path and that you own it.',
      thrown,
    );
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      const next =
        'Write the PIN into a file of your own (chmod 600) and name that; pipes and folders are refused.';
      throw pinFileError(path, 'PinFileNotAFile', 'is not a regular file', next);
    }
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
      const next = `Run: chmod 600 '${path}' - and if others may have read it, change the token's PIN.`;
      throw pinFileError(path, 'PinFileNotPrivate', 'can be used by others than its owner', next);
    }
    return readSync(file, into, 0, into.length, 0);
  } finally {
    closeSync(file);
  }
}

function firstLine(path: string, bytes: Buffer): string {
  const lineFeed = bytes.indexOf('\n');
  let line = lineFeed === -1 ? bytes : bytes.subarray(0, lineFeed);
  if (line.at(-1) === 0x0d) line = line.subarray(0, -1);
  const next = 'Write the PIN, and nothing else, into its first line.';
  if (line.length === 0) throw pinFileError(path, 'PinFileEmpty', 'has an empty first line', next);
  if (line.length > MAXIMUM_PIN_BYTES) {
    const what = `has a first line of more than ${MAXIMUM_PIN_BYTES} bytes`;
    throw pinFileError(path, 'PinFileTooLong', what, next);
  }
  const pin = decodePin(line);
  if (pin === undefined) throw pinFileError(path, 'PinFileNotText', 'is not text in UTF-8', next);
  return pin;
}

function pinFileError(
  path: string,
  reason: string,
  what: string,
  next: string,
  cause?: unknown,
): StrongroomError {
  return new StrongroomError('InvalidParameter', `The PIN file ${path} ${what}.`, next, { reason, cause });
}
