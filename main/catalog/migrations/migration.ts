/**
 * One step of the catalog's schema: forward only, run once, never edited after a release, for catalogs in the field
 * have run it as it was.
 */
export interface Migration {
  /** 1, 2, 3, ... without a gap: the `user_version` of a catalog that has run it. */
  readonly version: number;
  /** Statements, run in one transaction together with the new `user_version`. */
  readonly sql: string;
}
