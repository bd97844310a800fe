import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import { OFFICER } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 16 },
  { algorithm: 'AES', length: 24 },
  { algorithm: 'AES', length: 32 },
  { algorithm: 'RSA', length: 256 },
  { algorithm: 'RSA', length: 384 },
  { algorithm: 'RSA', length: 512 },
  { algorithm: 'ECDSA', length: 32 },
  { algorithm: 'ECDSA', length: 48 },
  { algorithm: 'ECDSA', length: 66 },
];

const SIGNERS = ['RSA-256', 'RSA-384', 'RSA-512', 'ECDSA-32', 'ECDSA-48', 'ECDSA-66'];

const DIRECTIONS: readonly (readonly [KnownVendor, KnownVendor])[] = [
  ['SoftHSM', 'SoftHSM'],
  ['SoftHSM', 'NSS'],
  ['NSS', 'SoftHSM'],
];

describe.each(DIRECTIONS)('the main job with all nine shapes (rule R10), %s -> %s', (here, there) => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  const keys = new Map<string, ResponseOf<'key.create'>>();
  let backup: ResponseOf<'vault.backup'>;
  let objectName: string;
  const message = randomBytes(200_000);

  beforeAll(async () => {
    regions = await TwoRegions.make(here, there);
    vault = await regions.makeVault();
    for (const shape of SHAPES) {
      const key = await regions.makeKey(vault.id, `${shape.algorithm}-${shape.length}`, shape);
      keys.set(key.displayName, key);
    }
    await writeFile(regions.path('message'), message);
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const keyOf = (name: string) => {
    const key = keys.get(name);
    if (key === undefined) throw new Error(`no key ${name}`);
    return key;
  };

  it('rules R12, R14: encrypts, rotates, encrypts again, signs', async () => {
    const { call } = regions;
    const aes = keyOf('AES-32');
    const first = await call('crypto.encrypt', {
      keyId: aes.id,
      in: regions.path('message'),
      out: regions.path('first'),
    });
    const rotated = await call('key-version.create', { keyId: aes.id });
    expect((await call('key.get', { keyId: aes.id })).currentKeyVersion).toBe(rotated.id);
    const second = await call('crypto.encrypt', {
      keyId: aes.id,
      in: regions.path('message'),
      out: regions.path('second'),
    });
    expect(second.keyVersionId).toBe(rotated.id);
    expect(second.keyVersionId).not.toBe(first.keyVersionId);
    expect(first.plaintext.sha256).toBe(createHash('sha256').update(message).digest('hex'));
    for (const name of SIGNERS) {
      await call('crypto.sign', {
        keyId: keyOf(name).id,
        in: regions.path('message'),
        signature: regions.path(`${name}.signature`),
      });
    }
    for (const name of ['AES-16', 'AES-24', 'RSA-256']) {
      await call('crypto.encrypt', {
        keyId: keyOf(name).id,
        in: regions.path('message'),
        out: regions.path(`with-${name}`),
      });
    }
    await call('key.disable', { keyId: keyOf('RSA-384').id });
  });

  it('rules R22, R24: backs the vault up with every key and version', async () => {
    backup = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    expect(backup.backup).toMatchObject({
      keyCount: SHAPES.length,
      keyVersionCount: SHAPES.length + 1,
      leftOut: [],
    });
    if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    objectName = backup.copy.place.objectName;
    expect(objectName).toMatch(new RegExp(`-${backup.backup.sha256}$`));
    const bytes = await readFile(`${regions.path('bucket-fra')}/${objectName}`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(backup.backup.sha256);
    // Rule R25: nothing but the header is in clear.
    for (const clear of [vault.displayName, 'Payments', vault.id, ...[...keys.keys()]]) {
      expect(bytes.includes(clear), clear).toBe(false);
    }
    expect((await regions.call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
    expect((await regions.call('key.get', { keyId: keyOf('RSA-384').id })).lifecycleState).toBe('DISABLED');
  });

  it('rule R30: copies it to the other region, the same bytes, and tracks the copy', async () => {
    const copy = await regions.call('object.copy', {
      bucketName: 'fra',
      sourceObjectName: objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
    expect(copy).toMatchObject({ etag: backup.backup.sha256, backupId: backup.backup.id, region: ZRH });
    expect((await regions.call('backup.get', { backupId: backup.backup.id })).copies).toHaveLength(2);
  });

  it('rules R40, R41, R46: restores in the other region after the first is lost, and what was made before is usable', async () => {
    await regions.call('region.detach', { region: FRA });
    await rm(regions.path('bucket-fra'), { recursive: true });
    const backupLocation = { destination: 'BUCKET' as const, bucketName: 'zrh', objectName };
    const plan = await regions.call('backup.plan-restore', { backupLocation });
    expect(plan).toMatchObject({
      isSourceRegion: false,
      keyVersionsToAdd: SHAPES.length + 1,
      keyVersionsPresent: 0,
      refused: [],
    });
    const restored = await regions.call('vault.restore', { backupLocation, planHash: plan.planHash });
    expect(restored.vault).toMatchObject({
      restoredFromVaultId: vault.id,
      lifecycleState: 'ACTIVE',
      region: ZRH,
      displayName: vault.displayName,
    });
    await proveRestored(regions.call, restored.vault.id);
  });

  it('rule R42: restoring it once more finds everything there and adds nothing', async () => {
    const backupLocation = { destination: 'BUCKET' as const, bucketName: 'zrh', objectName };
    const plan = await regions.call('backup.plan-restore', { backupLocation });
    expect(plan).toMatchObject({ keyVersionsToAdd: 0, keyVersionsPresent: SHAPES.length + 1, refused: [] });
    expect(plan.items.map((item) => item.action)).toEqual(plan.items.map(() => 'KEEP'));
    const again = await regions.call('vault.restore', { backupLocation, planHash: plan.planHash });
    expect((await regions.call('key.list', { vaultId: again.vault.id })).data).toHaveLength(SHAPES.length);
  });

  it('rule R40: restores in a fresh home that has nothing but the enrolled token and the copied file', async () => {
    await copyFile(`${regions.path('bucket-zrh')}/${objectName}`, regions.path('carried'));
    await using fresh = await openHome(regions.path('fresh-home'), [regions.zrh]);
    const call = fresh.call.bind(fresh);
    const attached = await call('region.attach', {
      region: ZRH,
      ...tokenFields(regions.zrh),
      administrator: OFFICER,
    });
    expect(attached.realm).toMatchObject({ name: 'Realm', tenancyName: 'Tenancy' });
    const restored = await call('vault.restore-from-file', {
      restoreVaultFromFileLocation: regions.path('carried'),
    });
    expect((await call('compartment.list', {})).data.map((compartment) => compartment.name).sort()).toEqual([
      'Payments',
      'Tenancy',
    ]);
    await proveRestored(call, restored.vault.id, 'fresh-');
  });

  /** Every key by use (rule R46): decrypts, verifies and signs; the disabled one is refused and works once enabled. */
  async function proveRestored(call: TwoRegions['call'], vaultId: string, prefix = ''): Promise<void> {
    const restored = (await call('key.list', { vaultId })).data;
    const byName = new Map(restored.map((key) => [key.displayName, key]));
    expect([...byName.keys()].sort()).toEqual([...keys.keys()].sort());
    for (const [name, old] of keys)
      expect(byName.get(name)).toMatchObject({ restoredFromKeyId: old.id, keyShape: old.keyShape });
    const idOf = (name: string): string => byName.get(name)?.id ?? '';
    for (const [file, name] of [
      ['first', 'AES-32'],
      ['second', 'AES-32'],
      ['with-AES-16', 'AES-16'],
      ['with-AES-24', 'AES-24'],
      ['with-RSA-256', 'RSA-256'],
    ] as const) {
      const out = regions.path(`${prefix}${file}.decrypted`);
      await call('crypto.decrypt', { keyId: idOf(name), in: regions.path(file), out });
      expect(message.equals(await readFile(out))).toBe(true);
    }
    expect(byName.get('RSA-384')?.lifecycleState).toBe('DISABLED');
    await expect(
      call('crypto.sign', {
        keyId: idOf('RSA-384'),
        in: regions.path('message'),
        signature: regions.path(`${prefix}refused`),
      }),
    ).rejects.toMatchObject({ code: 'IncorrectState' });
    await call('key.enable', { keyId: idOf('RSA-384') });
    for (const name of SIGNERS) {
      const before = { in: regions.path('message'), signature: regions.path(`${name}.signature`) };
      await call('crypto.verify', { keyId: idOf(name), ...before });
      const signature = regions.path(`${prefix}${name}.after`);
      await call('crypto.sign', { keyId: idOf(name), in: regions.path('message'), signature });
      await verifyIndependently(call, idOf(name), signature);
    }
    await call('key.disable', { keyId: idOf('RSA-384') });
  }

  /** The new signature, checked by node:crypto alone with the public key from before the disaster. */
  async function verifyIndependently(
    call: TwoRegions['call'],
    keyId: string,
    signatureFile: string,
  ): Promise<void> {
    const file = JSON.parse(await readFile(signatureFile, 'utf8')) as {
      signature: string;
      signingAlgorithm: string;
    };
    const [version] = (await call('key-version.list', { keyId })).data;
    const hash = `sha${/256|384|512/.exec(file.signingAlgorithm)?.[0] ?? ''}`;
    const key = createPublicKey(version?.publicKey ?? '');
    const options = file.signingAlgorithm.endsWith('PSS') ? { key, padding: 6, saltLength: -1 } : { key };
    expect(verify(hash, message, options, Buffer.from(file.signature, 'base64'))).toBe(true);
  }
});
