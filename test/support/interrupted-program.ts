import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { OperationName, RequestInput } from '../../shared/contract/contract.ts';
import type { PracticeToken } from './practice-tokens.ts';
import { HomeClock, openHome } from './two-regions.ts';

/**
 * A program that carries out one operation on a home and kills itself (SIGKILL) at a chosen instant; its argument is
 * InterruptedProgram in JSON. Prints the process numbers of its tokens' processes just before it dies, as
 * `tokens 12 13`, and the answer of an operation that it could end, as `done {...}`.
 */
export interface InterruptedProgram {
  readonly home: string;
  readonly tokens: readonly Omit<PracticeToken, 'remove'>[];
  readonly operation: OperationName;
  readonly request: unknown;
  readonly instant: Instant;
  /** How far its clock is ahead of the machine's. */
  readonly daysAhead?: number;
}

export type Instant =
  /** At the n-th progress event whose activity contains these words. */
  | { readonly activity: string; readonly event: number }
  /** As soon as the folder has a new visible file: published, and not yet committed. */
  | { readonly newFileIn: string }
  /** This long after the tokens of this program were logged in to. */
  | { readonly milliseconds: number; readonly logInWith: RequestInput<'crypto.sign'> }
  /** When the answer is out. */
  | 'after the answer';

function die(): void {
  const children = `/proc/self/task/${process.pid}/children`;
  const tokens = existsSync(children) ? readFileSync(children, 'utf8').trim() : '';
  process.stdout.write(`tokens ${tokens}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const program = JSON.parse(process.argv[2] ?? '') as InterruptedProgram;
const { instant } = program;
const clock = new HomeClock();
clock.daysAhead = program.daysAhead ?? 0;
const strongroom = await openHome(
  program.home,
  program.tokens.map((token) => ({ ...token, remove: () => Promise.resolve() })),
  clock.now,
);
if (instant !== 'after the answer') {
  if ('newFileIn' in instant) {
    const visible = () => readdirSync(instant.newFileIn).filter((name) => !name.startsWith('.')).length;
    const before = visible();
    const look = (): void => {
      if (visible() > before) die();
      else setImmediate(look);
    };
    look();
  }
  if ('milliseconds' in instant) {
    await strongroom.call('crypto.sign', instant.logInWith);
    void setTimeout(instant.milliseconds).then(die);
  }
}
let events = 0;
const answer = await strongroom.call(
  program.operation,
  program.request as RequestInput<typeof program.operation>,
  {
    onProgress: ({ activity }) => {
      if (instant === 'after the answer' || !('activity' in instant)) return;
      if (!activity.includes(instant.activity)) return;
      events += 1;
      if (events === instant.event) die();
    },
  },
);
process.stdout.write(`done ${JSON.stringify(answer)}\n`);
die();
