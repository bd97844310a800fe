import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { ChangeWatcher } from '../../support/change-watcher.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

let regions: TwoRegions;
let watcher: ChangeWatcher;
let vault: ResponseOf<'vault.create'>;
let aes: ResponseOf<'key.create'>;
let ecdsa: ResponseOf<'key.create'>;
let objectName: string;

const call: Strongroom['call'] = (...parameters) => regions.strongroom.call(...parameters);
const path = (name: string): string => regions.path(name);
const offline = (name: string) => ({ destination: 'OFFLINE_FILE' as const, file: path(name) });
const bucket = (bucketName: string) => ({ destination: 'BUCKET' as const, bucketName });

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vault = await regions.makeVault();
  aes = await regions.makeKey(vault.id, 'AES', { algorithm: 'AES', length: 32 });
  ecdsa = await regions.makeKey(vault.id, 'ECDSA', { algorithm: 'ECDSA', length: 32 });
  const { copy } = await call('vault.backup', { vaultId: vault.id, backupLocation: bucket('fra') });
  if (copy.place.kind !== 'bucket') throw new Error('not in a bucket');
  objectName = copy.place.objectName;
  writeFileSync(path('message'), 'the message');
  writeFileSync(path('text'), 'Dear operator, this is a text.\n');
  writeFileSync(path('taken'), 'somebody needs this');
  mkdirSync(path('full'));
  writeFileSync(path('full/of-something'), 'somebody needs this');
  watcher = await ChangeWatcher.open({
    strongroom: () => regions.strongroom,
    tokens: [regions.fra, regions.zrh],
    withRealmKeys: [regions.fra, regions.zrh],
    folder: regions.folder,
  });
}, 60_000);

afterAll(async () => {
  await watcher[Symbol.asyncDispose]();
  await regions[Symbol.asyncDispose]();
});

