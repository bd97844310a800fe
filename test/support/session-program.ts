import type { PinSource } from '../../main/hsm/token-session.ts';
import { Tokens } from '../../main/hsm/tokens.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { TokenReference } from '../../shared/domain/region.ts';

/**
 * A program that opens one session, for tests that need a program of its own: on a terminal, or to be killed. Its
 * argument is SessionProgram in JSON. Prints one line of what came of it.
 */
export interface SessionProgram {
  readonly reference: TokenReference;
  readonly pin: PinSource;
  /** Ask the token for something and keep the session, until SIGUSR2; then end without closing anything. */
  readonly stay?: boolean;
}

const program = JSON.parse(process.argv[2] ?? '') as SessionProgram;
const tokens = new Tokens({ environment: process.env });
try {
  const session = await tokens.openSession(program.reference, program.pin);
  const stay = setInterval(() => undefined, 1000);
  process.once('SIGUSR2', () => {
    clearInterval(stay);
  });
  process.stdout.write(`opened ${session.token.label}\n`);
  if (program.stay === true) {
    await session.wrapProbe();
  } else {
    clearInterval(stay);
    await session.close();
  }
} catch (thrown) {
  if (!(thrown instanceof StrongroomError)) throw thrown;
  const flag = thrown.next.includes('--pin-file') ? ' --pin-file' : '';
  process.stdout.write(`refused ${thrown.reason ?? thrown.code}${flag}\n`);
}
if (program.stay !== true) await tokens.close();
