import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import {
  keyStateSchema,
  keyVersionStateSchema,
  NEEDED_STATES,
  vaultStateSchema,
} from '../../../shared/domain/lifecycle.ts';
import type { NeededStates, StatefulOperation } from '../../../shared/domain/lifecycle.ts';
import { TwoRegions } from '../../support/two-regions.ts';

type Entity = 'vault' | 'key' | 'keyVersion';

const STATES: Readonly<Record<Entity, readonly string[]>> = {
  vault: vaultStateSchema.options,
  key: keyStateSchema.options,
  keyVersion: keyVersionStateSchema.options,
};
const TABLES: Readonly<Record<Entity, string>> = {
  vault: 'vaults',
  key: 'keys',
  keyVersion: 'key_versions',
};

/** Keys of a vault that are scheduled or gone already do not hinder it from being scheduled. */
const ALSO_WORKS: Readonly<Record<string, readonly string[]>> = {
  'vault.schedule-deletion key': ['PENDING_DELETION', 'DELETING', 'DELETED'],
};

const WALK = (Object.keys(NEEDED_STATES) as StatefulOperation[]).flatMap((operation) => {
  const needed: NeededStates = NEEDED_STATES[operation];
  return (['vault', 'key', 'keyVersion'] as const)
    .filter((entity) => needed[entity] !== undefined)
    .map((entity) => ({ operation, entity, allowed: needed[entity] ?? [] }));
});

