import type { ReadStream } from 'node:tty';
import { StrongroomError } from '../../shared/domain/errors.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE: ReadonlySet<string> = new Set(['\u007f', '\b']);

/**
 * Asks on a terminal without echo, nothing in place of the characters: their number is nobody's business either.
 * @throws StrongroomError NotAllowed, reason `Interrupted`, on Ctrl-C and Ctrl-D.
 */
export async function askHidden(
  input: ReadStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.resume();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const typed: string[] = [];
  const read = (text: string): void => {
    for (const character of text) {
      if (character === '\r' || character === '\n') resolve(typed.join(''));
      else if (character === CTRL_C || character === CTRL_D) reject(interrupted());
      else if (BACKSPACE.has(character)) typed.pop();
      else typed.push(character);
    }
  };
  input.on('data', read);
  try {
    return await promise;
  } finally {
    input.off('data', read);
    input.setRawMode(false);
    input.pause();
    typed.fill('');
    output.write('\n');
  }
}

function interrupted(): StrongroomError {
  return new StrongroomError('NotAllowed', 'No passphrase was typed. Nothing was changed.', 'Run it again.', {
    reason: 'Interrupted',
  });
}
