import { createPublicKey, randomBytes } from 'node:crypto';
import type { Key, KeyVersion } from '../../shared/domain/key.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import { newOcid, vaultTokenOf } from './new-ocid.ts';
import type { CallerContext, OperationContext } from './operation-context.ts';
import { makeSoftwareMaterial } from './software-key-material.ts';
import type { NewSoftwareMaterial } from './software-key-material.ts';
import { undoInterruptedProtectors } from './software-key-protector.ts';

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

/** Where a version's value is made and kept, by the key's protection (rule R10). */
interface ValueMaker {
  /** In the transaction that records the version as CREATING. */
  begin(): void;
  /** @returns the public half, if there is one, as SubjectPublicKeyInfo in DER. */
  generate(): Promise<{ readonly publicKey?: Uint8Array }>;
  /** In the transaction that enables the version. */
  keep(): void;
}

function valueMakerOf(context: OperationContext, key: Key, version: KeyVersionRecord): ValueMaker {
  const { catalog } = context;
  const { materialId, region } = version;
  if (key.protectionMode === 'HSM') {
    return {
      begin: () => {
        catalog.tokenOrphans.add([{ region, materialId }]);
      },
      generate: async () =>
        (await context.openRegion(region)).generateKeyVersion(materialId, key.keyShape, key.displayName),
      keep: () => {
        catalog.tokenOrphans.remove(region, [materialId]);
      },
    };
  }
  let made: NewSoftwareMaterial | undefined;
  return {
    begin: () => undefined,
    generate: async () => (made = await makeSoftwareMaterial(context, { version, keyShape: key.keyShape })),
    keep: () => {
      if (made !== undefined) catalog.softwareKeyMaterials.insert(made.record);
    },
  };
}

/**
 * Makes one key version, in the token or sealed under a key of it (rules R10, R12): recorded as CREATING first, and in
 * the token as an orphan ([Note: token orphans] in token-orphans.ts); usable in one transaction with `complete`.
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
  await context.openRegion(regionId);
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
  const maker = valueMakerOf(context, key, version);
  catalog.transaction(() => {
    steps.begin(version);
    maker.begin();
  });
  try {
    const generated = await maker.generate();
    const enabled: KeyVersionRecord = {
      ...version,
      lifecycleState: 'ENABLED',
      ...(generated.publicKey === undefined ? {} : { publicKey: publicKeyPem(generated.publicKey) }),
    };
    catalog.transaction(() => {
      catalog.keyVersions.update(version.id, enabled);
      maker.keep();
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
function undoKeyCreation(context: CallerContext, version: KeyVersion): void {
  const { catalog } = context;
  catalog.transaction(() => {
    const key = catalog.keys.get(version.keyId);
    if (key?.lifecycleState === 'CREATING') catalog.keys.delete(key.id);
    catalog.keyVersions.delete(version.id);
  });
}

/** At start: undoes key creations that a crash cut off (rule R73). Their token objects are orphans already. */
export function undoInterruptedKeyCreations(context: CallerContext): number {
  const interrupted = context.catalog.keyVersions.listCreating();
  for (const version of interrupted) undoKeyCreation(context, version);
  undoInterruptedProtectors(context.catalog);
  return interrupted.length;
}
