import type { OperationName } from '../../shared/contract/contract.ts';
import { denyApproval, getApproval, grantApproval, listApprovals } from './approvals.ts';
import { attachRegion, detachRegion } from './attach-region.ts';
import { exportAuditLog, listAuditEntries } from './audit.ts';
import { verifyAuditLog } from './audit-verify.ts';
import { backupKey, backupVault } from './backup-vault.ts';
import { createBucket, getBucket, listBuckets, listObjects } from './buckets.ts';
import { disableKey, enableKey } from './change-key-state.ts';
import { copyObject } from './copy-object.ts';
import { backupCoverage, setBackupTarget } from './coverage.ts';
import {
  createCompartment,
  getCompartment,
  listCompartments,
  updateCompartment,
} from './create-compartment.ts';
import { createKey, createKeyVersion } from './create-key.ts';
import { closeCeremony } from './close-ceremony.ts';
import { createRealm } from './create-realm.ts';
import { createVault, getVault, listVaults } from './create-vault.ts';
import { executeDeletions, listDeletions } from './execute-deletions.ts';
import { listLimits, setLimit } from './limits.ts';
import {
  cancelKeyDeletion,
  cancelKeyVersionDeletion,
  cancelVaultDeletion,
  scheduleKeyDeletion,
  scheduleKeyVersionDeletion,
  scheduleVaultDeletion,
} from './schedule-deletion.ts';
import { updateKey, updateVault } from './update-metadata.ts';
import { getVaultUsage } from './vault-usage.ts';
import { deleteObject } from './delete-object.ts';
import { drillBackup } from './drill.ts';
import { exportBackups } from './export-backups.ts';
import { importBackups } from './import-backups.ts';
import { rebuildCatalog } from './rebuild-catalog.ts';
import { runDoctor } from './doctor.ts';
import { decryptFile, encryptFile } from './encrypt-and-decrypt.ts';
import { acceptEnrolment, grantEnrolment, requestEnrolment } from './enrol-region.ts';
import {
  addMember,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  removeMember,
  updateGroup,
} from './groups.ts';
import type { OperationHandler } from './operation-context.ts';
import {
  changePassphrase,
  createOperator,
  deleteOperator,
  getOperator,
  listOperators,
  updateOperator,
} from './operators.ts';
import { createPolicy, deletePolicy, getPolicy, listPolicies, updatePolicy } from './policies.ts';
import { applyPolicyProposals, listPolicyProposals } from './policy-proposals.ts';
import { checkPolicy } from './check-policy.ts';
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
import { confirmRecoveryKit, getRecoveryKit, listRecoveryKits } from './recovery-kit-confirm.ts';
import { createRecoveryKit } from './recovery-kit-create.ts';
import { rehearseRecoveryKit } from './recovery-kit-rehearse.ts';
import { restoreRecoveryKit } from './recovery-kit-restore.ts';
import {
  planRestore,
  restoreKey,
  restoreKeyFromFile,
  restoreVault,
  restoreVaultFromFile,
} from './restore-vault.ts';
import { createSecret, getSecret, listSecrets } from './secrets.ts';
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
  'region.close-ceremony': closeCeremony,
  'token.list': listTokens,
  'token.initialise': initialiseToken,
  'recovery-kit.create': createRecoveryKit,
  'recovery-kit.confirm': confirmRecoveryKit,
  'recovery-kit.list': listRecoveryKits,
  'recovery-kit.get': getRecoveryKit,
  'recovery-kit.rehearse': rehearseRecoveryKit,
  'recovery-kit.restore': restoreRecoveryKit,
  'compartment.create': createCompartment,
  'compartment.list': listCompartments,
  'compartment.get': getCompartment,
  'compartment.update': updateCompartment,
  'vault.create': createVault,
  'vault.get': getVault,
  'vault.list': listVaults,
  'vault.update': updateVault,
  'vault.set-backup-target': setBackupTarget,
  'vault.backup': backupVault,
  'vault.restore': restoreVault,
  'vault.restore-from-file': restoreVaultFromFile,
  'vault.schedule-deletion': scheduleVaultDeletion,
  'vault.cancel-deletion': cancelVaultDeletion,
  'vault.usage': getVaultUsage,
  'key.create': createKey,
  'key.get': getKey,
  'key.list': listKeys,
  'key.update': updateKey,
  'key.enable': enableKey,
  'key.disable': disableKey,
  'key.backup': backupKey,
  'key.restore': restoreKey,
  'key.restore-from-file': restoreKeyFromFile,
  'key.schedule-deletion': scheduleKeyDeletion,
  'key.cancel-deletion': cancelKeyDeletion,
  'key-version.create': createKeyVersion,
  'key-version.list': listKeyVersions,
  'key-version.get': getKeyVersion,
  'key-version.schedule-deletion': scheduleKeyVersionDeletion,
  'key-version.cancel-deletion': cancelKeyVersionDeletion,
  'deletion.list': listDeletions,
  'deletion.execute': executeDeletions,
  'crypto.encrypt': encryptFile,
  'crypto.decrypt': decryptFile,
  'crypto.sign': signFile,
  'crypto.verify': verifyFile,
  'secret.create': createSecret,
  'secret.list': listSecrets,
  'secret.get': getSecret,
  'bucket.create': createBucket,
  'bucket.list': listBuckets,
  'bucket.get': getBucket,
  'object.list': listObjects,
  'object.copy': copyObject,
  'object.delete': deleteObject,
  'backup.list': listBackups,
  'backup.get': getBackup,
  'backup.inspect': inspectBackup,
  'backup.verify': verifyBackup,
  'backup.plan-restore': planRestore,
  'backup.drill': drillBackup,
  'backup.export': exportBackups,
  'backup.import': importBackups,
  'backup.rebuild-catalog': rebuildCatalog,
  'backup.coverage': backupCoverage,
  'work-request.list': listWorkRequests,
  'work-request.get': getWorkRequest,
  'work-request.cancel': cancelWorkRequest,
  'work-request.resume': resumeWorkRequest,
  'work-request.logs': listWorkRequestLogs,
  'work-request.errors': listWorkRequestErrors,
  'limit.list': listLimits,
  'limit.set': setLimit,
  'audit.list': listAuditEntries,
  'audit.verify': verifyAuditLog,
  'audit.export': exportAuditLog,
  'doctor.run': runDoctor,
  'approval.list': listApprovals,
  'approval.get': getApproval,
  'approval.grant': grantApproval,
  'approval.deny': denyApproval,
  'operator.create': createOperator,
  'operator.list': listOperators,
  'operator.get': getOperator,
  'operator.update': updateOperator,
  'operator.change-passphrase': changePassphrase,
  'operator.delete': deleteOperator,
  'group.create': createGroup,
  'group.list': listGroups,
  'group.get': getGroup,
  'group.update': updateGroup,
  'group.delete': deleteGroup,
  'group.add-member': addMember,
  'group.remove-member': removeMember,
  'policy.create': createPolicy,
  'policy.list': listPolicies,
  'policy.get': getPolicy,
  'policy.update': updatePolicy,
  'policy.delete': deletePolicy,
  'policy.check': checkPolicy,
  'policy.proposals': listPolicyProposals,
  'policy.apply-proposals': applyPolicyProposals,
};
