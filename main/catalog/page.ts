import { StrongroomError } from '../../shared/domain/errors.ts';

/** One page of a list; `nextPage` is absent on the last. */
export interface Page<Row> {
  data: Row[];
  nextPage?: string;
}

export interface PageRequest {
  /** Rows at the most: 1 to 1000, default 100. */
  readonly limit?: number | undefined;
  /** The `nextPage` of the answer before. */
  readonly page?: string | undefined;
}

export const DEFAULT_LIMIT = 100;
export const MAXIMUM_LIMIT = 1000;

/** @throws StrongroomError InvalidParameter, reason `PageLimit` */
export function requireLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAXIMUM_LIMIT) return limit;
  throw new StrongroomError(
    'InvalidParameter',
    `A page cannot have ${limit} rows.`,
    `Ask for 1 to ${MAXIMUM_LIMIT} rows (--limit).`,
    { reason: 'PageLimit' },
  );
}

/**
 * A page token is the sort key of the last row shown, so that a list stays stable while rows are added: what was
 * shown is not shown again, and what is old is not skipped.
 */
export function encodePageToken(sortKey: readonly string[]): string {
  return Buffer.from(JSON.stringify(sortKey), 'utf8').toString('base64url');
}

/** @throws StrongroomError InvalidParameter, reason `PageToken`, unless it is a token of `parts` strings. */
export function decodePageToken(token: string, parts: number): readonly string[] {
  const sortKey = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  if (
    Array.isArray(sortKey) &&
    sortKey.length === parts &&
    sortKey.every((part) => typeof part === 'string') &&
    encodePageToken(sortKey) === token
  ) {
    return sortKey;
  }
  throw new StrongroomError(
    'InvalidParameter',
    'The page token is none that this list gave out.',
    'Pass the nextPage of the answer before unchanged, or leave it out to begin at the first page.',
    { reason: 'PageToken' },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
