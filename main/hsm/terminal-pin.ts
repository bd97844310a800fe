import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { NO_USABLE_PIN, PinEntry, pinEntryCancelled } from './pin-entry.ts';

/**
 * Asks on the controlling terminal, without echo. It opens the terminal itself: stdin may be a pipe, and the PIN must
 * not pass through main. Raw mode also turns Ctrl-C into a character, so that it cancels the question and not the
 * program. The echo comes back whatever happens short of SIGKILL.
 * @throws NotAuthenticated, reason `NoTerminal` or `PinEntryCancelled`.
 */
export async function readPinFromTerminal(prompt: string): Promise<string> {
  const terminal = openTerminal();
  const output = openSync('/dev/tty', 'w');
  const restore = (): void => {
    terminal.setRawMode(false);
  };
  process.once('exit', restore);
  try {
    terminal.setRawMode(true);
    writeSync(output, `${prompt} `);
    return await readLine(terminal);
  } finally {
    process.off('exit', restore);
    restore();
    terminal.destroy();
    writeSync(output, '\n');
    closeSync(output);
  }
}

function openTerminal(): ReadStream {
  let file: number | undefined;
  try {
    file = openSync('/dev/tty', 'r');
    return new ReadStream(file);
  } catch (cause) {
    if (file !== undefined) closeSync(file);
    throw new StrongroomError(
      'NotAuthenticated',
      'There is no terminal to ask for the PIN on.',
      'Run it on a terminal, or write the PIN into a file of your own (chmod 600) and pass --pin-file REGION=PATH.',
      { reason: 'NoTerminal', cause },
    );
  }
}

async function readLine(terminal: ReadStream): Promise<string> {
  const entry = new PinEntry();
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.on('data', (bytes: Buffer) => {
        const outcome = entry.type(bytes);
        bytes.fill(0);
        if (outcome === 'cancelled') reject(pinEntryCancelled('The PIN entry was cancelled'));
        if (outcome === 'entered') {
          const pin = entry.read();
          if (pin === undefined) reject(pinEntryCancelled(NO_USABLE_PIN));
          else resolve(pin);
        }
      });
      terminal.once('end', () => {
        reject(pinEntryCancelled('The terminal was closed'));
      });
      terminal.once('error', () => {
        reject(pinEntryCancelled('The terminal was closed'));
      });
    });
  } finally {
    entry.wipe();
  }
}
