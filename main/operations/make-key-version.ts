import { createPublicKey, randomBytes } from 'node:crypto';
import type { Key, KeyVersion } from '../../shared/domain/key.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import { newOcid, vaultTokenOf } from './new-ocid.ts';
import type { OperationContext } from './operation-context.ts';

/** SubjectPublicKeyInfo from DER to PEM, as key versions carry it. */
export function publicKeyPem(der: Uint8Array): string {
  return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

/** SubjectPublicKeyInfo from PEM to DER, as sealed entries and the token's proofs carry it. */
export function publicKeyDer(pem: string): Uint8Array {
  return createPublicKey(pem).export({ type: 'spki', format: 'der' });
}

/**
 * Makes one key version in the token (rules R10, R12): recorded as CREATING and as a token orphan first, usable in
 * one transaction with `complete` once the token has it ([Note: token orphans] in token-orphans.ts).
 * @param begin writes what must be there before the version, in the same transaction.
 * @param complete makes the version part of its key, in the transaction that enables it.
 */
export async function makeKeyVersion(
  context: OperationContext,
  key: Key,
  regionId: string,
  steps: {
    readonly begin: (version: KeyVersionRecord) => void;
    readonly complete: (version: KeyVersion) => void;
  },
  versionId = newKeyVersionId(key, regionId),
): Promise<KeyVersion> {
  const { catalog } = context;
  const session = await context.openRegion(regionId);
  const version: KeyVersionRecord = {
    id: versionId,
    keyId: key.id,
    vaultId: key.vaultId,
    compartmentId: key.compartmentId,
    lifecycleState: 'CREATING',
    origin: 'INTERNAL',
    timeCreated: context.now().toISOString(),
    materialId: randomBytes(16).toString('hex'),
    region: regionId,
  };
  catalog.transaction(() => {
    steps.begin(version);
    catalog.tokenOrphans.add([{ region: regionId, materialId: version.materialId }]);
  });
  try {
    const generated = await session.generateKeyVersion(version.materialId, key.keyShape, key.displayName);
    const enabled: KeyVersionRecord = {
      ...version,
      lifecycleState: 'ENABLED',
      ...(generated.publicKey === undefined ? {} : { publicKey: publicKeyPem(generated.publicKey) }),
    };
    catalog.transaction(() => {
      catalog.keyVersions.update(version.id, enabled);
      catalog.tokenOrphans.remove(regionId, [version.materialId]);
      steps.complete(enabled);
    });
    return enabled;
  } catch (failure) {
    undoKeyCreation(context, version);
    throw failure;
  }
}

export function newKeyVersionId(key: { readonly vaultId: string }, regionId: string): string {
  return newOcid('keyversion', { region: regionId, vaultToken: vaultTokenOf(key.vaultId) });
}

/** Takes a version that never became usable out of the catalog, and its key with it if it was the first. */
function undoKeyCreation(context: OperationContext, version: KeyVersion): void {
  const { catalog } = context;
  catalog.transaction(() => {
    const key = catalog.keys.get(version.keyId);
    if (key?.lifecycleState === 'CREATING') catalog.keys.delete(key.id);
    catalog.keyVersions.delete(version.id);
  });
}

/** At start: undoes key creations that a crash cut off (rule R73). Their token objects are orphans already. */
export function undoInterruptedKeyCreations(context: OperationContext): number {
  const interrupted = context.catalog.keyVersions.listCreating();
  for (const version of interrupted) undoKeyCreation(context, version);
  return interrupted.length;
}
