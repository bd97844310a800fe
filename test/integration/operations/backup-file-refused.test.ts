import { createHash } from 'node:crypto';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SALT_LENGTH } from '../../../main/sealing/backup-data-key.ts';
import { MAXIMUM_SIZE, TRAILER_LENGTH } from '../../../main/sealing/sealed-backup-trailer.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { ChangeWatcher } from '../../support/change-watcher.ts';
import type { Refusal } from '../../support/change-watcher.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { assemble, flipBit, refreshTrailer, takeApart } from '../../support/sealed-backup-mutation.ts';
import { OFFICER } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

const TEN_GIGABYTES = 10 * 1024 ** 3;
/** Far below what reading ten gigabytes takes, far above what a busy machine takes for one block. */
const AT_ONCE_MILLISECONDS = 3000;

describe('rules R44, R74: a backup file that is not right is refused, and changes nothing', () => {
  let regions: TwoRegions;
  let other: PracticeToken;
  let watcher: ChangeWatcher;
  let vault: ResponseOf<'vault.create'>;
  let good: Buffer;
  let keyBackup: Buffer;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    await regions.makeKey(vault.id, 'AES', { algorithm: 'AES', length: 32 });
    const signing = await regions.makeKey(vault.id, 'ECDSA', { algorithm: 'ECDSA', length: 32 });
    await regions.call('vault.backup', { vaultId: vault.id, backupLocation: at('good') });
    await regions.call('key.backup', { keyId: signing.id, backupLocation: at('key') });
    good = await readFile(regions.path('good'));
    keyBackup = await readFile(regions.path('key'));
    other = await practiceToken('SoftHSM', { label: 'other', beside: regions.fra });
    await backUpInOtherRealm();
    await regions.strongroom.close();
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh, other]);
    watcher = await ChangeWatcher.open({
      strongroom: () => regions.strongroom,
      tokens: [regions.fra, regions.zrh, other],
      withRealmKeys: [regions.fra, regions.zrh, other],
      folder: regions.folder,
    });
  }, 60_000);

  afterAll(async () => {
    await watcher[Symbol.asyncDispose]();
    await regions[Symbol.asyncDispose]();
  });

  async function backUpInOtherRealm(): Promise<void> {
    await using elsewhere = await openHome(regions.path('other-home'), [other]);
    await elsewhere.call('realm.create', {
      name: 'Other',
      tenancyName: 'Other',
      region: ZRH,
      ...tokenFields(other),
      administrator: OFFICER,
    });
    const compartment = await elsewhere.call('compartment.create', { displayName: 'Payments' });
    const theirs = await elsewhere.call('vault.create', {
      compartmentId: compartment.id,
      displayName: 'Theirs',
    });
    await elsewhere.call('vault.backup', { vaultId: theirs.id, backupLocation: at('theirs') });
  }

  const at = (name: string) => ({ destination: 'OFFLINE_FILE' as const, file: regions.path(name) });

  /** Everything that reads a sealed backup with a token, and the work request that each of them leaves, failed. */
  async function refusedByAll(name: string, refusal: Omit<Refusal, 'failedWorkRequest'>): Promise<void> {
    const { call } = regions;
    const backupLocation = at(name);
    for (const depth of ['seal', 'keys'] as const) {
      await watcher.refused(() => call('backup.verify', { backupLocation, depth, region: ZRH }), {
        ...refusal,
        failedWorkRequest: 'VERIFY_BACKUP',
      });
    }
    await watcher.refused(() => call('backup.plan-restore', { backupLocation, region: ZRH }), refusal);
    await watcher.refused(() => call('vault.restore', { backupLocation, region: ZRH }), {
      ...refusal,
      failedWorkRequest: 'RESTORE_VAULT',
    });
    const restoreKeyFromFileLocation = regions.path(name);
    await watcher.refused(() => call('key.restore-from-file', { restoreKeyFromFileLocation, region: ZRH }), {
      ...refusal,
      failedWorkRequest: 'RESTORE_KEY',
    });
  }

  /** As refusedByAll, by the check of structure too, which needs no token and makes no work request. */
  async function refusedByStructureAndAll(name: string, reason: string): Promise<void> {
    const refusal = { code: 'InvalidParameter', reason } as const;
    await watcher.refused(
      () => regions.call('backup.verify', { backupLocation: at(name), depth: 'structure' }),
      refusal,
    );
    await refusedByAll(name, refusal);
  }

  it('the watcher sees a key that is made, and the good backup is taken where the bad ones are not', async () => {
    const before = await watcher.look();
    await regions.makeKey(vault.id, 'Another', { algorithm: 'AES', length: 16 });
    const after = await watcher.look();
    for (const part of ['keys', 'versions', 'inventories', 'tokenObjects'] as const)
      expect(after[part], part).not.toEqual(before[part]);
    const verified = await regions.call('backup.verify', { backupLocation: at('good'), region: ZRH });
    expect(verified).toMatchObject({ authenticated: true, provenKeyVersionCount: 2 });
    const plan = await regions.call('backup.plan-restore', { backupLocation: at('good'), region: ZRH });
    expect(plan).toMatchObject({ keyVersionsToAdd: 2, refused: [] });
  });

  it.each([
    ['no byte is left', () => 0, 'SealedBackupEmpty'],
    ['1 byte is left', () => 1, 'SealedBackupTruncated'],
    ['the header is cut', () => 60, 'SealedBackupTruncated'],
    ['half of it is left', (size: number) => Math.floor(size / 2), 'SealedBackupTruncated'],
    ['the trailer is missing', (size: number) => size - TRAILER_LENGTH, 'SealedBackupTruncated'],
    ['the last byte is missing', (size: number) => size - 1, 'SealedBackupTruncated'],
  ])('a file that was cut: %s', async (what, lengthOf, reason) => {
    const name = `cut, ${what}`;
    await writeFile(regions.path(name), good.subarray(0, lengthOf(good.length)));
    await refusedByStructureAndAll(name, reason);
  });

  it.each([
    ['header', () => good.indexOf(FRA), 'HeaderHashMismatch'],
    ['salt', () => takeApart(good).head.length, 'CiphertextHashMismatch'],
    ['commitment', () => takeApart(good).head.length + SALT_LENGTH, 'CiphertextHashMismatch'],
    ['chunk', () => chunksStart() + 100, 'CiphertextHashMismatch'],
    ['trailer', () => good.length - takeApart(good).trailer.length + 40, 'TrailerMalformed'],
    ['end mark', () => good.length - 1, 'SealedBackupTruncated'],
  ])('one flipped bit: %s', async (what, offsetOf, reason) => {
    const name = `flipped, ${what}`;
    await writeFile(regions.path(name), flipBit(good, offsetOf(), 0));
    await refusedByStructureAndAll(name, reason);
  });

  function chunksStart(): number {
    const { head, ciphertextPrefix } = takeApart(good);
    return head.length + ciphertextPrefix.length;
  }

  it.each([
    ['header', () => good.indexOf(FRA), 'SealKeyCommitment'],
    ['salt', () => takeApart(good).head.length, 'SealKeyCommitment'],
    ['chunk', () => chunksStart() + 100, 'SealMismatch'],
  ])(
    'rule R25: a flipped bit under hashes made to fit, which anybody can do: %s',
    async (what, offset, reason) => {
      const name = `forged, ${what}`;
      await writeFile(regions.path(name), await refreshTrailer(flipBit(good, offset(), 0)));
      const structure = await regions.call('backup.verify', {
        backupLocation: at(name),
        depth: 'structure',
      });
      expect(structure.authenticated).toBe(false);
      await refusedByAll(name, { code: 'InvalidParameter', reason });
    },
  );

  it('rule R25: the chunks of another backup of the same realm, under hashes made to fit', async () => {
    const mixed = assemble(takeApart(good), takeApart(keyBackup).chunks);
    await writeFile(regions.path('mixed'), await refreshTrailer(mixed));
    await refusedByAll('mixed', { code: 'InvalidParameter', reason: 'SealMismatch' });
  });

  it('rule R40: a backup of another realm', async () => {
    const shown = await regions.call('backup.inspect', { backupLocation: at('theirs') });
    expect(shown.isOfThisRealm).toBe(false);
    await refusedByAll('theirs', { code: 'InvalidParameter', reason: 'OtherRealm' });
    // Rule R2: nor is their token taken for a region of this realm.
    await watcher.refused(() => regions.call('region.attach', { region: ZRH, ...tokenFields(other) }), {
      code: 'Conflict',
      reason: 'OtherRealm',
    });
  });

  it.each([
    ['a folder', 'InvalidParameter', 'NotAFile', (path: string) => mkdir(path)],
    ['not there', 'NotAuthorizedOrNotFound', 'FileNotFound', () => Promise.resolve()],
  ] as const)('a path that is %s', async (name, code, reason, make) => {
    await make(regions.path(name));
    const { call } = regions;
    const backupLocation = at(name);
    for (const depth of ['structure', 'keys'] as const) {
      await watcher.refused(() => call('backup.verify', { backupLocation, depth, region: ZRH }), {
        code,
        reason,
      });
    }
    await watcher.refused(() => call('backup.inspect', { backupLocation }), { code, reason });
    await watcher.refused(() => call('backup.plan-restore', { backupLocation, region: ZRH }), {
      code,
      reason,
    });
    await watcher.refused(() => call('vault.restore', { backupLocation, region: ZRH }), {
      code,
      reason,
      failedWorkRequest: 'RESTORE_VAULT',
    });
  });

  it.each([
    ['zeros', () => Buffer.alloc(0), 'NotASealedBackup'],
    ['a good beginning, then zeros', () => good.subarray(0, -200), 'SealedBackupTooLarge'],
  ])('ten gigabytes are refused without being read: %s', async (name, start, reason) => {
    expect(TEN_GIGABYTES).toBeGreaterThan(MAXIMUM_SIZE);
    await writeFile(regions.path(name), start());
    await truncate(regions.path(name), TEN_GIGABYTES);
    const began = performance.now();
    await refusedByStructureAndAll(name, reason);
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MILLISECONDS);
    await truncate(regions.path(name), 0);
  });

  it('text, another file of ours, and a backup with something added to its end', async () => {
    await writeFile(regions.path('text'), 'Dear operator, this is your backup.\n');
    await refusedByStructureAndAll('text', 'NotASealedBackup');
    await refusedByStructureAndAll('zrh.grant', 'NotASealedBackup');
    await writeFile(regions.path('longer'), Buffer.concat([good, Buffer.from('\n')]));
    await refusedByStructureAndAll('longer', 'SealedBackupTruncated');
  });

  it('a damaged object in a bucket is refused there as well, and is not repaired or removed', async () => {
    const { call } = regions;
    const damaged = flipBit(good, chunksStart() + 1, 3);
    const objectName = `brought-${createHash('sha256').update(damaged).digest('hex')}`;
    await writeFile(`${regions.path('bucket-zrh')}/${objectName}`, damaged);
    const backupLocation = { destination: 'BUCKET' as const, bucketName: 'zrh', objectName };
    await watcher.refused(() => call('vault.restore', { backupLocation, region: ZRH }), {
      code: 'InvalidParameter',
      reason: 'CiphertextHashMismatch',
      failedWorkRequest: 'RESTORE_VAULT',
    });
    await watcher.refused(
      () =>
        call('vault.restore', {
          backupLocation: { ...backupLocation, objectName: 'nothing' },
          region: ZRH,
        }),
      { code: 'NotAuthorizedOrNotFound', reason: 'ObjectNotFound', failedWorkRequest: 'RESTORE_VAULT' },
    );
  });

  it('rule R46: after all these refusals the good backup is restored as if nothing had been tried', async () => {
    const restored = await regions.call('vault.restore-from-file', {
      restoreVaultFromFileLocation: regions.path('good'),
      region: ZRH,
    });
    expect(restored).toMatchObject({ keyCount: 2, keyVersionCount: 2, vault: { lifecycleState: 'ACTIVE' } });
  });
});
