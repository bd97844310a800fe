import type { AccessDemand, AccessRule } from '../access/access-demand.ts';
import { operationNamed } from '../../shared/contract/contract.ts';
import type { OperationName, RequestOf } from '../../shared/contract/contract.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { inCompartment, onBucket, onKey, onVault, tenancy } from './demands.ts';

type RuleOf<Name extends OperationName> = (catalog: Catalog, request: RequestOf<Name>) => AccessRule;

/**
 * What each call is about, for the one decision about it (rule R62). Every operation has its line: the compiler sees to
 * that. Operations without a permission are decided by that alone.
 */
export const accessRules: { readonly [Name in OperationName]: RuleOf<Name> } = {
  'realm.create': () => 'anywhere',
  'realm.get': tenancy('REALM_INSPECT'),
  'region.list': tenancy('REALM_INSPECT'),
  'region.get': tenancy('REALM_INSPECT'),
  'region.probe': () => 'anywhere',
  'region.enrol-request': tenancy('REALM_MANAGE'),
  'region.enrol-grant': tenancy('REALM_MANAGE'),
  'region.enrol-accept': tenancy('REALM_MANAGE'),
  'region.attach': tenancy('REALM_MANAGE'),
  'region.detach': tenancy('REALM_MANAGE'),
  'token.list': () => 'anywhere',
  'token.initialise': () => 'anywhere',
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
  'vault.backup': (catalog, { vaultId }) => onVault(catalog, 'VAULT_BACKUP', vaultId),
  'vault.restore': () => 'in-handler',
  'vault.restore-from-file': () => 'in-handler',
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
      : onVault(catalog, 'KEY_INSPECT', vaultId),
  'key.enable': (catalog, { keyId }) => onKey(catalog, 'KEY_UPDATE', keyId),
  'key.disable': (catalog, { keyId }) => onKey(catalog, 'KEY_UPDATE', keyId),
  'key.backup': (catalog, { keyId }) => onKey(catalog, 'KEY_BACKUP', keyId),
  'key.restore': () => 'in-handler',
  'key.restore-from-file': () => 'in-handler',
  'key-version.create': (catalog, { keyId }) => onKey(catalog, 'KEY_ROTATE', keyId),
  'key-version.list': (catalog, { keyId }) => onKey(catalog, 'KEY_INSPECT', keyId),
  'key-version.get': (catalog, { keyVersionId }) =>
    onKey(catalog, 'KEY_READ', catalog.keyVersions.require(keyVersionId).keyId),
  'crypto.encrypt': (catalog, { keyId }) => onKey(catalog, 'KEY_ENCRYPT', keyId),
  'crypto.decrypt': () => 'in-handler',
  'crypto.sign': (catalog, { keyId }) => onKey(catalog, 'KEY_SIGN', keyId),
  'crypto.verify': () => 'in-handler',
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
  'backup.list': (catalog, { vaultId, keyId }) =>
    keyId !== undefined && catalog.keys.get(keyId) !== undefined
      ? onKey(catalog, 'VAULT_INSPECT', keyId)
      : vaultId !== undefined && catalog.vaults.get(vaultId) !== undefined
        ? onVault(catalog, 'VAULT_INSPECT', vaultId)
        : tenancy('VAULT_INSPECT')(catalog),
  'backup.get': (catalog, { backupId }) => {
    const backup = catalog.backups.require(backupId);
    return inCompartment(catalog, 'VAULT_READ', backup.compartmentId, { vaultId: backup.vaultId });
  },
  'backup.inspect': () => 'anywhere',
  'backup.verify': () => 'anywhere',
  'backup.plan-restore': () => 'in-handler',
  'work-request.list': tenancy('VAULT_INSPECT'),
  'work-request.get': onWorkRequest,
  'work-request.cancel': onWorkRequest,
  'work-request.resume': onWorkRequest,
  'work-request.logs': onWorkRequest,
  'work-request.errors': onWorkRequest,
  'approval.list': tenancy('APPROVAL_INSPECT'),
  'approval.get': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_INSPECT', catalog.approvals.require(approvalId).compartmentId),
  'approval.grant': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_GRANT', catalog.approvals.require(approvalId).compartmentId),
  'approval.deny': (catalog, { approvalId }) =>
    inCompartment(catalog, 'APPROVAL_GRANT', catalog.approvals.require(approvalId).compartmentId),
};

/** A work request inherits the permission of the operation that spawned it; one without a compartment is the tenancy's. */
function onWorkRequest(
  catalog: Catalog,
  { workRequestId }: { readonly workRequestId: string },
): readonly AccessDemand[] {
  const { compartmentId, operation, operationType } = catalog.workRequests.require(workRequestId);
  const permission = operationNamed(operation)?.permission ?? 'VAULT_INSPECT';
  return inCompartment(catalog, permission, compartmentId, { workRequestType: operationType });
}
