import { describe, expect, it } from 'vitest';
import { inWindowWords } from '../../../../../renderer/components/words.ts';
import { contentsOfKey, contentsOfVault } from '../../../../../renderer/features/backup/contents.ts';
import type { ScheduledDeletion } from '../../../../../shared/domain/deletion.ts';
import type { Key, KeyVersion } from '../../../../../shared/domain/key.ts';
import { keyStateSchema, keyVersionStateSchema } from '../../../../../shared/domain/lifecycle.ts';

const time = '2026-11-24T08:00:00.000Z';

function keyOf(displayName: string, change: Partial<Key> = {}): Key {
  return {
    id: `key of ${displayName}`,
    vaultId: 'vault',
    compartmentId: 'compartment',
    displayName,
    keyShape: { algorithm: 'AES', length: 32 },
    protectionMode: 'HSM',
    lifecycleState: 'ENABLED',
    currentKeyVersion: 'version',
    freeformTags: {},
    definedTags: {},
    timeCreated: time,
    ...change,
  };
}

function versionOf(id: string, lifecycleState: KeyVersion['lifecycleState']): KeyVersion {
  return {
    id,
    keyId: 'key',
    vaultId: 'vault',
    compartmentId: 'compartment',
    lifecycleState,
    origin: 'INTERNAL',
    timeCreated: time,
    materialId: '0'.repeat(32),
  };
}

function deletionOf(
  id: string,
  keyId: string,
  entityType: ScheduledDeletion['entityType'],
): ScheduledDeletion {
  return {
    entityType,
    id,
    keyId,
    displayName: 'Cards',
    region: 'eu-frankfurt-1',
    compartmentId: 'compartment',
    vaultId: 'vault',
    lifecycleState: 'PENDING_DELETION',
    timeOfDeletion: time,
    isDue: false,
    isScheduledWithVault: false,
  };
}

describe('what a backup made now would hold', () => {
  it.each(keyStateSchema.options)('rule R22: an HSM key that is %s', (lifecycleState) => {
    const [row] = contentsOfVault([keyOf('Cards', { lifecycleState })], true, []);
    if (lifecycleState === 'DELETED') expect(row).toBeUndefined();
    else if (lifecycleState === 'ENABLED' || lifecycleState === 'DISABLED')
      expect(row?.reason).toBeUndefined();
    else expect(row?.reason).toContain(inWindowWords(`It is ${lifecycleState};`));
  });

  it('rules R21, R22: a software key stays out, and every key where none is wanted', () => {
    const keys = [keyOf('Cards'), keyOf('Cache', { protectionMode: 'SOFTWARE' })];
    expect(contentsOfVault(keys, true, []).map(({ reason }) => reason)).toEqual([
      undefined,
      'Software keys have no backup; only HSM keys do.',
    ]);
    expect(contentsOfVault(keys, false, []).map(({ reason }) => reason)).toEqual(
      Array<string>(2).fill('The backup is made without keys.'),
    );
  });

  it('rule R22: versions whose deletion is scheduled stay out; those of keys that stay out anyway are not told twice', () => {
    const rows = contentsOfVault([keyOf('Cards'), keyOf('Cache', { protectionMode: 'SOFTWARE' })], true, [
      deletionOf('version of cards', 'key of Cards', 'keyVersion'),
      deletionOf('version of cache', 'key of Cache', 'keyVersion'),
      deletionOf('key of Cards', 'key of Cards', 'key'),
    ]);
    expect(rows.filter(({ reason }) => reason !== undefined).map(({ id }) => id)).toEqual([
      'key of Cache',
      'version of cards',
    ]);
  });

  it.each(keyVersionStateSchema.options)(
    'rule R22: a key alone, with a version that is %s',
    (lifecycleState) => {
      const [row] = contentsOfKey([versionOf('version', lifecycleState)], 'version');
      if (lifecycleState === 'DELETED') expect(row).toBeUndefined();
      else if (lifecycleState === 'ENABLED')
        expect(row).toMatchObject({ what: 'Current version', reason: undefined });
      else expect(row?.reason).toContain(inWindowWords(`It is ${lifecycleState};`));
    },
  );
});
