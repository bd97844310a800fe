import type { Finding } from '../../shared/contract/doctor.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

type Words = Pick<Finding, 'message' | 'next'>;

/** What the doctor has found so far, and how much was looked at. */
export class Findings {
  readonly all: Finding[] = [];
  readonly checked = { regions: 0, keyVersions: 0, buckets: 0, copies: 0 };

  error(subject: string, words: Words): void {
    this.all.push({ severity: 'ERROR', subject, ...words });
  }

  warning(subject: string, words: Words): void {
    this.all.push({ severity: 'WARNING', subject, ...words });
  }

  note(subject: string, words: Words): void {
    this.all.push({ severity: 'NOTE', subject, ...words });
  }

  /** One check: what it refuses is a finding in the refusal's own words, and the next check goes on. */
  async attempt(subject: string, check: () => Promise<void> | void): Promise<void> {
    try {
      await check();
    } catch (failure) {
      if (!(failure instanceof StrongroomError)) throw failure;
      this.error(subject, { message: failure.message, next: failure.next });
    }
  }
}

const MOST_NAMES = 10;

/** `a, b, c`; of many the first ten, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `1 key version`, `2 key versions` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
