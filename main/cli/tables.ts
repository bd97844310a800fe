import { describeKeyShape, keyShapeSchema } from '../../shared/domain/key-shape.ts';
import { secretsLeftOutInWords } from '../../shared/domain/secret.ts';
import { bytesInWords, durationInWords, isIsoTime, timeInWords } from './words.ts';
import { neutralise, neutraliseBlock } from './terminal-text.ts';

/**
 * Columns of lists, by operation, or by field for lists inside an answer: paths into a row, most telling first. A list
 * that is not here gets a column for every field of its rows.
 */
export const listColumns: Readonly<Record<string, readonly string[]>> = {
  'region.list': ['regionId', 'regionKey', 'token.tokenLabel', 'timeProven'],
  'token.list': ['label', 'serial', 'manufacturer', 'model', 'isInitialised', 'isPinCountLow', 'isPinLocked'],
  'recovery-kit.list': ['setId', 'threshold', 'shareCount', 'timeCreated', 'timeConfirmed', 'timeRehearsed'],
  'compartment.list': ['name', 'timeCreated', 'id'],
  'vault.list': ['displayName', 'lifecycleState', 'vaultType', 'region', 'timeCreated', 'id'],
  'key.list': ['displayName', 'keyShape', 'lifecycleState', 'protectionMode', 'timeCreated', 'id'],
  'key-version.list': ['lifecycleState', 'origin', 'timeCreated', 'id'],
  'secret.list': ['name', 'lifecycleState', 'timeCreated', 'keyId', 'id'],
  'deletion.list': ['isDue', 'timeOfDeletion', 'entityType', 'displayName', 'lifecycleState', 'region', 'id'],
  'limit.list': ['name', 'region', 'value', 'used', 'available', 'vaultId'],
  'bucket.list': ['name', 'region', 'kind', 'location', 'timeCreated'],
  'object.list': ['name', 'size', 'timeCreated', 'etag'],
  'backup.list': [
    'kind',
    'vaultName',
    'sourceRegion',
    'sequence',
    'timeCreated',
    'size',
    'keyCount',
    'keyVersionCount',
    'id',
  ],
  'backup.coverage': [
    'status',
    'level',
    'displayName',
    'region',
    'coveredKeyVersionCount',
    'keyVersionCount',
    'newestBackup.ageHours',
    'copiesByPlace',
    'newestBackup.timeDrilled',
    'reason',
    'uncoveredKeyVersionIds',
    'id',
  ],
  'work-request.list': ['operationType', 'status', 'percentComplete', 'timeAccepted', 'id'],
  'audit.list': [
    'sequence',
    'time',
    'operatorName',
    'operationName',
    'outcome',
    'errorCode',
    'errorReason',
    'detail',
  ],
  findings: ['severity', 'subject', 'message', 'next'],
  'operator.list': ['name', 'groups', 'timeLastSignedIn', 'lockedUntil', 'timeCreated'],
  'group.list': ['name', 'description', 'members'],
  'policy.list': ['name', 'statements', 'compartmentId', 'id'],
  'approval.list': ['state', 'operation', 'requestedBy', 'timeRequested', 'timeExpires', 'summary', 'id'],
  decisions: ['permission', 'isAllowed', 'because', 'compartmentId', 'statements'],
  'policy.proposals': ['policyName', 'change', 'region', 'statement', 'proposedStatement'],
  imported: ['kind', 'sourceRegion', 'sequence', 'timeCreated', 'keyVersionCount', 'path', 'backupId'],
  exported: ['fileName', 'size', 'backupId'],
  kept: ['fileName', 'size', 'backupId'],
  failed: ['message', 'backupId'],
  refused: ['path', 'message'],
  regions: ['region', 'vaultCount', 'keyCount', 'keyVersionCount', 'unknownKeyVersionCount'],
  alreadyKnown: ['kind', 'sourceRegion', 'sequence', 'timeCreated', 'keyVersionCount', 'path', 'backupId'],
  restorable: ['region', 'vaultName', 'keyName', 'keyVersionCount', 'backupIds', 'keyId'],
  copies: ['region', 'place', 'size', 'timeCreated', 'timeVerified', 'verifiedDepth', 'etag'],
  leftOut: ['displayName', 'reason', 'id'],
  failures: ['phase', 'message', 'keyVersionId'],
};

