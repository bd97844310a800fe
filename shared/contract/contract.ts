import * as approval from './approval.ts';
import * as backup from './backup.ts';
import * as bucket from './bucket.ts';
import * as key from './key.ts';
import type { Operation } from './operation.ts';
import * as realm from './realm.ts';
import * as token from './token.ts';
import * as vault from './vault.ts';
import * as workRequest from './work-request.ts';
import type { z } from 'zod';

/** Every operation of Strongroom by name, in the order of the command line's help. */
export const contract = byName([
  realm.createRealm,
  realm.getRealm,
  realm.listRegions,
  realm.getRegion,
  realm.probeRegion,
  realm.requestEnrolment,
  realm.grantEnrolment,
  realm.acceptEnrolment,
  realm.attachRegion,
  realm.detachRegion,
  token.listTokens,
  token.initialiseToken,
  vault.createCompartment,
  vault.listCompartments,
  vault.getCompartment,
  vault.updateCompartment,
  vault.createVault,
  vault.getVault,
  vault.listVaults,
  backup.backupVault,
  backup.restoreVault,
  backup.restoreVaultFromFile,
  key.createKey,
  key.getKey,
  key.listKeys,
  key.enableKey,
  key.disableKey,
  backup.backupKey,
  backup.restoreKey,
  backup.restoreKeyFromFile,
  key.createKeyVersion,
  key.listKeyVersions,
  key.getKeyVersion,
  key.encryptFile,
  key.decryptFile,
  key.signFile,
  key.verifyFile,
  bucket.createBucket,
  bucket.listBuckets,
  bucket.getBucket,
  bucket.listObjects,
  bucket.copyObject,
  backup.listBackups,
  backup.getBackup,
  backup.inspectBackup,
  backup.verifyBackup,
  backup.planRestore,
  workRequest.listWorkRequests,
  workRequest.getWorkRequest,
  workRequest.cancelWorkRequest,
  workRequest.resumeWorkRequest,
  workRequest.listWorkRequestLogs,
  workRequest.listWorkRequestErrors,
  approval.listApprovals,
  approval.getApproval,
  approval.grantApproval,
  approval.denyApproval,
]);

function byName<const Operations extends readonly Operation[]>(operations: Operations) {
  return Object.fromEntries(operations.map((entry) => [entry.name, entry])) as {
    readonly [Entry in Operations[number] as Entry['name']]: Entry;
  };
}

/** The operation of this name, for callers that have it from a person or from a record. */
export function operationNamed(name: string): Operation | undefined {
  const operations: Readonly<Record<string, Operation>> = contract;
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

export type Contract = typeof contract;
export type OperationName = keyof Contract;
/** What a caller may write: defaults left out. */
export type RequestInput<Name extends OperationName> = z.input<Contract[Name]['request']>;
/** What a handler gets: parsed, defaults filled in. */
export type RequestOf<Name extends OperationName> = z.output<Contract[Name]['request']>;
export type ResponseOf<Name extends OperationName> = z.output<Contract[Name]['response']>;
