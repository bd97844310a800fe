import { StrongroomError } from '../../shared/domain/errors.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { SignInRecord } from '../catalog/sign-in-store.ts';

const FAILURES_BEFORE_LOCK = 5;
const FIRST_LOCK_MILLISECONDS = 30_000;
const LONGEST_LOCK_MILLISECONDS = 15 * 60_000;

/** How long signing in is locked after so many failures in a row: 30 s from the fifth on, doubling to 15 minutes. */
export function lockMilliseconds(failedInARow: number): number {
  if (failedInARow < FAILURES_BEFORE_LOCK) return 0;
  return Math.min(
    FIRST_LOCK_MILLISECONDS * 2 ** (failedInARow - FAILURES_BEFORE_LOCK),
    LONGEST_LOCK_MILLISECONDS,
  );
}

/**
 * Slows down whoever guesses passphrases (rule R62). A try is on the disk as a failure before the passphrase is looked
 * at, so that neither many tries at once nor a killed process get one that is not counted; success takes it back.
 */
export class SignInLock {
  readonly #catalog: Catalog;
  readonly #now: () => Date;

  constructor(catalog: Catalog, now: () => Date) {
    this.#catalog = catalog;
    this.#now = now;
  }

  /** @throws StrongroomError TooManyRequests, reason `SignInLocked`, that says until when */
  begin(name: string): void {
    const { signIns } = this.#catalog;
    const nameKey = foldName(name);
    const lockedUntil = this.#catalog.transaction(() => {
      const now = this.#now();
      const before = signIns.get(nameKey);
      const until = before === undefined ? undefined : this.#lockedUntil(before, now);
      if (until !== undefined) return until;
      const failedInARow = (before?.failedInARow ?? 0) + 1;
      signIns.put({
        nameKey,
        failedInARow,
        timeOfLastTry: now.toISOString(),
        ...lockFrom(now, failedInARow),
        ...(before?.timeOfLastSuccess === undefined ? {} : { timeOfLastSuccess: before.timeOfLastSuccess }),
      });
      signIns.prune();
      return undefined;
    });
    if (lockedUntil === undefined) return;
    throw new StrongroomError(
      'TooManyRequests',
      `Signing in as ${name} failed too often: it is locked until ${lockedUntil}.`,
      'Wait until then. If it was not you who tried, tell an administrator.',
      { reason: 'SignInLocked' },
    );
  }

  succeeded(name: string): void {
    const time = this.#now().toISOString();
    this.#catalog.transaction(() => {
      this.#catalog.signIns.put({
        nameKey: foldName(name),
        failedInARow: 0,
        timeOfLastTry: time,
        timeOfLastSuccess: time,
      });
    });
  }

  #lockedUntil(record: SignInRecord, now: Date): string | undefined {
    const time = now.toISOString();
    if (record.lockedUntil === undefined) return undefined;
    if (time >= record.timeOfLastTry) return time < record.lockedUntil ? record.lockedUntil : undefined;
    // The clock was set back: the lock starts anew, so that it neither ends early nor lasts until the clock is right.
    const anew = { timeOfLastTry: time, ...lockFrom(now, record.failedInARow) };
    this.#catalog.signIns.update(record.nameKey, anew);
    return anew.lockedUntil;
  }
}

function lockFrom(now: Date, failedInARow: number): { lockedUntil?: string } {
  const milliseconds = lockMilliseconds(failedInARow);
  return milliseconds === 0 ? {} : { lockedUntil: new Date(now.getTime() + milliseconds).toISOString() };
}