/** Of a longer list of OCIDs a table names so many; JSON has them all. */
const OCIDS_IN_A_TABLE = 3;

/** Ways to say a field's value that its type alone does not tell. */
const fieldFormats: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  size: (value) => (typeof value === 'number' ? bytesInWords(value) : undefined),
  bytes: (value) => (typeof value === 'number' ? bytesInWords(value) : undefined),
  percentComplete: (value) => (typeof value === 'number' ? `${Math.floor(value)} %` : undefined),
  keyWrapMechanism: (value) =>
    typeof value === 'number' ? `0x${value.toString(16).toUpperCase()}` : undefined,
  secretsLeftOut: (value) => (typeof value === 'number' ? secretsLeftOutInWords(value) : undefined),
  keyShape: (value) => {
    const shape = keyShapeSchema.safeParse(value);
    return shape.success ? describeKeyShape(shape.data) : undefined;
  },
  place: (value) => {
    if (!isPlainObject(value)) return undefined;
    const { kind, bucketName, objectName, path, host } = value;
    if (kind === 'bucket')
      return `bucket ${valueInWords('', bucketName)}, object ${valueInWords('', objectName)}`;
    if (kind === 'uri') return `a pre-authenticated URL of ${valueInWords('', host)}`;
    return kind === 'file' ? `file ${valueInWords('', path)}` : undefined;
  },
  copiesByPlace: (value) => (Array.isArray(value) ? copiesInWords(value) : undefined),
  detail: (value) => (isPlainObject(value) && Object.keys(value).length === 0 ? '' : undefined),
  statements: (value) => (Array.isArray(value) ? statementsInWords(value) : undefined),
  uncoveredKeyVersionIds: (value) => (Array.isArray(value) ? firstOfMany(value) : undefined),
};

function copiesInWords(places: readonly unknown[]): string {
  return places
    .filter(isPlainObject)
    .map(({ medium, region, count }) => `${valueInWords('', region ?? medium)} ${valueInWords('', count)}`)
    .join(', ');
}

/** Of a policy's statements their texts; of those that decided about something, what came of each. */
function statementsInWords(statements: readonly unknown[]): string {
  if (statements.length === 0) return 'none';
  return statements
    .map((each) => {
      if (!isPlainObject(each)) return valueInWords('', each);
      const { policyName, statementNumber, statement, outcome } = each;
      return `"${valueInWords('', statement)}" (${valueInWords('', policyName)}, statement ${valueInWords('', statementNumber)}) ${valueInWords('', outcome)}`;
    })
    .join('; ');
}

function firstOfMany(ids: readonly unknown[]): string {
  const named = ids.slice(0, OCIDS_IN_A_TABLE).map((id) => valueInWords('', id));
  const more = ids.length - named.length;
  return more > 0 ? `${named.join(', ')} and more (--output json)` : named.join(', ');
}

/** Fields whose value is an object and is said in one line. */
export function isSaidInOneLine(field: string): boolean {
  return field === 'keyShape' || field === 'place' || field.endsWith('Tags');
}

/** A value as text for people, harmless to a terminal. */
export function valueInWords(field: string, value: unknown): string {
  const special = Object.hasOwn(fieldFormats, field) ? fieldFormats[field]?.(value) : undefined;
  if (special !== undefined) return special;
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') {
    return field.endsWith('Milliseconds') ? durationInWords(value) : value.toLocaleString('en-US');
  }
  if (typeof value === 'string') return isIsoTime(value) ? timeInWords(value) : neutraliseBlock(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((element) => valueInWords('', element)).join(', ');
  }
  if (isPlainObject(value)) return pairsInWords(value, '').join(', ') || 'none';
  return '';
}

function pairsInWords(object: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const path = `${prefix}${neutralise(name)}`;
    return isPlainObject(value) ? pairsInWords(value, `${path}.`) : [`${path}=${valueInWords(name, value)}`];
  });
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path such as `token.tokenLabel`. */
export function valueAt(row: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, step) => (isPlainObject(value) ? value[step] : undefined), row);
}
