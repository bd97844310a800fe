import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { canonicalJson } from './canonical-json.ts';

/** Enough of a SHA-256 that no two states of a record share it. */
const ETAG_CHARACTERS = 32;

/** Changes with anything about a record of the catalog, its state included (rule R60). */
export function etagOf(record: object): string {
  return createHash('sha256').update(canonicalJson(record)).digest('hex').slice(0, ETAG_CHARACTERS);
}

/** The record as answers carry it. */
export function withEtag<Row extends object>(record: Row): Row & { etag: string } {
  return { ...record, etag: etagOf(record) };
}

/** A page of records as answers carry it. */
export function pageWithEtags<Row extends object>(page: {
  readonly data: readonly Row[];
  readonly nextPage?: string;
}) {
  return { ...page, data: page.data.map((record) => withEtag(record)) };
}

/**
 * Refuses a change to what is no longer as the caller read it (rule R60). Call it in the transaction that changes.
 * @param record undefined: it is not there.
 * @param what in words, such as `The vault Payments`.
 * @throws StrongroomError NoEtagMatch, reason `EtagDiffers`
 */
export function requireMatch(ifMatch: string | undefined, record: object | undefined, what: string): void {
  if (ifMatch === undefined) return;
  if (record !== undefined && etagOf(record) === ifMatch) return;
  throw new StrongroomError(
    'NoEtagMatch',
    record === undefined
      ? `${what} is not there, and the request says which state of it was read.`
      : `${what} has changed since it was read: its etag is another one.`,
    'Read it again (get), decide again, and pass its new etag (--if-match).',
    { reason: 'EtagDiffers' },
  );
}
