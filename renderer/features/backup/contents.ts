import { reasonLeftOut } from '../../../shared/domain/backup-eligibility.ts';
import type { ScheduledDeletion } from '../../../shared/domain/deletion.ts';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { Key, KeyVersion } from '../../../shared/domain/key.ts';
import { inWindowWords, shortOcid } from '../../components/words.ts';

/** A key or key version that a backup would have, or would leave out. */
export interface ContentRow {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  /** Why it stays out (rules R21, R22); undefined: it goes in. */
  readonly reason: string | undefined;
}

/** Why a key is in no backup made now (rules R21, R22), as the window says it; undefined: it goes in. */
export function keyStaysOut(key: Pick<Key, 'protectionMode' | 'lifecycleState'>): string | undefined {
  const reason = reasonLeftOut(key);
  return reason === undefined ? undefined : inWindowWords(reason);
}

/**
 * What a vault's backup made now would hold: the same rule decides here and when it is made.
 * @param deletions scheduled ones, of which those of key versions count.
 */
export function contentsOfVault(
  keys: readonly Key[],
  isIncludeKeys: boolean,
  deletions: readonly ScheduledDeletion[],
): ContentRow[] {
  const rows = keys
    .filter(({ lifecycleState }) => lifecycleState !== 'DELETED')
    .map((key) => ({
      id: key.id,
      name: key.displayName,
      what: describeKeyShape(key.keyShape),
      reason: isIncludeKeys ? keyStaysOut(key) : 'The backup is made without keys.',
    }));
  const goingIn = new Set(rows.filter(({ reason }) => reason === undefined).map(({ id }) => id));
  const versions = deletions
    .filter(({ entityType, keyId }) => entityType === 'keyVersion' && goingIn.has(keyId ?? ''))
    .map(({ id, displayName }) => ({
      id,
      name: `${displayName}, version ${shortOcid(id)}`,
      what: 'Key version',
      reason: 'Its deletion is scheduled; only enabled versions are backed up.',
    }));
  return [...rows, ...versions];
}

/** What a key's backup made now would hold: its enabled versions. */
export function contentsOfKey(versions: readonly KeyVersion[], currentId: string | undefined): ContentRow[] {
  return versions
    .filter(({ lifecycleState }) => lifecycleState !== 'DELETED')
    .map(({ id, lifecycleState }) => ({
      id,
      name: `Version ${shortOcid(id)}`,
      what: id === currentId ? 'Current version' : 'Older version',
      reason:
        lifecycleState === 'ENABLED'
          ? undefined
          : inWindowWords(`It is ${lifecycleState}; only ENABLED versions are backed up.`),
    }));
}
