import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

const AES = { algorithm: 'AES', length: 32 } as const;
const EXCEEDED = { code: 'LimitExceeded', status: 400 };

describe('stale changes and limits', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let key: ResponseOf<'key.create'>;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    key = await regions.makeKey(vault.id, 'key', AES);
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

  it('rule R60: every answer about a vault, key, key version or compartment carries the same etag', async () => {
    expect((await call('vault.get', { vaultId: vault.id })).etag).toBe(vault.etag);
    expect((await call('vault.list', {})).data.find((one) => one.id === vault.id)?.etag).toBe(vault.etag);
    expect((await call('key.get', { keyId: key.id })).etag).toBe(key.etag);
    expect((await call('key.list', { vaultId: vault.id })).data.map((one) => one.etag)).toEqual([key.etag]);
    const version = await call('key-version.get', { keyVersionId: key.currentKeyVersion });
    expect((await call('key-version.list', { keyId: key.id })).data).toEqual([version]);
    const compartment = await call('compartment.get', { compartmentId: vault.compartmentId });
    expect((await call('compartment.list', {})).data).toContainEqual(compartment);
    for (const { etag } of [vault, key, version, compartment]) expect(etag).toMatch(/^[0-9a-f]{32}$/);
  });

  it('rule R60: an update changes what it names and nothing else, and the etag', async () => {
    const updated = await call('vault.update', {
      vaultId: vault.id,
      displayName: 'Renamed',
      freeformTags: { owner: 'treasury' },
      ifMatch: vault.etag,
    });
    const { etag: _old, displayName: _name, freeformTags: _tags, ...rest } = vault;
    expect(updated).toMatchObject({ ...rest, displayName: 'Renamed', freeformTags: { owner: 'treasury' } });
    expect(updated.etag).not.toBe(vault.etag);
    expect(await call('vault.get', { vaultId: vault.id })).toEqual(updated);
    const updatedKey = await call('key.update', {
      keyId: key.id,
      definedTags: { Finance: { centre: '42' } },
    });
    expect(updatedKey).toMatchObject({ displayName: 'key', definedTags: { Finance: { centre: '42' } } });
    for (const nothing of [
      () => call('vault.update', { vaultId: vault.id }),
      () => call('key.update', { keyId: key.id }),
    ]) {
      await expect(nothing()).rejects.toMatchObject({ code: 'MissingParameter', reason: 'NothingToChange' });
    }
  });

  it('rule R60: 412 for a change to what is no longer as it was read, and nothing changes', async () => {
    const before = [
      await call('vault.get', { vaultId: vault.id }),
      await call('key.get', { keyId: key.id }),
      await call('key-version.get', { keyVersionId: key.currentKeyVersion }),
    ];
    const stale = { ifMatch: vault.etag };
    const destination = { destination: 'OFFLINE_FILE' as const, file: regions.path('stale.backup') };
    const schedule = { isOverrideCoverage: true, ...stale };
    for (const change of [
      () => call('vault.update', { vaultId: vault.id, displayName: 'Stale', ...stale }),
      () => call('vault.backup', { vaultId: vault.id, backupLocation: destination, ...stale }),
      () => call('vault.schedule-deletion', { vaultId: vault.id, ...schedule }),
      () => call('vault.cancel-deletion', { vaultId: vault.id, ...stale }),
      () => call('key.update', { keyId: key.id, displayName: 'Stale', ...stale }),
      () => call('key.disable', { keyId: key.id, ...stale }),
      () => call('key.enable', { keyId: key.id, ...stale }),
      () => call('key.backup', { keyId: key.id, backupLocation: destination, ...stale }),
      () => call('key.schedule-deletion', { keyId: key.id, ...schedule }),
      () => call('key.cancel-deletion', { keyId: key.id, ...stale }),
      () => call('key-version.schedule-deletion', { keyVersionId: key.currentKeyVersion, ...schedule }),
      () => call('key-version.cancel-deletion', { keyVersionId: key.currentKeyVersion, ...stale }),
    ]) {
      await expect(change()).rejects.toMatchObject({
        code: 'NoEtagMatch',
        status: 412,
        reason: 'EtagDiffers',
      });
    }
    expect(existsSync(destination.file)).toBe(false);
    expect([
      await call('vault.get', { vaultId: vault.id }),
      await call('key.get', { keyId: key.id }),
      await call('key-version.get', { keyVersionId: key.currentKeyVersion }),
    ]).toEqual(before);
  });

  it('rule R45: lists what is used and left, by region and vault; RSA and ECDSA versions count twice', async () => {
    await regions.makeKey(vault.id, 'ecdsa', { algorithm: 'ECDSA', length: 32 });
    const { data } = await call('limit.list', { region: FRA });
    expect(data).toEqual([
      { name: 'virtual-vault-count', region: FRA, value: 10, used: 0, available: 10 },
      { name: 'virtual-private-vault-count', region: FRA, value: 10, used: 1, available: 9 },
      { name: 'bucket-count', region: FRA, value: 10_000, used: 1, available: 9999 },
      {
        name: 'key-version-count-per-virtual-private-vault',
        region: FRA,
        vaultId: vault.id,
        value: 3000,
        used: 3,
        available: 2997,
      },
    ]);
    expect((await call('limit.list', {})).data.map((one) => one.region)).toContain(ZRH);
  });

  it('rule R45: 400 with the numbers over a limit of key versions, rotation included; two at once cannot share the last place', async () => {
    await call('limit.set', { region: FRA, name: 'key-version-count-per-virtual-private-vault', value: 4 });
    await expect(regions.makeKey(vault.id, 'rsa', { algorithm: 'RSA', length: 256 })).rejects.toMatchObject(
      EXCEEDED,
    );
    const both = await Promise.allSettled([
      call('key-version.create', { keyId: key.id }),
      call('key-version.create', { keyId: key.id }),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((one) => one.status === 'rejected');
    expect(refused?.reason).toMatchObject(EXCEEDED);
    expect((refused?.reason as Error).message).toContain('is 4, 4 are used, and it would be 5');
    expect((await call('key-version.list', { keyId: key.id })).data).toHaveLength(2);
    expect((await call('key.list', { vaultId: vault.id })).data).toHaveLength(2);
    // SOFTWARE keys take no room on the token.
    await call('key.create', {
      vaultId: vault.id,
      displayName: 'soft',
      keyShape: AES,
      protectionMode: 'SOFTWARE',
    });
    await call('key.schedule-deletion', { keyId: key.id, isOverrideCoverage: true });
    await regions.makeKey(vault.id, 'in its place', AES);
    expect(await call('vault.usage', { vaultId: vault.id })).toEqual({
      keyCount: 3,
      keyVersionCount: 4,
      softwareKeyCount: 1,
      softwareKeyVersionCount: 1,
    });
  });

  it('rule R45: over the limits of vaults and buckets nothing is made', async () => {
    const { compartmentId } = vault;
    for (const [name, vaultType] of [
      ['virtual-private-vault-count', 'VIRTUAL_PRIVATE'],
      ['virtual-vault-count', 'DEFAULT'],
    ] as const) {
      await call('limit.set', { region: ZRH, name, value: 0 });
      await expect(
        call('vault.create', { compartmentId, displayName: 'One more', vaultType, region: ZRH }),
      ).rejects.toMatchObject(EXCEEDED);
      await call('limit.set', { region: ZRH, name, value: 1 });
      await call('vault.create', { compartmentId, displayName: 'The last', vaultType, region: ZRH });
    }
    expect((await call('vault.list', { region: ZRH })).data).toHaveLength(2);
    await call('limit.set', { region: ZRH, name: 'bucket-count', value: 1 });
    const location = regions.path('bucket-more');
    await expect(call('bucket.create', { name: 'more', location, region: ZRH })).rejects.toMatchObject(
      EXCEEDED,
    );
    expect(existsSync(location)).toBe(false);
  });
});