describe('backup (rules R21, R23)', () => {
  it('rule R23: to a bucket of another region: back up here, then copy', async () => {
    const error = await watcher.refused(
      () => call('vault.backup', { vaultId: vault.id, backupLocation: bucket('zrh') }),
      { code: 'InvalidParameter', reason: 'BucketInOtherRegion' },
    );
    expect(error.next).toContain('object copy');
  });

  it('rule R21: of a DEFAULT vault', async () => {
    const plain = await call('vault.create', {
      compartmentId: vault.compartmentId,
      displayName: 'Plain',
      vaultType: 'DEFAULT',
      region: FRA,
    });
    await watcher.refused(() => call('vault.backup', { vaultId: plain.id, backupLocation: bucket('fra') }), {
      code: 'InvalidParameter',
      reason: 'VaultTypeNotBackedUp',
    });
  });

  it('rule R23: never onto a name that is taken', async () => {
    const taken = { code: 'NotAuthorizedOrResourceAlreadyExists', reason: 'NameTaken' } as const;
    await watcher.refused(
      () => call('vault.backup', { vaultId: vault.id, backupLocation: offline('taken') }),
      { ...taken, failedWorkRequest: 'BACKUP_VAULT' },
    );
    await watcher.refused(
      () => call('key.backup', { keyId: aes.id, backupLocation: { ...bucket('fra'), objectName } }),
      { ...taken, failedWorkRequest: 'BACKUP_KEY' },
    );
    // Before anything is sealed: a large backup takes its time.
    const [failed] = (await call('work-request.list', {})).data;
    expect(failed).toMatchObject({ operationType: 'BACKUP_KEY', percentComplete: 0 });
    expect(readFileSync(path('taken'), 'utf8')).toBe('somebody needs this');
  });

  it('to a bucket that does not exist, or whose folder is missing or another bucket’s', async () => {
    const attempt = () => call('vault.backup', { vaultId: vault.id, backupLocation: bucket('fra') });
    await watcher.refused(() => call('vault.backup', { vaultId: vault.id, backupLocation: bucket('none') }), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'BucketNotFound',
    });
    renameSync(path('bucket-fra'), path('away'));
    await watcher.refused(attempt, { code: 'NotAuthorizedOrNotFound', reason: 'BucketFolderMissing' });
    renameSync(path('bucket-zrh'), path('bucket-fra'));
    await watcher.refused(attempt, { code: 'Conflict', reason: 'BucketFolderTaken' });
    renameSync(path('bucket-fra'), path('bucket-zrh'));
    mkdirSync(path('bucket-fra'));
    await watcher.refused(attempt, { code: 'Conflict', reason: 'BucketMarkerMissing' });
    rmSync(path('bucket-fra'), { recursive: true });
    renameSync(path('away'), path('bucket-fra'));
  });

  it('bucket create takes no folder that is not its own', async () => {
    const create = (name: string, location: string) =>
      call('bucket.create', { name, location: path(location), region: FRA });
    await watcher.refused(() => create('fra', 'new-folder'), {
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'BucketNameTaken',
    });
    await watcher.refused(() => create('other', 'bucket-fra'), {
      code: 'Conflict',
      reason: 'BucketFolderTaken',
    });
    await watcher.refused(() => create('other', 'full'), {
      code: 'Conflict',
      reason: 'BucketFolderNotEmpty',
    });
    await watcher.refused(() => create('other', 'text'), { code: 'InvalidParameter', reason: 'NotAFolder' });
    await watcher.refused(() => create('other', 'no/such/parent'), {
      code: 'InvalidParameter',
      reason: 'ParentFolderMissing',
    });
  });

  const noSmallDisk = whyNoSmallDisk();
  it.skipIf(noSmallDisk !== undefined)(
    `rule R73: to a bucket that is read-only or full${noSmallDisk === undefined ? '' : ` (skipped: ${noSmallDisk})`}`,
    async () => {
      const disk = mountSmallDisk();
      try {
        const location = join(disk.path, 'bucket');
        await call('bucket.create', { name: 'small', location, region: FRA });
        const attempt = () => call('vault.backup', { vaultId: vault.id, backupLocation: bucket('small') });
        const names = readdirSync(location);
        disk.remount('ro');
        await watcher.refused(attempt, {
          code: 'NotAuthorized',
          reason: 'StorageReadOnly',
          failedWorkRequest: 'BACKUP_VAULT',
        });
        disk.remount('rw');
        fill(join(disk.path, 'filler'));
        await watcher.refused(attempt, {
          code: 'ServiceUnavailable',
          reason: 'StorageFull',
          failedWorkRequest: 'BACKUP_VAULT',
        });
        expect(readdirSync(location)).toEqual(names);
        // Rule R47: what was held for the backup is free again.
        expect((await call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
        rmSync(join(disk.path, 'filler'));
        await attempt();
      } finally {
        disk.unmount();
      }
    },
  );

  /** Writes until the file system is full. */
  function fill(file: string): void {
    expect(() => {
      for (;;) writeFileSync(file, Buffer.alloc(4096), { flag: 'a' });
    }).toThrow('ENOSPC');
  }
});

describe('copy and restore (rules R30, R40, R43)', () => {
  const copy = { bucketName: 'fra', destinationRegion: ZRH, destinationBucket: 'zrh' };

  it('rule R30: a source with another ETag than the one asked for: 412', async () => {
    const sourceObjectIfMatchETag = createHash('sha256').update('another').digest('hex');
    const error = await watcher.refused(
      () => call('object.copy', { ...copy, sourceObjectName: objectName, sourceObjectIfMatchETag }),
      { code: 'NoEtagMatch', reason: 'SourceChanged', failedWorkRequest: 'COPY_OBJECT' },
    );
    expect(error.status).toBe(412);
  });

  it('rule R30: onto a name that is taken, of nothing, and to the bucket it came from', async () => {
    writeFileSync(join(path('bucket-zrh'), 'taken'), 'somebody needs this');
    await watcher.refused(
      () => call('object.copy', { ...copy, sourceObjectName: objectName, destinationObjectName: 'taken' }),
      {
        code: 'NotAuthorizedOrResourceAlreadyExists',
        reason: 'NameTaken',
        failedWorkRequest: 'COPY_OBJECT',
      },
    );
    await watcher.refused(() => call('object.copy', { ...copy, sourceObjectName: 'nothing' }), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'ObjectNotFound',
    });
    await watcher.refused(
      () =>
        call('object.copy', {
          ...copy,
          sourceObjectName: objectName,
          destinationRegion: FRA,
          destinationBucket: 'fra',
        }),
      { code: 'InvalidParameter', reason: 'SameBucket' },
    );
  });

  it('rule R43: a plan that no longer fits is not executed', async () => {
    const source = { backupLocation: { ...bucket('fra'), objectName }, region: FRA };
    const { planHash } = await call('backup.plan-restore', source);
    await call('key.disable', { keyId: ecdsa.id });
    try {
      const changed = {
        code: 'Conflict',
        reason: 'PlanChanged',
        failedWorkRequest: 'RESTORE_VAULT',
      } as const;
      await watcher.refused(() => call('vault.restore', { ...source, planHash }), changed);
      const otherRegion = { ...source, region: ZRH, planHash };
      await watcher.refused(() => call('vault.restore', otherRegion), changed);
    } finally {
      await call('key.enable', { keyId: ecdsa.id });
    }
  });

  it('rule R40: a key without its vault: 404 that says which backup to restore first', async () => {
    await call('key.backup', { keyId: aes.id, backupLocation: offline('key-backup') });
    const error = await watcher.refused(
      () => call('key.restore-from-file', { restoreKeyFromFileLocation: path('key-backup'), region: ZRH }),
      { code: 'NotAuthorizedOrNotFound', reason: 'VaultMissing', failedWorkRequest: 'RESTORE_KEY' },
    );
    expect(error.status).toBe(404);
    const { data } = await call('backup.list', { vaultId: vault.id });
    const newest = data.find(({ kind }) => kind === 'VAULT');
    expect(error.next).toContain(newest?.id);
    await watcher.refused(
      () =>
        call('vault.restore-from-file', { restoreVaultFromFileLocation: path('key-backup'), region: ZRH }),
      { code: 'InvalidParameter', reason: 'BackupKindDiffers', failedWorkRequest: 'RESTORE_VAULT' },
    );
  });

  it('into a region that is not attached, and into none where two are', async () => {
    const source = { backupLocation: { ...bucket('fra'), objectName } };
    await watcher.refused(() => call('backup.plan-restore', { ...source, region: 'uk-london-1' }), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'NotInCatalog',
    });
    await watcher.refused(() => call('backup.plan-restore', source), {
      code: 'MissingParameter',
      reason: 'RegionMissing',
    });
  });
});

