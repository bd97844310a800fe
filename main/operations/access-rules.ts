import type { AccessDemand, AccessRule } from '../access/access-demand.ts';
import { operationNamed } from '../../shared/contract/contract.ts';
import type { OperationName, RequestOf } from '../../shared/contract/contract.ts';
import type { BackupDestination } from '../../shared/contract/fields.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import {
  inCompartment,
  onBackup,
  onBucket,
  onKey,
  onLocation,
  onVault,
  onVaultWithKeys,
  tenancy,
} from './demands.ts';

type RuleOf<Name extends OperationName> = (catalog: Catalog, request: RequestOf<Name>) => AccessRule;

/**
 * What each call is about, for the one decision about it (rule R62). Every operation has its line: the compiler sees to
 * that. Operations without a permission are decided by that alone.
 */
export const accessRules: { readonly [Name in OperationName]: RuleOf<Name> } = {
  'realm.create': tenancy('REALM_MANAGE'),
  'realm.get': tenancy('REALM_INSPECT'),
  'region.list': tenancy('REALM_INSPECT'),
  'region.get': tenancy('REALM_INSPECT'),
  'region.probe': tenancy('REALM_INSPECT'),
  'region.enrol-request': tenancy('REALM_MANAGE'),
  'region.enrol-grant': tenancy('REALM_MANAGE'),
  'region.enrol-accept': tenancy('REALM_MANAGE'),
  'region.attach': tenancy('REALM_MANAGE'),
  'region.detach': tenancy('REALM_MANAGE'),
  'region.close-ceremony': tenancy('REALM_MANAGE'),
  'token.list': () => 'anywhere',
  'token.initialise': () => 'anywhere',
  'recovery-kit.create': tenancy('REALM_MANAGE'),
  'recovery-kit.confirm': tenancy('REALM_MANAGE'),
  'recovery-kit.list': tenancy('REALM_MANAGE'),
  'recovery-kit.get': tenancy('REALM_MANAGE'),
  'recovery-kit.rehearse': tenancy('REALM_MANAGE'),
  'recovery-kit.restore': tenancy('REALM_MANAGE'),
  'compartment.create': (catalog, { parentId }) => inCompartment(catalog, 'COMPARTMENT_CREATE', parentId),
  'compartment.list': tenancy('COMPARTMENT_INSPECT'),
  'compartment.get': (catalog, { compartmentId }) =>
    inCompartment(catalog, 'COMPARTMENT_INSPECT', compartmentId),
  'compartment.update': (catalog, { compartmentId }) =>
    inCompartment(catalog, 'COMPARTMENT_UPDATE', compartmentId),
  'vault.create': (catalog, { compartmentId, region }) =>
    inCompartment(catalog, 'VAULT_CREATE', compartmentId, { region }),
  'vault.get': (catalog, { vaultId }) => onVault(catalog, 'VAULT_READ', vaultId),
  'vault.list': (catalog, { compartmentId, region }) =>
    inCompartment(catalog, 'VAULT_INSPECT', compartmentId, { region }),
  'vault.update': (catalog, { vaultId }) => onVault(catalog, 'VAULT_UPDATE', vaultId),
  'vault.set-backup-target': (catalog, { vaultId }) =>
    vaultId === undefined ? tenancy('VAULT_UPDATE')(catalog) : onVault(catalog, 'VAULT_UPDATE', vaultId),
  'vault.backup': (catalog, { vaultId, isIncludeKeys, backupLocation }) => [
    ...(isIncludeKeys ? onVaultWithKeys : onVault)(catalog, 'VAULT_BACKUP', vaultId),
    ...onDestination(catalog, vaultId, backupLocation),
  ],
  'vault.restore': () => 'in-handler',
  'vault.restore-from-file': () => 'in-handler',
  'vault.schedule-deletion': (catalog, { vaultId }) => onVaultWithKeys(catalog, 'VAULT_DELETE', vaultId),
  'vault.cancel-deletion': (catalog, { vaultId }) => onVaultWithKeys(catalog, 'VAULT_DELETE', vaultId),
  'vault.usage': (catalog, { vaultId }) => onVault(catalog, 'VAULT_READ', vaultId),
  'key.create': (catalog, { vaultId, compartmentId }) => {
    const vault = catalog.vaults.require(vaultId);
    const target = { vaultId, region: vault.region };
    return [
      {
        permission: 'KEY_CREATE',
        target: { ...target, compartmentId: compartmentId ?? vault.compartmentId },
      },
      { permission: 'VAULT_CREATE_KEY', target: { ...target, compartmentId: vault.compartmentId } },
    ];
  },
  'key.get': (catalog, { keyId }) => onKey(catalog, 'KEY_READ', keyId),
  'key.list': (catalog, { vaultId, compartmentId }) =>
    vaultId === undefined
      ? inCompartment(catalog, 'KEY_INSPECT', compartmentId)
      : compartmentId === undefined
        ? onVaultWithKeys(catalog, 'KEY_INSPECT', vaultId)
        : inCompartment(catalog, 'KEY_INSPECT', compartmentId, {
            vaultId,
            region: catalog.vaults.require(vaultId).region,
          }),
  'key.update': (catalog, { keyId }) => onKey(catalog, 'KEY_UPDATE', keyId),
  'key.enable': (catalog, { keyId }) => onKey(catalog, 'KEY_UPDATE', keyId),
  'key.disable': (catalog, { keyId }) => onKey(catalog, 'KEY_UPDATE', keyId),
  'key.backup': (catalog, { keyId, backupLocation }) => [
    ...onKey(catalog, 'KEY_BACKUP', keyId),
    ...onDestination(catalog, catalog.keys.require(keyId).vaultId, backupLocation),
  ],
  'key.restore': () => 'in-handler',
  'key.restore-from-file': () => 'in-handler',
  'key.schedule-deletion': (catalog, { keyId }) => onKey(catalog, 'KEY_DELETE', keyId),
  'key.cancel-deletion': (catalog, { keyId }) => onKey(catalog, 'KEY_DELETE', keyId),
  'key-version.create': (catalog, { keyId }) => onKey(catalog, 'KEY_ROTATE', keyId),
  'key-version.list': (catalog, { keyId }) => onKey(catalog, 'KEY_INSPECT', keyId),
  'key-version.get': (catalog, { keyVersionId }) =>
    onKey(catalog, 'KEY_READ', catalog.keyVersions.require(keyVersionId).keyId),
  'key-version.schedule-deletion': (catalog, { keyVersionId }) =>
    onKey(catalog, 'KEY_DELETE', catalog.keyVersions.require(keyVersionId).keyId),
  'key-version.cancel-deletion': (catalog, { keyVersionId }) =>
    onKey(catalog, 'KEY_DELETE', catalog.keyVersions.require(keyVersionId).keyId),
  'deletion.list': tenancy('KEY_INSPECT'),
  'deletion.execute': () => 'in-handler',
  'crypto.encrypt': (catalog, { keyId }) => onKey(catalog, 'KEY_ENCRYPT', keyId),
  'crypto.decrypt': () => 'in-handler',
  'crypto.sign': (catalog, { keyId }) => onKey(catalog, 'KEY_SIGN', keyId),
  'crypto.verify': () => 'in-handler',
  'secret.create': (catalog, { vaultId, keyId }) => [
    ...onVault(catalog, 'SECRET_CREATE', vaultId),
    ...onVault(catalog, 'VAULT_CREATE_SECRET', vaultId),
    ...onKey(catalog, 'KEY_ENCRYPT', keyId),
  ],
  'secret.list': (catalog, { vaultId }) => onVault(catalog, 'SECRET_INSPECT', vaultId),
  'secret.get': (catalog, { secretId, out }) => {
    const { vaultId, keyId } = catalog.secrets.require(secretId);
    return [
      ...onVault(catalog, 'SECRET_READ', vaultId),
      ...(out === undefined ? [] : onKey(catalog, 'KEY_DECRYPT', keyId)),
    ];
  },
  'bucket.create': (catalog, { compartmentId, name, region }) =>
    inCompartment(catalog, 'BUCKET_CREATE', compartmentId, { bucketName: name, region }),
  'bucket.list': tenancy('BUCKET_INSPECT'),
  'bucket.get': (catalog, { bucketName, region }) => onBucket(catalog, 'BUCKET_READ', bucketName, region),
  'object.list': (catalog, { bucketName, region }) => onBucket(catalog, 'OBJECT_INSPECT', bucketName, region),
  // As in the reference: what is copied is read here, and created there.
  'object.copy': (catalog, request) => [
    ...onBucket(catalog, 'OBJECT_READ', request.bucketName, request.region, request.sourceObjectName),
    ...(['OBJECT_CREATE', 'OBJECT_OVERWRITE', 'OBJECT_INSPECT'] as const).flatMap((permission) =>
      onBucket(
        catalog,
        permission,
        request.destinationBucket,
        request.destinationRegion,
        request.destinationObjectName ?? request.sourceObjectName,
      ),
    ),
  ],
  'object.delete': (catalog, { bucketName, region, objectName }) =>
    onBucket(catalog, 'OBJECT_DELETE', bucketName, region, objectName),
  'backup.list': (catalog, { vaultId, keyId, keyVersionId }) =>
    keyVersionId !== undefined
      ? onBackupsCovering(catalog, 'VAULT_INSPECT', keyVersionId)
      : keyId !== undefined && catalog.keys.get(keyId) !== undefined
        ? onKey(catalog, 'VAULT_INSPECT', keyId)
        : vaultId !== undefined && catalog.vaults.get(vaultId) !== undefined
          ? onVault(catalog, 'VAULT_INSPECT', vaultId)
          : tenancy('VAULT_INSPECT')(catalog),
  'backup.get': (catalog, { backupId }) => onBackup(catalog, 'VAULT_READ', catalog.backups.require(backupId)),
  'backup.inspect': () => 'anywhere',
  // What a file says of itself is no secret (rule R25); what is in a bucket is read only by whoever may.
  'backup.verify': (catalog, { backupLocation, region }) =>
    backupLocation.destination === 'BUCKET'
      ? onLocation(catalog, 'OBJECT_READ', backupLocation, region)
      : 'anywhere',
  'backup.plan-restore': () => 'in-handler',
  'backup.drill': () => 'in-handler',
  'backup.export': () => 'in-handler',
  // What a medium holds is known only when it was read: whoever imports must be trusted with every compartment.
  'backup.import': (catalog, { bucketName, region }) => [
    ...tenancy('VAULT_BACKUP')(catalog),
    ...(bucketName === undefined ? [] : onBucket(catalog, 'OBJECT_CREATE', bucketName, region)),
  ],
  'backup.rebuild-catalog': tenancy('REALM_MANAGE'),
  'backup.coverage': (catalog, { compartmentId, vaultId, keyId, region }) =>
    keyId !== undefined
      ? [
          ...onKey(catalog, 'VAULT_INSPECT', keyId),
          ...onVault(catalog, 'VAULT_INSPECT', catalog.keys.require(keyId).vaultId),
        ]
      : vaultId === undefined
        ? [
            ...inCompartment(catalog, 'VAULT_INSPECT', compartmentId, { region }),
            ...(compartmentId === undefined ? [] : catalog.keys.compartmentsOf({ vaultsIn: compartmentId }))
              .filter((id) => id !== compartmentId)
              .flatMap((id) => inCompartment(catalog, 'VAULT_INSPECT', id, { region })),
          ]
        : onVaultWithKeys(catalog, 'VAULT_INSPECT', vaultId),
  'work-request.list': (catalog, { compartmentId }) => inCompartment(catalog, 'VAULT_INSPECT', compartmentId),
  'work-request.get': onWorkRequest,
  'work-request.cancel': onWorkRequest,
  'work-request.resume': onWorkRequest,
  'work-request.logs': onWorkRequest,
  'work-request.errors': onWorkRequest,
  'limit.list': tenancy('LIMIT_INSPECT'),
  'limit.set': tenancy('LIMIT_UPDATE'),
  'audit.list': tenancy('AUDIT_READ'),
  'audit.verify': tenancy('AUDIT_READ'),
  'audit.export': tenancy('AUDIT_READ'),
  'doctor.run': tenancy('REALM_INSPECT'),
  'approval.list': (catalog, { compartmentId }) => inCompartment(catalog, 'APPROVAL_INSPECT', compartmentId),
  'approval.get': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_INSPECT', catalog.approvals.require(approvalId).compartmentId),
  'approval.grant': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_GRANT', catalog.approvals.require(approvalId).compartmentId),
  'approval.deny': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_GRANT', catalog.approvals.require(approvalId).compartmentId),
  'operator.create': tenancy('OPERATOR_CREATE'),
  'operator.list': tenancy('OPERATOR_INSPECT'),
  'operator.get': tenancy('OPERATOR_INSPECT'),
  'operator.update': tenancy('OPERATOR_UPDATE'),
  'operator.change-passphrase': () => 'anywhere',
  'operator.delete': tenancy('OPERATOR_DELETE'),
  'group.create': tenancy('GROUP_CREATE'),
  'group.list': tenancy('GROUP_INSPECT'),
  'group.get': tenancy('GROUP_INSPECT'),
  'group.update': tenancy('GROUP_UPDATE'),
  'group.delete': tenancy('GROUP_DELETE'),
  'group.add-member': tenancy('GROUP_UPDATE'),
  'group.remove-member': tenancy('GROUP_UPDATE'),
  'policy.create': (catalog, { compartmentId }) => inCompartment(catalog, 'POLICY_CREATE', compartmentId),
  'policy.list': (catalog, { compartmentId }) => inCompartment(catalog, 'POLICY_INSPECT', compartmentId),
  'policy.get': (catalog, { policyId }) => onPolicy(catalog, 'POLICY_INSPECT', policyId),
  'policy.update': (catalog, { policyId }) => onPolicy(catalog, 'POLICY_UPDATE', policyId),
  'policy.delete': (catalog, { policyId }) => onPolicy(catalog, 'POLICY_DELETE', policyId),
  'policy.check': () => 'anywhere',
  'policy.proposals': tenancy('POLICY_INSPECT'),
  'policy.apply-proposals': () => 'in-handler',
};

