import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import { OFFICER } from '../../support/operators.ts';
import { FRA, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';
import { whatCatalogSays } from '../../support/what-catalog-says.ts';

const SHAPES: readonly KeyShape[] = [
  ...([16, 24, 32] as const).map((length) => ({ algorithm: 'AES' as const, length })),
  ...([256, 384, 512] as const).map((length) => ({ algorithm: 'RSA' as const, length })),
  ...([32, 48, 66] as const).map((length) => ({ algorithm: 'ECDSA' as const, length })),
];

describe('a catalog that is lost, with tokens of SoftHSM and NSS', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let before: Awaited<ReturnType<typeof whatCatalogSays>>;
  let newest: ResponseOf<'vault.backup'>['backup'];
  const keys = new Map<string, ResponseOf<'key.create'>>();
  /** What was encrypted, and with which key. */
  const encrypted: { readonly file: string; readonly keyId: string }[] = [];
  const message = randomBytes(100_000);
  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

  const keyOf = (name: string) => {
    const key = keys.get(name);
    if (key === undefined) throw new Error(`no key ${name}`);
    return key;
  };

  async function encryptWith(keyId: string): Promise<void> {
    const out = `encrypted-${encrypted.length}`;
    await call('crypto.encrypt', { keyId, in: regions.path('message'), out: regions.path(out) });
    encrypted.push({ file: out, keyId });
  }

  const backUp = async (bucketName: string, vaultId: string) => {
    const made = await call('vault.backup', {
      vaultId,
      backupLocation: { destination: 'BUCKET', bucketName },
    });
    if (made.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    return { ...made, objectName: made.copy.place.objectName };
  };

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'NSS');
    await writeFile(regions.path('message'), message);
    vault = await regions.makeVault();
    for (const shape of SHAPES) {
      const key = await regions.makeKey(vault.id, `${shape.algorithm}-${shape.length}`, shape);
      keys.set(key.displayName, key);
    }
    await encryptWith(keyOf('AES-32').id);
    await call('key-version.create', { keyId: keyOf('AES-32').id });
    await encryptWith(keyOf('AES-32').id);
    await encryptWith(keyOf('RSA-256').id);
    await call('key.disable', { keyId: keyOf('ECDSA-48').id });
    const first = await backUp('fra', vault.id);
    await call('object.copy', {
      bucketName: 'fra',
      sourceObjectName: first.objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
    const restored = await call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'zrh', objectName: first.objectName },
      region: ZRH,
    });
    // Each region goes its own way from here, and each is backed up.
    const inZurich = (await call('key.list', { vaultId: restored.vault.id, limit: 100 })).data.find(
      ({ displayName }) => displayName === 'AES-16',
    );
    await call('key-version.create', { keyId: inZurich?.id ?? '' });
    await encryptWith(inZurich?.id ?? '');
    const back = await backUp('zrh', restored.vault.id);
    // And back again beside the original: the same keys under OCIDs of their own, with one version more.
    await call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'zrh', objectName: back.objectName },
      region: FRA,
    });
    await call('key-version.create', { keyId: keyOf('RSA-256').id });
    await call('key.disable', { keyId: keyOf('AES-24').id });
    await call('vault.create', {
      compartmentId: vault.compartmentId,
      displayName: 'Empty Vault',
      region: FRA,
    }).then((empty) => backUp('fra', empty.id));
    await mkdir(regions.path('stick'), { mode: 0o700 });
    await call('key.backup', {
      keyId: keyOf('ECDSA-66').id,
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('stick/a key') },
    });
    const last = await backUp('fra', vault.id);
    newest = last.backup;
    // The newest backup of the vault is on the stick alone.
    await call('backup.export', { backupIds: [newest.id, first.backup.id], out: regions.path('stick') });
    await call('object.delete', { bucketName: 'fra', objectName: last.objectName });
    before = await whatCatalogSays(call);
    await regions.strongroom.close();
    for (const file of await readdir(regions.path('home'))) {
      if (file.startsWith('catalog.')) await rm(regions.path(`home/${file}`));
    }
    await regions.reopen();
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const rebuild = () =>
    call('backup.rebuild-catalog', {
      location: ['stick', 'bucket-zrh', 'bucket-fra'].map((name) => regions.path(name)),
    });

  it('rule R31: is made anew from two buckets, a stick and two tokens, and says the same', async () => {
    const attached = await call('region.attach', {
      region: FRA,
      ...tokenFields(regions.fra),
      administrator: OFFICER,
    });
    expect(attached.realm.name).toBe('Realm');
    await regions.strongroom.signIn(OFFICER);
    await call('region.attach', { region: ZRH, ...tokenFields(regions.zrh) });
    expect((await whatCatalogSays(call)).vaults).toEqual([]);
    const rebuilt = await rebuild();
    expect(rebuilt.refused).toEqual([]);
    // Rotated in Frankfurt after the restore in Zurich: there it never was.
    expect(rebuilt.restorable).toMatchObject([
      { region: ZRH, keyName: 'RSA-256', keyVersionCount: 1, backupIds: [newest.id] },
    ]);
    expect(rebuilt).toMatchObject({
      isComplete: true,
      compartmentCount: 1,
      regions: [
        { region: FRA, vaultCount: 3, keyCount: 18, keyVersionCount: 22, unknownKeyVersionCount: 0 },
        { region: ZRH, vaultCount: 1, keyCount: 9, keyVersionCount: 11, unknownKeyVersionCount: 0 },
      ],
    });
    expect(rebuilt.imported).toHaveLength(5);
    expect(rebuilt.notInBackups.join()).toMatch(/operators/);
    expect(await whatCatalogSays(call)).toEqual(before);
  }, 30_000);

  it('rule R12: what was encrypted before is decrypted', async () => {
    for (const { file, keyId } of encrypted) {
      const out = regions.path(`${file}.opened`);
      await call('crypto.decrypt', { keyId, in: regions.path(file), out });
      expect(message.equals(await readFile(out)), file).toBe(true);
    }
    await expect(
      call('crypto.encrypt', {
        keyId: keyOf('AES-24').id,
        in: regions.path('message'),
        out: regions.path('refused'),
      }),
    ).rejects.toMatchObject({ code: 'IncorrectState' });
  });

  it('rule R31: rebuilding once more changes nothing', async () => {
    const again = await rebuild();
    expect(again).toMatchObject({
      imported: [],
      compartmentCount: 0,
      buckets: [{ isNew: false }, { isNew: false }],
      regions: [
        { vaultCount: 0, keyCount: 0, keyVersionCount: 0 },
        { vaultCount: 0, keyCount: 0, keyVersionCount: 0 },
      ],
      warnings: [expect.stringContaining('not in the manifest')],
    });
    expect(again.alreadyKnown).toHaveLength(7);
    expect(await whatCatalogSays(call)).toEqual(before);
  }, 30_000);

  it('rule R31: the next backup goes on after the highest number and names its predecessor', async () => {
    const next = await backUp('fra', vault.id);
    expect(next.backup).toMatchObject({
      sequence: newest.sequence + 1,
      previousBackupSha256: newest.sha256,
      keyVersionCount: 11,
    });
    expect((await call('backup.get', { backupId: next.backup.id })).warnings).toEqual([]);
  });
});