describe('the lifecycle table, walked with the real operations', () => {
  let regions: TwoRegions;
  let database: Database.Database;
  let vault: ResponseOf<'vault.create'>;
  let aes: ResponseOf<'key.create'>;
  let rsa: ResponseOf<'key.create'>;
  let older: string;
  let files = 0;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    aes = await regions.makeKey(vault.id, 'aes', { algorithm: 'AES', length: 32 });
    rsa = await regions.makeKey(vault.id, 'rsa', { algorithm: 'RSA', length: 256 });
    older = aes.currentKeyVersion;
    await regions.call('key-version.create', { keyId: aes.id });
    await writeFile(regions.path('message'), 'a message');
    await regions.call('crypto.encrypt', {
      keyId: aes.id,
      in: regions.path('message'),
      out: regions.path('sealed'),
    });
    await regions.call('crypto.sign', {
      keyId: rsa.id,
      in: regions.path('message'),
      signature: regions.path('signature'),
    });
    database = new Database(join(regions.path('home'), 'catalog.sqlite'));
    database.exec(`
      CREATE TEMP TABLE kept_vaults AS SELECT * FROM vaults;
      CREATE TEMP TABLE kept_keys AS SELECT * FROM keys;
      CREATE TEMP TABLE kept_versions AS SELECT * FROM key_versions;`);
  }, 60_000);

  afterAll(async () => {
    database.close();
    await regions[Symbol.asyncDispose]();
  });

  /** Everything as it was made. */
  function reset(): void {
    database.exec(`
      BEGIN IMMEDIATE;
      DELETE FROM scheduled_deletions;
      DELETE FROM key_versions WHERE id NOT IN (SELECT id FROM kept_versions);
      DELETE FROM keys WHERE id NOT IN (SELECT id FROM kept_keys);
      UPDATE key_versions SET time_of_deletion = NULL, lifecycle_state = 'ENABLED';
      UPDATE keys SET time_of_deletion = NULL, lifecycle_state = 'ENABLED', current_key_version =
        (SELECT k.current_key_version FROM kept_keys k WHERE k.id = keys.id);
      UPDATE vaults SET time_of_deletion = NULL, lifecycle_state = 'ACTIVE';
      COMMIT;`);
  }

  function setState(entity: Entity, id: string, state: string): void {
    database.prepare(`UPDATE ${TABLES[entity]} SET lifecycle_state = ? WHERE id = ?`).run(state, id);
  }

  function out(): string {
    files += 1;
    return regions.path(`file-${files}`);
  }

  const destination = () => ({ destination: 'OFFLINE_FILE' as const, file: out() });
  const schedule = { isOverrideCoverage: true };

  /** What each operation is tried on. */
  const calls: Readonly<Record<StatefulOperation, () => Promise<unknown>>> = {
    'vault.update': () => regions.call('vault.update', { vaultId: vault.id, displayName: 'New Name' }),
    'vault.backup': () => regions.call('vault.backup', { vaultId: vault.id, backupLocation: destination() }),
    'vault.schedule-deletion': () =>
      regions.call('vault.schedule-deletion', { vaultId: vault.id, ...schedule }),
    'vault.cancel-deletion': () => regions.call('vault.cancel-deletion', { vaultId: vault.id }),
    'key.create': () => regions.makeKey(vault.id, 'another', { algorithm: 'AES', length: 16 }),
    'key.update': () => regions.call('key.update', { keyId: aes.id, freeformTags: { a: 'b' } }),
    'key.enable': () => regions.call('key.enable', { keyId: aes.id }),
    'key.disable': () => regions.call('key.disable', { keyId: aes.id }),
    'key.backup': () => regions.call('key.backup', { keyId: aes.id, backupLocation: destination() }),
    'key.schedule-deletion': () => regions.call('key.schedule-deletion', { keyId: aes.id, ...schedule }),
    'key.cancel-deletion': () => regions.call('key.cancel-deletion', { keyId: aes.id }),
    'key-version.create': () => regions.call('key-version.create', { keyId: aes.id }),
    'key-version.schedule-deletion': () =>
      regions.call('key-version.schedule-deletion', { keyVersionId: older, ...schedule }),
    'key-version.cancel-deletion': () => regions.call('key-version.cancel-deletion', { keyVersionId: older }),
    'crypto.encrypt': () =>
      regions.call('crypto.encrypt', { keyId: aes.id, in: regions.path('message'), out: out() }),
    'crypto.decrypt': () =>
      regions.call('crypto.decrypt', { keyId: aes.id, in: regions.path('sealed'), out: out() }),
    'crypto.sign': () =>
      regions.call('crypto.sign', { keyId: rsa.id, in: regions.path('message'), signature: out() }),
    'crypto.verify': () =>
      regions.call('crypto.verify', {
        keyId: rsa.id,
        in: regions.path('message'),
        signature: regions.path('signature'),
      }),
  };

  /** What has to be done before for the operation to have something to do. */
  async function prepare(operation: StatefulOperation): Promise<void> {
    if (operation === 'vault.cancel-deletion') await calls['vault.schedule-deletion']();
    if (operation === 'key.cancel-deletion') await calls['key.schedule-deletion']();
    if (operation === 'key-version.cancel-deletion') await calls['key-version.schedule-deletion']();
    if (operation === 'key.enable') await calls['key.disable']();
  }

  function idOf(operation: StatefulOperation, entity: Entity): string {
    if (entity === 'vault') return vault.id;
    const isOfRsa = operation === 'crypto.sign' || operation === 'crypto.verify';
    if (entity === 'key') return isOfRsa ? rsa.id : aes.id;
    if (operation.startsWith('key-version.')) return older;
    return (
      database
        .prepare('SELECT current_key_version AS id FROM keys WHERE id = ?')
        .get(isOfRsa ? rsa.id : aes.id) as { id: string }
    ).id;
  }

  it.each(WALK)(
    'rule R11: $operation in every state of its $entity',
    async ({ operation, entity, allowed }) => {
      const works = [...allowed, ...(ALSO_WORKS[`${operation} ${entity}`] ?? [])];
      for (const state of STATES[entity]) {
        reset();
        await prepare(operation);
        const id = idOf(operation, entity);
        setState(entity, id, state);
        const failure: unknown = await calls[operation]().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (works.includes(state)) {
          expect(failure, state).toBeUndefined();
          continue;
        }
        expect(failure, state).toBeInstanceOf(StrongroomError);
        expect(failure, state).toMatchObject({
          code: 'IncorrectState',
          status: 409,
          reason: 'LifecycleState',
        });
        expect((failure as StrongroomError).message).toContain(` is ${state}; `);
        expect((failure as StrongroomError).message).toContain(`needs it ${allowed.join(' or ')}`);
        const left = database.prepare(`SELECT lifecycle_state AS state FROM ${TABLES[entity]} WHERE id = ?`);
        expect(left.get(id), state).toEqual({ state });
      }
    },
    60_000,
  );
});
