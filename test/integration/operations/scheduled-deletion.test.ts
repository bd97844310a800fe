import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { materialsOnToken } from '../../support/materials-on-token.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

const DAY = 24 * 60 * 60 * 1000;
const AES = { algorithm: 'AES', length: 32 } as const;

const TOKENS: readonly (readonly [KnownVendor, KnownVendor])[] = [
  ['SoftHSM', 'NSS'],
  ['NSS', 'SoftHSM'],
];

describe.each(TOKENS)('scheduled deletion on %s, with copies on %s', (here, there) => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let cards: ResponseOf<'key.create'>;
  let loans: ResponseOf<'key.create'>;
  let signing: ResponseOf<'key.create'>;
  let backup: ResponseOf<'vault.backup'>;
  const message = randomBytes(1000);
  let files = 0;

  beforeAll(async () => {
    regions = await TwoRegions.make(here, there);
    vault = await regions.makeVault();
    cards = await regions.makeKey(vault.id, 'cards', AES);
    loans = await regions.makeKey(vault.id, 'loans', AES);
    signing = await regions.makeKey(vault.id, 'signing', { algorithm: 'ECDSA', length: 32 });
    await writeFile(regions.path('message'), message);
    await encrypt(cards.id, 'sealed');
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);
  const inDays = (days: number): string => new Date(regions.clock.now().getTime() + days * DAY).toISOString();

  function out(): string {
    files += 1;
    return regions.path(`file-${files}`);
  }

  function encrypt(keyId: string, name?: string): Promise<unknown> {
    return call('crypto.encrypt', {
      keyId,
      in: regions.path('message'),
      out: name === undefined ? out() : regions.path(name),
    });
  }

  async function stateOfKey(keyId: string): Promise<string> {
    return (await call('key.get', { keyId })).lifecycleState;
  }

  async function materialsOf(keyId: string): Promise<string[]> {
    return (await call('key-version.list', { keyId })).data.map((version) => version.materialId);
  }

  function sql<Row>(text: string, ...values: string[]): Row[] {
    const database = new Database(join(regions.path('home'), 'catalog.sqlite'), { readonly: true });
    try {
      return database.prepare(text).all(...values) as Row[];
    } finally {
      database.close();
    }
  }

  it('rule R13: refuses what no verified backup has, says what that is, and changes nothing', async () => {
    const before = await call('key.get', { keyId: cards.id });
    const refused = call('key.schedule-deletion', { keyId: cards.id });
    await expect(refused).rejects.toMatchObject({ code: 'Conflict', status: 409, reason: 'NotCovered' });
    await expect(refused).rejects.toThrow(/1 version of 1 HSM key: cards/);
    expect(await call('key.get', { keyId: cards.id })).toEqual(before);
    await expect(call('vault.schedule-deletion', { vaultId: vault.id })).rejects.toThrow(
      /3 versions of 3 HSM keys/,
    );
    expect((await call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
    expect((await call('deletion.list', {})).data).toEqual([]);
  });

  it.each([
    [6.99, false],
    [7.01, true],
    [29.99, true],
    [30.01, false],
    [-1, false],
  ])('rule R13: %f days ahead is allowed: %s', async (days, isAllowed) => {
    const timeOfDeletion = inDays(days);
    const scheduled = call('key.schedule-deletion', {
      keyId: cards.id,
      timeOfDeletion,
      isOverrideCoverage: true,
    });
    if (!isAllowed) {
      await expect(scheduled).rejects.toMatchObject({ code: 'InvalidParameter', reason: 'TimeOfDeletion' });
      return;
    }
    expect(await scheduled).toMatchObject({ lifecycleState: 'PENDING_DELETION', timeOfDeletion });
    await call('key.cancel-deletion', { keyId: cards.id });
  });

  it('rule R13: a scheduled key is unusable at once, 30 days ahead unless told otherwise, and as before once cancelled', async () => {
    await call('key.disable', { keyId: loans.id });
    const before = [await call('key.get', { keyId: cards.id }), await call('key.get', { keyId: loans.id })];
    const times = [];
    for (const { id } of [cards, loans]) {
      const scheduled = await call('key.schedule-deletion', { keyId: id, isOverrideCoverage: true });
      expect(scheduled.uncovered).toMatchObject({ isCovered: false, keyCount: 1, keyVersionCount: 1 });
      times.push(Date.parse(scheduled.timeOfDeletion ?? '') - regions.clock.now().getTime());
    }
    for (const time of times) expect(Math.abs(time - 30 * DAY)).toBeLessThan(60_000);
    const decrypted = { keyId: cards.id, in: regions.path('sealed'), out: out() };
    const refused = await Promise.allSettled([
      encrypt(cards.id),
      call('crypto.decrypt', decrypted),
      call('key-version.create', { keyId: cards.id }),
      call('key.disable', { keyId: cards.id }),
      call('key.update', { keyId: cards.id, displayName: 'other' }),
      call('key.backup', {
        keyId: cards.id,
        backupLocation: { destination: 'OFFLINE_FILE', file: out() },
      }),
    ]);
    for (const one of refused) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'IncorrectState' } });
    }
    const list = (await call('deletion.list', { region: FRA })).data;
    expect(list.map((one) => [one.displayName, one.isDue, one.isScheduledWithVault])).toEqual([
      ['cards', false, false],
      ['loans', false, false],
    ]);
    await expect(call('deletion.execute', {})).rejects.toMatchObject({ reason: 'NotDue' });
    for (const { id } of [cards, loans]) await call('key.cancel-deletion', { keyId: id });
    expect([await call('key.get', { keyId: cards.id }), await call('key.get', { keyId: loans.id })]).toEqual(
      before,
    );
    await call('crypto.decrypt', decrypted);
    await call('key.enable', { keyId: loans.id });
  });

  it('rule R13: what a verified backup has may go; one version alone only if it is not the current one', async () => {
    backup = await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    const first = cards.currentKeyVersion;
    await expect(call('key-version.schedule-deletion', { keyVersionId: first })).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'CurrentKeyVersion',
    });
    const second = await call('key-version.create', { keyId: cards.id });
    await expect(call('key.schedule-deletion', { keyId: cards.id })).rejects.toMatchObject({
      reason: 'NotCovered',
    });
    const scheduled = await call('key-version.schedule-deletion', { keyVersionId: first });
    expect(scheduled).toMatchObject({ lifecycleState: 'PENDING_DELETION', uncovered: { isCovered: true } });
    await encrypt(cards.id);
    await expect(call('crypto.decrypt', { in: regions.path('sealed'), out: out() })).rejects.toMatchObject({
      code: 'IncorrectState',
    });
    await call('key-version.cancel-deletion', { keyVersionId: first });
    await call('crypto.decrypt', { in: regions.path('sealed'), out: out() });
    expect((await call('key.get', { keyId: cards.id })).currentKeyVersion).toBe(second.id);
    // Covered again: the newest version is in a backup too.
    backup = await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
  });

  it('rule R13: a vault takes its keys along, none of which may be scheduled later; cancelled, all is as before', async () => {
    await call('key.disable', { keyId: signing.id });
    const own = await call('key.schedule-deletion', { keyId: loans.id, timeOfDeletion: inDays(20) });
    await expect(
      call('vault.schedule-deletion', { vaultId: vault.id, timeOfDeletion: inDays(10) }),
    ).rejects.toMatchObject({ code: 'Conflict', reason: 'KeyScheduledLater' });
    const timeOfDeletion = inDays(25);
    const scheduled = await call('vault.schedule-deletion', { vaultId: vault.id, timeOfDeletion });
    expect(scheduled).toMatchObject({
      lifecycleState: 'PENDING_DELETION',
      timeOfDeletion,
      uncovered: { isCovered: true },
    });
    const keys = (await call('key.list', { vaultId: vault.id })).data;
    expect(keys.map((key) => [key.displayName, key.lifecycleState, key.timeOfDeletion])).toEqual([
      ['cards', 'PENDING_DELETION', timeOfDeletion],
      ['loans', 'PENDING_DELETION', own.timeOfDeletion],
      ['signing', 'PENDING_DELETION', timeOfDeletion],
    ]);
    for (const { id } of [cards, loans]) {
      await expect(call('key.cancel-deletion', { keyId: id })).rejects.toThrow(
        /vault .* is PENDING_DELETION/,
      );
    }
    await expect(encrypt(cards.id)).rejects.toMatchObject({ code: 'IncorrectState' });
    await expect(regions.makeKey(vault.id, 'late', AES)).rejects.toMatchObject({ code: 'IncorrectState' });
    expect((await call('deletion.list', {})).data.map((one) => one.displayName)).toEqual([
      'loans',
      ...[vault.displayName, 'cards', 'signing'].map(() => expect.any(String) as string),
    ]);
    await call('vault.cancel-deletion', { vaultId: vault.id });
    expect(await stateOfKey(cards.id)).toBe('ENABLED');
    expect(await stateOfKey(signing.id)).toBe('DISABLED');
    expect(await call('key.get', { keyId: loans.id })).toMatchObject({
      lifecycleState: 'PENDING_DELETION',
      timeOfDeletion: own.timeOfDeletion,
    });
    expect((await call('vault.get', { vaultId: vault.id })).timeOfDeletion).toBeUndefined();
    await call('key.cancel-deletion', { keyId: loans.id });
    await call('key.enable', { keyId: signing.id });
  });

  it('rule R13: executes what is due and nothing else; the token has none of it, and all of the rest', async () => {
    await call('object.copy', {
      bucketName: 'fra',
      sourceObjectName: objectName(),
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
    await call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'zrh', objectName: objectName() },
      region: ZRH,
    });
    const other = await regions.makeVault('Other Vault');
    const kept = await regions.makeKey(other.id, 'kept', AES);
    const gone = await materialsOf(loans.id);
    const before = await materialsOnToken(regions.fra);
    const abroad = await materialsOnToken(regions.zrh);
    expect(before).toEqual(expect.arrayContaining(gone));
    await call('key.schedule-deletion', { keyId: loans.id, timeOfDeletion: inDays(8) });
    await call('key.schedule-deletion', {
      keyId: kept.id,
      timeOfDeletion: inDays(20),
      isOverrideCoverage: true,
    });
    await expect(call('deletion.execute', { ids: [loans.id] })).rejects.toMatchObject({ reason: 'NotDue' });
    regions.clock.daysAhead += 9;
    expect((await call('deletion.list', {})).data.map((one) => [one.displayName, one.isDue])).toEqual([
      ['loans', true],
      ['kept', false],
    ]);
    await expect(call('deletion.execute', { ids: [kept.id] })).rejects.toMatchObject({ reason: 'NotDue' });
    const executed = await call('deletion.execute', { region: FRA });
    expect(executed).toMatchObject({ vaultCount: 0, keyCount: 1, keyVersionCount: 1, tokenObjectCount: 1 });
    expect(await materialsOnToken(regions.fra)).toEqual(before.filter((id) => !gone.includes(id)));
    expect(await materialsOnToken(regions.zrh)).toEqual(abroad);
    expect(await call('work-request.get', { workRequestId: executed.workRequestId })).toMatchObject({
      operationType: 'EXECUTE_DELETIONS',
      status: 'SUCCEEDED',
      resources: [{ actionType: 'DELETED', entityType: 'key', identifier: loans.id }],
    });
    expect(await stateOfKey(loans.id)).toBe('DELETED');
    expect(await stateOfKey(kept.id)).toBe('PENDING_DELETION');
    await call('key.cancel-deletion', { keyId: kept.id });
    await encrypt(kept.id);
    await encrypt(cards.id);
    expect(await call('vault.usage', { vaultId: vault.id })).toEqual({
      keyCount: 2,
      keyVersionCount: 3,
      softwareKeyCount: 0,
      softwareKeyVersionCount: 0,
    });
  });

  function objectName(): string {
    if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    return backup.copy.place.objectName;
  }

  it('rules R13, R74: with the clock set back nothing is scheduled and nothing executed', async () => {
    await call('key.schedule-deletion', { keyId: cards.id, timeOfDeletion: inDays(8) });
    const { daysAhead } = regions.clock;
    regions.clock.daysAhead = daysAhead - 1;
    const refused = { code: 'IncorrectState', reason: 'ClockSetBack' };
    await expect(call('deletion.execute', {})).rejects.toMatchObject(refused);
    await expect(call('key.schedule-deletion', { keyId: signing.id })).rejects.toMatchObject(refused);
    regions.clock.daysAhead = daysAhead;
    await call('key.cancel-deletion', { keyId: cards.id });
  });

  it('rules R13, R15: a vault goes with its software keys and secrets, and what was restored elsewhere stays usable', async () => {
    const software = await call('key.create', {
      vaultId: vault.id,
      displayName: 'soft',
      keyShape: AES,
      protectionMode: 'SOFTWARE',
    });
    await writeFile(regions.path('secret'), 'a secret');
    await call('secret.create', {
      vaultId: vault.id,
      keyId: cards.id,
      name: 'password',
      contentFile: regions.path('secret'),
    });
    await expect(call('vault.schedule-deletion', { vaultId: vault.id })).rejects.toThrow(
      /1 SOFTWARE key, 1 secret: soft, password/,
    );
    const gone = [...(await materialsOf(cards.id)), ...(await materialsOf(signing.id))];
    const before = await materialsOnToken(regions.fra);
    await call('vault.schedule-deletion', {
      vaultId: vault.id,
      timeOfDeletion: inDays(8),
      isOverrideCoverage: true,
    });
    regions.clock.daysAhead += 9;
    const executed = await call('deletion.execute', {});
    expect(executed).toMatchObject({ vaultCount: 1, keyCount: 3, keyVersionCount: 4, tokenObjectCount: 3 });
    expect(await materialsOnToken(regions.fra)).toEqual(before.filter((id) => !gone.includes(id)));
    expect((await call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('DELETED');
    for (const { id } of [cards, loans, signing, software]) expect(await stateOfKey(id)).toBe('DELETED');
    expect((await call('deletion.list', {})).data).toEqual([]);
    expect(sql('SELECT * FROM secret_contents')).toEqual([]);
    expect(sql('SELECT * FROM software_key_materials')).toEqual([]);
    expect(sql('SELECT lifecycle_state FROM secrets')).toEqual([{ lifecycle_state: 'DELETED' }]);
    // What the vault encrypted is decrypted by its restored twin, without saying with which key.
    const opened = regions.path('opened');
    await call('crypto.decrypt', { in: regions.path('sealed'), out: opened });
    expect(message.equals(await readFile(opened))).toBe(true);
  });

  it('rule R13: an object that another vault of the region uses too stays on the token', async () => {
    const [twin] = (await call('vault.list', { region: ZRH })).data;
    if (twin === undefined) throw new Error('nothing was restored in Zurich');
    const back = await call('vault.backup', {
      vaultId: twin.id,
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('twin.backup') },
    });
    const restored = await call('vault.restore-from-file', {
      restoreVaultFromFileLocation: regions.path('twin.backup'),
      region: FRA,
    });
    // A second record of the same values in the same region: the first vault, brought back from its own backup.
    await call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'fra', objectName: objectName() },
      region: FRA,
      isBringBackDestroyed: true,
    });
    const before = await materialsOnToken(regions.fra);
    expect(back.backup.keyVersionCount).toBeGreaterThan(1);
    await call('vault.schedule-deletion', { vaultId: restored.vault.id, timeOfDeletion: inDays(8) });
    regions.clock.daysAhead += 9;
    const executed = await call('deletion.execute', { ids: [restored.vault.id] });
    expect(executed).toMatchObject({ vaultCount: 1, tokenObjectCount: 0 });
    expect(await materialsOnToken(regions.fra)).toEqual(before);
    const opened = regions.path('opened-again');
    await rm(opened, { force: true });
    await call('crypto.decrypt', { keyId: cards.id, in: regions.path('sealed'), out: opened });
    expect(message.equals(await readFile(opened))).toBe(true);
    expect((await call('vault.get', { vaultId: vault.id })).timeOfDeletion).toBeUndefined();
  });
});