/** What was restored elsewhere is also in the backups of the vault that it came from, which may be another compartment's. */
function onBackupsCovering(
  catalog: Catalog,
  permission: Permission,
  keyVersionId: string,
): readonly AccessDemand[] {
  const { keyId, materialId } = catalog.keyVersions.require(keyVersionId);
  return [
    ...onKey(catalog, permission, keyId),
    ...catalog.backups
      .vaultsOfCovering(materialId)
      .flatMap((backedUp) => onBackup(catalog, permission, backedUp)),
  ];
}

/** A policy belongs to the compartment that it is attached to. */
function onPolicy(catalog: Catalog, permission: Permission, policyId: string): readonly AccessDemand[] {
  return inCompartment(catalog, permission, catalog.policies.require(policyId).compartmentId);
}

/**
 * A work request inherits the permission of the operation that spawned it. One without a compartment, or whose compartment
 * went with a restore that was undone, is the tenancy's.
 */
function onWorkRequest(
  catalog: Catalog,
  { workRequestId }: { readonly workRequestId: string },
): readonly AccessDemand[] {
  const { compartmentId, operation, operationType } = catalog.workRequests.require(workRequestId);
  const permission = operationNamed(operation)?.permission ?? 'VAULT_INSPECT';
  const isKnown = compartmentId !== undefined && catalog.compartments.get(compartmentId) !== undefined;
  return inCompartment(catalog, permission, isKnown ? compartmentId : undefined, {
    workRequestType: operationType,
  });
}

/**
 * Where a backup goes: as in the reference, whoever uses pre-authenticated requests must be allowed to, and so must whoever
 * puts an object into a bucket.
 */
function onDestination(
  catalog: Catalog,
  vaultId: string,
  location: BackupDestination,
): readonly AccessDemand[] {
  return location.destination === 'PRE_AUTHENTICATED_REQUEST_URI'
    ? onVault(catalog, 'PAR_MANAGE', vaultId)
    : onLocation(catalog, 'OBJECT_CREATE', location, catalog.vaults.require(vaultId).region);
}
