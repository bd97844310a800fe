import { setTimeout as sleep } from 'node:timers/promises';
import { TransientFailure } from './pre-authenticated-failure.ts';
import type { ExchangeLimits } from './pre-authenticated-limits.ts';

/**
 * Makes an attempt again after failures that may pass, as often and with such waits as the limits say.
 * @param hasAdvanced whether the attempt that broke off brought the work on: then the count begins anew.
 * @throws the last failure's error; the signal's reason
 */
export async function withAttempts<Result>(
  limits: ExchangeLimits,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
  hasAdvanced: () => boolean = () => false,
): Promise<Result> {
  let failed = 0;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof TransientFailure)) throw thrown;
      if (hasAdvanced()) failed = 0;
      const wait = limits.waits[failed];
      if (wait === undefined) throw thrown.error;
      failed += 1;
      await pause(Math.max(wait, thrown.waitAtLeast), signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}
