import type { OperationName } from '../../shared/contract/contract.ts';
import { denyApproval, getApproval, grantApproval, listApprovals } from './approvals.ts';
import { attachRegion, detachRegion } from './attach-region.ts';
import { backupKey, backupVault } from './backup-vault.ts';
import { createBucket, getBucket, listBuckets, listObjects } from './buckets.ts';
import { disableKey, enableKey } from './change-key-state.ts';
import { copyObject } from './copy-object.ts';
import {
  createCompartment,
  getCompartment,
  listCompartments,
  updateCompartment,
} from './create-compartment.ts';
import { createKey, createKeyVersion } from './create-key.ts';
import { createRealm } from './create-realm.ts';
import { createVault, getVault, listVaults } from './create-vault.ts';
import { decryptFile, encryptFile } from './encrypt-and-decrypt.ts';
import { acceptEnrolment, grantEnrolment, requestEnrolment } from './enrol-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { getKey, getKeyVersion, listKeys, listKeyVersions } from './read-keys.ts';
import { getRealm, getRegion, listRegions, probeRegion } from './read-realm.ts';
import {
  cancelWorkRequest,
  getWorkRequest,
  listWorkRequestErrors,
  listWorkRequestLogs,
  listWorkRequests,
  resumeWorkRequest,
} from './read-work-requests.ts';
import {
  planRestore,
  restoreKey,
  restoreKeyFromFile,
  restoreVault,
  restoreVaultFromFile,
} from './restore-vault.ts';
import { signFile, verifyFile } from './sign-and-verify.ts';
import { initialiseToken, listTokens } from './tokens-of-module.ts';
import { getBackup, inspectBackup, listBackups, verifyBackup } from './verify-backup.ts';

/** Every operation of the contract and what carries it out. */
export const handlers: { readonly [Name in OperationName]: OperationHandler<Name> } = {
  'realm.create': createRealm,
  'realm.get': getRealm,
  'region.list': listRegions,
  'region.get': getRegion,
  'region.probe': probeRegion,
  'region.enrol-request': requestEnrolment,
  'region.enrol-grant': grantEnrolment,
  'region.enrol-accept': acceptEnrolment,
  'region.attach': attachRegion,
  'region.detach': detachRegion,
  'token.list': listTokens,
  'token.initialise': initialiseToken,
  'compartment.create': createCompartment,
  'compartment.list': listCompartments,
  'compartment.get': getCompartment,
  'compartment.update': updateCompartment,
  'vault.create': createVault,
  'vault.get': getVault,
  'vault.list': listVaults,
  'vault.backup': backupVault,
  'vault.restore': restoreVault,
  'vault.restore-from-file': restoreVaultFromFile,
  'key.create': createKey,
  'key.get': getKey,
  'key.list': listKeys,
  'key.enable': enableKey,
  'key.disable': disableKey,
  'key.backup': backupKey,
  'key.restore': restoreKey,
  'key.restore-from-file': restoreKeyFromFile,
  'key-version.create': createKeyVersion,
  'key-version.list': listKeyVersions,
  'key-version.get': getKeyVersion,
  'crypto.encrypt': encryptFile,
  'crypto.decrypt': decryptFile,
  'crypto.sign': signFile,
  'crypto.verify': verifyFile,
  'bucket.create': createBucket,
  'bucket.list': listBuckets,
  'bucket.get': getBucket,
  'object.list': listObjects,
  'object.copy': copyObject,
  'backup.list': listBackups,
  'backup.get': getBackup,
  'backup.inspect': inspectBackup,
  'backup.verify': verifyBackup,
  'backup.plan-restore': planRestore,
  'work-request.list': listWorkRequests,
  'work-request.get': getWorkRequest,
  'work-request.cancel': cancelWorkRequest,
  'work-request.resume': resumeWorkRequest,
  'work-request.logs': listWorkRequestLogs,
  'work-request.errors': listWorkRequestErrors,
  'approval.list': listApprovals,
  'approval.get': getApproval,
  'approval.grant': grantApproval,
  'approval.deny': denyApproval,
};
