import { FRA, TwoRegions, ZRH } from './two-regions.ts';

/** A realm as it is after some days of use: a vault that is covered in two regions, and one that never was backed up. */
export async function twoRegionsWithSample(): Promise<TwoRegions> {
  const regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  const vault = await regions.makeVault('Payments Vault');
  const cards = await regions.makeKey(vault.id, 'card data', { algorithm: 'AES', length: 32 });
  await regions.makeKey(vault.id, 'statement signing', { algorithm: 'ECDSA', length: 32 });
  await regions.call('key-version.create', { keyId: cards.id });
  const { copy } = await regions.call('vault.backup', {
    vaultId: vault.id,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
  });
  if (copy.place.kind !== 'bucket') throw new Error('the backup did not go to the bucket');
  await regions.call('object.copy', {
    bucketName: 'fra',
    region: FRA,
    sourceObjectName: copy.place.objectName,
    destinationRegion: ZRH,
    destinationBucket: 'zrh',
  });
  const compartment = await regions.call('compartment.create', { displayName: 'Archive' });
  const archive = await regions.call('vault.create', {
    compartmentId: compartment.id,
    displayName: 'Archive Vault',
    region: FRA,
  });
  await regions.makeKey(archive.id, 'long-term archive', { algorithm: 'AES', length: 32 });
  const retired = await regions.makeKey(archive.id, 'retired', { algorithm: 'AES', length: 16 });
  await regions.call('key.disable', { keyId: retired.id });
  return regions;
}
