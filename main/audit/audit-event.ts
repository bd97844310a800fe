import type { AuditDetail } from '../../shared/domain/audit.ts';
import type { StrongroomError } from '../../shared/domain/errors.ts';
import { parseOcid } from '../../shared/domain/identifiers.ts';
import type { Operator } from '../../shared/domain/operator.ts';

/** An action as the audit log tells of it. Nothing in it is secret: see auditEventOf. */
export interface AuditEvent {
  readonly operationName: string;
  readonly operator?: Pick<Operator, 'id' | 'name'> | undefined;
  readonly compartmentId?: string | undefined;
  /** OCIDs. */
  readonly resources?: readonly string[];
  readonly detail?: AuditDetail;
}

/** How an action ended. */
export type AuditEnd =
  | { readonly outcome: 'SUCCEEDED'; readonly resources?: readonly string[]; readonly detail?: AuditDetail }
  | { readonly outcome: 'REFUSED' | 'FAILED'; readonly error: StrongroomError };

/**
 * Fields of requests and answers whose value may stand in the log: names, places, hashes and choices. What is not here
 * stays out, so that a field that somebody adds to the contract, secret or not, does not slip in.
 */
const TOLD_FIELDS: ReadonlySet<string> = new Set([
  'algorithm',
  'bucketName',
  'compartmentName',
  'depth',
  'destinationBucket',
  'destinationObjectName',
  'destinationRegion',
  'displayName',
  'groupName',
  'hash',
  'isIncludeKeys',
  'kind',
  'length',
  'name',
  'newName',
  'objectName',
  'operatorName',
  'planHash',
  'protectionMode',
  'region',
  'regionId',
  'regionKey',
  'sha256',
  'sourceObjectName',
  'status',
  'tenancyName',
  'timeOfDeletion',
  'tokenLabel',
  'vaultType',
]);

/** Parts of requests and answers that are looked into. */
const PARTS: ReadonlySet<string> = new Set([
  'backup',
  'backupLocation',
  'bucket',
  'copy',
  'group',
  'key',
  'keyShape',
  'keyVersion',
  'operator',
  'place',
  'policy',
  'realm',
  'vault',
]);

const MOST_RESOURCES = 32;
const LONGEST_VALUE = 256;

/** The event of a call, built from its parsed request by the list above. */
export function auditEventOf(
  call: Pick<AuditEvent, 'operationName' | 'operator' | 'compartmentId'> & { readonly request: unknown },
): AuditEvent {
  const { request, ...event } = call;
  return { ...event, ...toldOf(request) };
}

/** The end of a call that returned. */
export function auditEndOf(answer: unknown): AuditEnd {
  return { outcome: 'SUCCEEDED', ...toldOf(answer) };
}

/** The end of a call that threw: FAILED where something broke, REFUSED where Strongroom said no. */
export function auditEndOfError(error: StrongroomError): AuditEnd {
  return { outcome: error.status >= 500 ? 'FAILED' : 'REFUSED', error };
}

/** Every OCID, and the values of told fields; lists are passed over, for they may be long. */
function toldOf(value: unknown): { readonly resources: readonly string[]; readonly detail: AuditDetail } {
  const resources = new Set<string>();
  const detail: Record<string, string> = {};
  const look = (thing: unknown): void => {
    if (typeof thing !== 'object' || thing === null || Array.isArray(thing)) return;
    for (const [name, field] of Object.entries(thing)) {
      if (typeof field === 'string' && parseOcid(field) !== undefined) {
        if (resources.size < MOST_RESOURCES) resources.add(field);
      } else if (TOLD_FIELDS.has(name) && isPlain(field)) {
        detail[name] ??= String(field).slice(0, LONGEST_VALUE);
      } else if (PARTS.has(name)) {
        look(field);
      }
    }
  };
  look(value);
  return { resources: [...resources], detail };
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
