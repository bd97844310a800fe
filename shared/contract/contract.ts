import * as approval from './approval.ts';
import * as audit from './audit.ts';
import * as backup from './backup.ts';
import * as bucket from './bucket.ts';
import * as coverage from './coverage.ts';
import * as deletion from './deletion.ts';
import * as doctor from './doctor.ts';
import * as drill from './drill.ts';
import * as group from './group.ts';
import * as key from './key.ts';
import * as limit from './limit.ts';
import * as media from './media.ts';
import type { Operation } from './operation.ts';
import * as operator from './operator.ts';
import * as policy from './policy.ts';
import * as realm from './realm.ts';
import * as recoveryKit from './recovery-kit.ts';
import * as secret from './secret.ts';
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
  recoveryKit.closeCeremony,
  token.listTokens,
  token.initialiseToken,
  recoveryKit.createRecoveryKit,
  recoveryKit.confirmRecoveryKit,
  recoveryKit.listRecoveryKits,
  recoveryKit.getRecoveryKit,
  recoveryKit.rehearseRecoveryKit,
  recoveryKit.restoreRecoveryKit,
  vault.createCompartment,
  vault.listCompartments,
  vault.getCompartment,
  vault.updateCompartment,
  vault.createVault,
  vault.getVault,
  vault.listVaults,
  vault.updateVault,
  coverage.setBackupTarget,
  backup.backupVault,
  backup.restoreVault,
  backup.restoreVaultFromFile,
  vault.scheduleVaultDeletion,
  vault.cancelVaultDeletion,
  vault.getVaultUsage,
  key.createKey,
  key.getKey,
  key.listKeys,
  key.updateKey,
  key.enableKey,
  key.disableKey,
  backup.backupKey,
  backup.restoreKey,
  backup.restoreKeyFromFile,
  key.scheduleKeyDeletion,
  key.cancelKeyDeletion,
  key.createKeyVersion,
  key.listKeyVersions,
  key.getKeyVersion,
  key.scheduleKeyVersionDeletion,
  key.cancelKeyVersionDeletion,
  deletion.listDeletions,
  deletion.executeDeletions,
  key.encryptFile,
  key.decryptFile,
  key.signFile,
  key.verifyFile,
  secret.createSecret,
  secret.listSecrets,
  secret.getSecret,
  bucket.createBucket,
  bucket.listBuckets,
  bucket.getBucket,
  bucket.listObjects,
  bucket.copyObject,
  bucket.deleteObject,
  backup.listBackups,
  backup.getBackup,
  backup.inspectBackup,
  backup.verifyBackup,
  backup.planRestore,
  drill.drillBackup,
  media.exportBackups,
  media.importBackups,
  media.rebuildCatalog,
  coverage.backupCoverage,
  workRequest.listWorkRequests,
  workRequest.getWorkRequest,
  workRequest.cancelWorkRequest,
  workRequest.resumeWorkRequest,
  workRequest.listWorkRequestLogs,
  workRequest.listWorkRequestErrors,
  limit.listLimits,
  limit.setLimit,
  audit.listAuditEntries,
  audit.verifyAuditLog,
  audit.exportAuditLog,
  doctor.runDoctor,
  approval.listApprovals,
  approval.getApproval,
  approval.grantApproval,
  approval.denyApproval,
  operator.createOperator,
  operator.listOperators,
  operator.getOperator,
  operator.updateOperator,
  operator.changePassphrase,
  operator.deleteOperator,
  group.createGroup,
  group.listGroups,
  group.getGroup,
  group.updateGroup,
  group.deleteGroup,
  group.addMember,
  group.removeMember,
  policy.createPolicy,
  policy.listPolicies,
  policy.getPolicy,
  policy.updatePolicy,
  policy.deletePolicy,
  policy.checkPolicy,
  policy.listPolicyProposals,
  policy.applyPolicyProposals,
]);

/** A map of operations by their names, with the type of each. */
export function byName<const Operations extends readonly Operation[]>(operations: Operations) {
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
