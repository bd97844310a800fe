import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { makePracticeFolder, readPassphraseFile, Strongroom } from '../strongroom.ts';
import type { PassphraseSources, StrongroomOptions } from '../strongroom.ts';
import {
  backUpToBucket,
  copyToSecondRegion,
  createBuckets,
  createPracticeRealm,
  enrolSecondRegion,
  HERE,
  makePaymentsVault,
  makePracticeTokens,
  OFFICER,
  practicePins,
  THERE,
} from './two-practice-regions.ts';

/** Written last: a folder with it is a practice realm from end to end. */
const READY = 'practice-realm-is-ready.txt';
/** Written first: a folder with it is ours to make anew. */
const OURS = 'practice-realm.txt';
const PASSPHRASE = 'officer.passphrase';

/** Where the home of a practice realm lies. */
export function practiceHomeOf(folder: string): string {
  return join(folder, 'home');
}

/**
 * Opens a realm to practise in, and makes it where there is none: two regions on SoftHSM tokens, vaults with keys of several
 * shapes, backups in buckets. Its operator is signed in, and the PINs of its tokens lie in files beside it: nothing in it
 * guards anything.
 * @param passphrases asked for those of further operators, that a user makes while practising.
 * @throws StrongroomError Conflict, reason `PracticeFolderInUse`: the folder holds something else. ServiceUnavailable,
 * reason `SoftHsmMissing`. What Strongroom.open throws.
 */
export async function openPracticeRealm(
  folder: string,
  passphrases: PassphraseSources,
  options: Pick<StrongroomOptions, 'program' | 'launchModuleHost' | 'argon2' | 'typedShare' | 'now'>,
): Promise<Strongroom> {
  const isReady = await prepareFolder(folder);
  const practice = await makePracticeFolder(folder);
  const strongroom = await Strongroom.open({
    ...options,
    home: practiceHomeOf(folder),
    environment: practice.environment,
    pins: practicePins(folder),
    passphrases: (purpose) =>
      purpose.operatorName === OFFICER ? readPassphraseFile(join(folder, PASSPHRASE)) : passphrases(purpose),
  });
  try {
    if (!isReady) {
      await makePracticeTokens(strongroom, practice);
      await createPracticeRealm(strongroom, practice);
      await enrolSecondRegion(strongroom, practice, folder);
      await makeSamples(strongroom, folder);
      await writeFile(join(folder, READY), 'Everything in this folder is for practice.\n', { mode: 0o600 });
    }
    if (strongroom.operator === undefined) await strongroom.signIn(OFFICER);
    return strongroom;
  } catch (failure) {
    await strongroom.close();
    throw failure;
  }
}

/** @returns whether it holds a practice realm already; one whose making was cut off is cleared away first. */
async function prepareFolder(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names.includes(READY)) return true;
  if (names.length > 0 && !names.includes(OURS)) {
    throw new StrongroomError(
      'Conflict',
      `The folder ${folder}, where the practice realm belongs, holds something else.`,
      'Move it away, then try again.',
      { reason: 'PracticeFolderInUse' },
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, OURS), 'A practice realm of Strongroom; it may be deleted.\n', {
    mode: 0o600,
  });
  await writeFile(join(folder, PASSPHRASE), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  return false;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return [];
    throw new StrongroomError(
      'NotAuthorized',
      `The folder ${folder}, where the practice realm belongs, cannot be read (${errnoOf(thrown) ?? 'no reason given'}).`,
      'Choose a home in a folder that this user can write to (--home).',
      { reason: 'PracticeFolderNotReadable', cause: thrown },
    );
  }
}

/**
 * What there is to see: a vault whose newest version is in no backup yet, one that is covered in two regions, one that
 * nobody has backed up, one in the other region.
 */
async function makeSamples(strongroom: Strongroom, folder: string): Promise<void> {
  await createBuckets(strongroom, folder);
  const payments = await makePaymentsVault(strongroom);
  await strongroom.call('key-version.create', { keyId: payments.aes.id });
  await strongroom.call('key-version.create', { keyId: payments.aes.id });
  await strongroom.call('key.disable', { keyId: payments.rsa.id });
  const paymentsBackup = await backUpToBucket(strongroom, payments.vault.id);
  await copyToSecondRegion(strongroom, paymentsBackup.objectName, paymentsBackup.backup.sha256);
  await strongroom.call('key-version.create', { keyId: payments.ecdsa.id });

  const records = await strongroom.call('compartment.create', { displayName: 'Records' });
  const archive = await strongroom.call('vault.create', {
    compartmentId: records.id,
    displayName: 'Archive Vault',
    region: HERE,
  });
  await makeKey(strongroom, archive.id, 'Document store', { algorithm: 'AES', length: 32 });
  await makeKey(strongroom, archive.id, 'Time stamps', { algorithm: 'ECDSA', length: 48 });
  const archiveBackup = await backUpToBucket(strongroom, archive.id);
  await copyToSecondRegion(strongroom, archiveBackup.objectName, archiveBackup.backup.sha256);

  const people = await strongroom.call('vault.create', {
    compartmentId: records.id,
    displayName: 'People Vault',
    region: HERE,
  });
  await makeKey(strongroom, people.id, 'Payroll', { algorithm: 'AES', length: 16 });
  await strongroom.call('key.create', {
    vaultId: people.id,
    displayName: 'Directory cache',
    keyShape: { algorithm: 'AES', length: 24 },
    protectionMode: 'SOFTWARE',
  });

  const zurich = await strongroom.call('vault.create', {
    compartmentId: records.id,
    displayName: 'Zurich Signing Vault',
    region: THERE,
  });
  await makeKey(strongroom, zurich.id, 'Release signing', { algorithm: 'ECDSA', length: 66 });
  await makeKey(strongroom, zurich.id, 'Mail gateway', { algorithm: 'RSA', length: 256 });
}

async function makeKey(
  strongroom: Strongroom,
  vaultId: string,
  displayName: string,
  keyShape: KeyShape,
): Promise<void> {
  await strongroom.call('key.create', { vaultId, displayName, keyShape });
}