describe('keys in use (rules R11, R14)', () => {
  it('rule R11: a disabled key does not encrypt or decrypt, and a second disabling is told', async () => {
    const encrypted = path('encrypted-before');
    await call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: encrypted });
    await call('key.disable', { keyId: aes.id });
    const disabled = { code: 'IncorrectState', reason: 'LifecycleState' } as const;
    const out = path('never');
    await watcher.refused(
      () => call('crypto.encrypt', { keyId: aes.id, in: path('message'), out }),
      disabled,
    );
    await watcher.refused(() => call('crypto.decrypt', { in: encrypted, out }), disabled);
    await watcher.refused(() => call('key-version.create', { keyId: aes.id }), disabled);
    await watcher.refused(() => call('key.disable', { keyId: aes.id }), disabled);
    await call('key.enable', { keyId: aes.id });
    await call('crypto.decrypt', { in: encrypted, out: path('decrypted') });
  });

  it('rule R14: a key for signing does not encrypt, a key for encrypting does not sign', async () => {
    await watcher.refused(
      () => call('crypto.encrypt', { keyId: ecdsa.id, in: path('message'), out: path('never') }),
      { code: 'InvalidParameter', reason: 'KeyCannotEncrypt' },
    );
    await watcher.refused(
      () => call('crypto.sign', { keyId: aes.id, in: path('message'), signature: path('never') }),
      { code: 'InvalidParameter', reason: 'KeyCannotSign' },
    );
  });

  it('rule R14: an existing file is never replaced', async () => {
    const taken = { code: 'NotAuthorizedOrResourceAlreadyExists', reason: 'NameTaken' } as const;
    await call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: path('encrypted') });
    await watcher.refused(
      () => call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: path('taken') }),
      taken,
    );
    await watcher.refused(() => call('crypto.decrypt', { in: path('encrypted'), out: path('taken') }), taken);
    await watcher.refused(
      () => call('crypto.sign', { keyId: ecdsa.id, in: path('message'), signature: path('taken') }),
      taken,
    );
  });

  it('rule R14: a ciphertext that is none, is cut, or has one flipped bit gives no plaintext', async () => {
    const good = path('to-be-spoilt');
    await call('crypto.encrypt', { keyId: aes.id, in: path('message'), out: good });
    const bytes = readFileSync(good);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 1]! ^= 1;
    for (const [content, reason] of [
      [readFileSync(path('text')), 'NotAnEncryptedFile'],
      [bytes.subarray(0, 10), 'NotAnEncryptedFile'],
      [bytes.subarray(0, -1), 'ChunkNotAuthentic'],
      [flipped, 'ChunkNotAuthentic'],
    ] as const) {
      writeFileSync(path('spoilt'), content);
      await watcher.refused(() => call('crypto.decrypt', { in: path('spoilt'), out: path('never') }), {
        code: 'InvalidParameter',
        reason,
      });
    }
  });

  it('rule R14: a signature over another message, and a file that is no signature', async () => {
    await call('crypto.sign', { keyId: ecdsa.id, in: path('message'), signature: path('signature') });
    await call('crypto.verify', { in: path('message'), signature: path('signature') });
    await watcher.refused(() => call('crypto.verify', { in: path('text'), signature: path('signature') }), {
      code: 'InvalidParameter',
      reason: 'SignatureNotValid',
    });
    await watcher.refused(() => call('crypto.verify', { in: path('message'), signature: path('text') }), {
      code: 'InvalidParameter',
      reason: 'NotASignature',
    });
  });
});
