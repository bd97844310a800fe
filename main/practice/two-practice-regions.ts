import { join } from 'node:path';
import type { ResponseOf } from '../../shared/contract/contract.ts';
import type { PinSources, PracticeFolder, Strongroom } from '../strongroom.ts';

/** A realm of two regions on practice tokens (SoftHSM2), for the demo and to practise in. It guards nothing. */

export const HERE = 'eu-frankfurt-1';
export const THERE = 'eu-zurich-1';
export const OFFICER = 'officer';
export const TOKENS = { [HERE]: 'practice-fra', [THERE]: 'practice-zrh' } as const;

/** PINs of practice tokens, from the files that makePracticeTokens makes. */
export function practicePins(folder: string): PinSources {
  return ({ tokenLabel }) => ({ kind: 'file', path: join(folder, `${tokenLabel}.pin`) });
}

export async function makePracticeTokens(strongroom: Strongroom, practice: PracticeFolder): Promise<void> {
  for (const label of Object.values(TOKENS)) {
    await strongroom.call('token.initialise', {
      module: practice.modulePath,
      label,
      soPinFile: await practice.newPinFile(`${label}-so`),
      userPinFile: await practice.newPinFile(label),
    });
  }
}

/** The realm on the first token, with its first operator, who is signed in then. */
export function createPracticeRealm(
  strongroom: Strongroom,
  practice: PracticeFolder,
): Promise<ResponseOf<'realm.create'>> {
  return strongroom.call('realm.create', {
    name: 'Practice Realm',
    tenancyName: 'Practice Tenancy',
    region: HERE,
    module: practice.modulePath,
    tokenLabel: TOKENS[HERE],
    administrator: OFFICER,
  });
}

/** Enrols the second region by request, grant and accept. @param folder for the files. @returns the words compared. */
export async function enrolSecondRegion(
  strongroom: Strongroom,
  practice: PracticeFolder,
  folder: string,
): Promise<string> {
  const requestFile = join(folder, 'zrh.enrolment-request');
  const grantFile = join(folder, 'zrh.enrolment-grant');
  const request = await strongroom.call('region.enrol-request', {
    region: THERE,
    module: practice.modulePath,
    tokenLabel: TOKENS[THERE],
    out: requestFile,
  });
  const grant = await strongroom.call('region.enrol-grant', {
    region: HERE,
    request: requestFile,
    confirmWords: request.words,
    out: grantFile,
  });
  await strongroom.call('region.enrol-accept', {
    region: THERE,
    grant: grantFile,
    confirmWords: grant.words,
  });
  return grant.words;
}

/** A bucket in each region, in folders below `folder`. */
export async function createBuckets(strongroom: Strongroom, folder: string): Promise<void> {
  await strongroom.call('bucket.create', {
    name: 'backups-fra',
    location: join(folder, 'bucket-fra'),
    region: HERE,
  });
  await strongroom.call('bucket.create', {
    name: 'backups-zrh',
    location: join(folder, 'bucket-zrh'),
    region: THERE,
  });
}

/** A vault in the first region, in a compartment of its own, with three keys. */
export async function makePaymentsVault(strongroom: Strongroom) {
  const compartment = await strongroom.call('compartment.create', { displayName: 'Payments' });
  const vault = await strongroom.call('vault.create', {
    compartmentId: compartment.id,
    displayName: 'Payments Vault',
    region: HERE,
  });
  const aes = await strongroom.call('key.create', {
    vaultId: vault.id,
    displayName: 'Card data',
    keyShape: { algorithm: 'AES', length: 32 },
  });
  const rsa = await strongroom.call('key.create', {
    vaultId: vault.id,
    displayName: 'Partner exchange',
    keyShape: { algorithm: 'RSA', length: 384 },
  });
  const ecdsa = await strongroom.call('key.create', {
    vaultId: vault.id,
    displayName: 'Settlement files',
    keyShape: { algorithm: 'ECDSA', length: 32 },
  });
  return { vault, aes, rsa, ecdsa };
}

/** Backs the vault up to the first region's bucket. */
export async function backUpToBucket(strongroom: Strongroom, vaultId: string) {
  const { backup, copy } = await strongroom.call('vault.backup', {
    vaultId,
    backupLocation: { destination: 'BUCKET', bucketName: 'backups-fra' },
  });
  if (copy.place.kind !== 'bucket') throw new Error('the backup is not in its bucket');
  return { backup, objectName: copy.place.objectName };
}

/** Copies an object to the second region's bucket, if it is still what it was. */
export function copyToSecondRegion(
  strongroom: Strongroom,
  objectName: string,
  etag: string,
): Promise<ResponseOf<'object.copy'>> {
  return strongroom.call('object.copy', {
    bucketName: 'backups-fra',
    region: HERE,
    sourceObjectName: objectName,
    destinationRegion: THERE,
    destinationBucket: 'backups-zrh',
    sourceObjectIfMatchETag: etag,
  });
}
