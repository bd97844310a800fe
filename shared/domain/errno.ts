/** @returns the name (`ENOSPC`) of what the operating system refused, or undefined if it did not throw this. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return undefined;
  // Node's own complaints (ERR_INVALID_ARG_VALUE) and SQLite's codes are none of the operating system's.
  return /^E[A-Z0-9]+$/.test(thrown.code) ? thrown.code : undefined;
}
