/** The fields of requests that are secrets themselves: a pre-authenticated request's URL lets whoever has it in. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['uri']);

/** The request as it may be shown and kept. */
export function redactRequest(request: unknown): unknown {
  return walk(request, () => 'https://…');
}

/** The request as it may be kept to be carried out again; undefined if something of it must not be kept. */
export function keepableRequest(request: unknown): unknown {
  const secrets: undefined[] = [];
  const kept = walk(request, () => void secrets.push(undefined));
  return secrets.length === 0 ? kept : undefined;
}

function walk(value: unknown, secret: () => unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => walk(member, secret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET_FIELDS.has(name) && member !== undefined ? secret() : walk(member, secret),
    ]),
  );
}
