import { Tokens } from '../../main/hsm/tokens.ts';
import type { PinSource } from '../../main/hsm/token-session.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

/**
 * A program that opens one session, for tests that need a program of its own: on a terminal, or to be killed. Its
 * argument is SessionProgram in JSON. Prints one line of what came of it.
 */
export interface SessionProgram {
  readonly reference: TokenReference;
  readonly pin: PinSource;
  /** Ask the token for something and hang on to it, instead of closing. */
  readonly stay?: boolean;
}

const program = JSON.parse(process.argv[2] ?? '') as SessionProgram;
const tokens = new Tokens({ environment: process.env });
try {
  const session = await tokens.openSession(program.reference, program.pin);
  process.stdout.write(`opened ${session.token.label}\n`);
  if (program.stay === true) {
    setInterval(() => undefined, 1000);
    await session.wrapProbe();
  } else {
    await session.close();
  }
} catch (thrown) {
  process.stdout.write(
    `refused ${thrown instanceof StrongroomError ? (thrown.reason ?? thrown.code) : String(thrown)}\n`,
  );
}
if (program.stay !== true) await tokens.close();
