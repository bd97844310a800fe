import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { causeOf } from '../token/cause.ts';

/** Who does what: one machine with both tokens, or one side of two machines. */
export type Side = 'both' | 'ask' | 'grant' | 'accept';

const SIDES: readonly Side[] = ['both', 'ask', 'grant', 'accept'];

export function sideOf(param: string | undefined): Side | undefined {
  return SIDES.find((side) => side === param);
}

const WORD_COUNT = 12;

/** The words as they were typed: any case, parted by spaces, commas or lines. */
export function wordsOf(typed: string): readonly string[] {
  return typed
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

export function areAllWords(typed: string): boolean {
  return wordsOf(typed).length === WORD_COUNT;
}

/** `3 of 12 words` */
export function wordCount(typed: string): string {
  return `${wordsOf(typed).length} of ${WORD_COUNT} words`;
}

/**
 * A name for one of the two files that nothing has yet: neither is ever written over another.
 * @param what `request` or `grant`.
 */
export function exchangeName(what: 'request' | 'grant', regionId: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/\D/g, '');
  return `enrolment-${regionId === '' ? 'region' : regionId}-${stamp}-${what}.json`;
}

/** `0f3a 99c1 …`, to be read out. */
export function inGroups(checkValue: string): string {
  return checkValue.match(/.{1,4}/g)?.join(' ') ?? '';
}

/** Choices that both machines' journeys have. */
export type SharedStep = 'token' | 'region';

export function mendedAt(error: ErrorDocument): SharedStep | undefined {
  return causeOf(error);
}
