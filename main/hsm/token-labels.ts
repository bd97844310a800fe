import { StrongroomError } from '../../shared/domain/errors.ts';

/** How each kind of object that Strongroom makes is labelled (CKA_LABEL): that is how it knows its own. */
export const TOKEN_LABELS = {
  keyVersion: 'strongroom-key|',
  rbk: 'strongroom-rbk|',
  rak: 'strongroom-rak|',
  transport: 'strongroom-transport|',
  /** Session objects, which nobody looks for. */
  sessionObject: 'strongroom-session',
} as const;

export interface RealmNames {
  readonly realmName: string;
  readonly tenancyName: string;
}

/** @throws InvalidParameter, reason `NameNotAllowed`, for a name that the label could not be read back from. */
export function realmKeyLabel(prefix: string, names: RealmNames): string {
  for (const [what, name] of [
    ['realm', names.realmName],
    ['tenancy', names.tenancyName],
  ] as const) {
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    if (name.length > 0 && name.length <= 100 && !/[|\u0000-\u001f\u007f]/.test(name)) continue;
    throw new StrongroomError(
      'InvalidParameter',
      `The ${what} name cannot stand in the label of the realm keys.`,
      'Choose a name of 1 to 100 characters without "|" and without control characters.',
      { reason: 'NameNotAllowed' },
    );
  }
  return `${prefix}${names.realmName}|${names.tenancyName}`;
}

/** @returns undefined for a label of another kind. */
export function readRealmKeyLabel(prefix: string, label: string): RealmNames | undefined {
  if (!label.startsWith(prefix)) return undefined;
  const [realmName, tenancyName, ...rest] = label.slice(prefix.length).split('|');
  if (realmName === undefined || tenancyName === undefined || rest.length > 0) return undefined;
  return { realmName, tenancyName };
}

/** @throws InvalidParameter, reason `RequestIdNotAllowed`. */
export function transportKeyLabel(requestId: string): string {
  if (!/^[A-Za-z0-9._-]{1,255}$/.test(requestId)) {
    throw new StrongroomError(
      'InvalidParameter',
      'The enrolment request has an id that cannot be right.',
      'Use the request and grant files as Strongroom wrote them.',
      { reason: 'RequestIdNotAllowed' },
    );
  }
  return `${TOKEN_LABELS.transport}${requestId}`;
}
