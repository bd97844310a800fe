import { randomBytes } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { OperationContext } from './operation-context.ts';

/**
 * [Note: software key protector] SOFTWARE keys have no token object of their own; what they have is sealed under one key
 * of their region's token, the protector (rule R10). It is made with the first of them, as any key version is, and is
 * known by its row: doctor and inventory find it there, and nothing that destroys key versions ever names it. A region
 * whose token was replaced gets a new one; what the old one sealed opens with the old token only.
 */
const PROTECTOR_SHAPE: KeyShape = { algorithm: 'AES', length: 32 };
const PROTECTOR_LABEL = 'software key protector';

/** All that the making and use of SOFTWARE keys needs of an operation. */
export type TokenAccess = Pick<OperationContext, 'catalog' | 'openRegion' | 'now'>;

/** Two keys that are created at once wait for the same protector. */
const beingMade = new WeakMap<Catalog, Map<string, Promise<string>>>();

export interface ProtectedDataKey {
  readonly protectorMaterialId: string;
  readonly encryptedDataKey: Uint8Array;
}

/** Encrypts a data key under the protector that the region's token has; makes one where it has none. */
export async function protectDataKey(
  context: TokenAccess,
  region: string,
  dataKey: Uint8Array,
): Promise<ProtectedDataKey> {
  const session = await context.openRegion(region);
  const encrypt = async (protectorMaterialId: string): Promise<ProtectedDataKey> => ({
    protectorMaterialId,
    encryptedDataKey: await session.encryptDataKey(protectorMaterialId, PROTECTOR_SHAPE, dataKey),
  });
  for (const { materialId } of context.catalog.softwareKeyProtectors.listEnabled(region)) {
    try {
      return await encrypt(materialId);
    } catch (failure) {
      if (!isMissing(failure)) throw failure;
    }
  }
  return encrypt(await makeProtectorOnce(context, region));
}

/** @throws StrongroomError NotAuthorizedOrNotFound, reason `SoftwareKeyProtectorMissing`; else what the token says. */
export async function unprotectDataKey(
  context: TokenAccess,
  region: string,
  { protectorMaterialId, encryptedDataKey }: ProtectedDataKey,
): Promise<Uint8Array> {
  const session = await context.openRegion(region);
  try {
    return await session.decryptDataKey(protectorMaterialId, PROTECTOR_SHAPE, encryptedDataKey);
  } catch (failure) {
    if (!isMissing(failure)) throw failure;
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `The token of region ${region} does not have the key that protects this SOFTWARE key.`,
      'Bind the region to the token on which the key was created (region attach). SOFTWARE keys have no backup.',
      { reason: 'SoftwareKeyProtectorMissing', cause: failure },
    );
  }
}

function isMissing(failure: unknown): boolean {
  return failure instanceof StrongroomError && failure.reason === 'KeyVersionNotOnToken';
}

function makeProtectorOnce(context: TokenAccess, region: string): Promise<string> {
  const ofHome = beingMade.get(context.catalog) ?? new Map<string, Promise<string>>();
  beingMade.set(context.catalog, ofHome);
  const known = ofHome.get(region);
  if (known !== undefined) return known;
  const making = makeProtector(context, region).finally(() => ofHome.delete(region));
  ofHome.set(region, making);
  return making;
}

/** Recorded as CREATING and as a token orphan first ([Note: token orphans]); usable once the token has it. */
async function makeProtector(context: TokenAccess, region: string): Promise<string> {
  const { catalog } = context;
  const session = await context.openRegion(region);
  const materialId = randomBytes(16).toString('hex');
  catalog.transaction(() => {
    catalog.softwareKeyProtectors.insert({
      materialId,
      region,
      lifecycleState: 'CREATING',
      timeCreated: context.now().toISOString(),
    });
    catalog.tokenOrphans.add([{ region, materialId }]);
  });
  try {
    await session.generateKeyVersion(materialId, PROTECTOR_SHAPE, PROTECTOR_LABEL);
    catalog.transaction(() => {
      catalog.softwareKeyProtectors.update(materialId, { lifecycleState: 'ENABLED' });
      catalog.tokenOrphans.remove(region, [materialId]);
    });
    return materialId;
  } catch (failure) {
    catalog.softwareKeyProtectors.delete(materialId);
    throw failure;
  }
}

/** At start: forgets protectors whose making a crash cut off (rule R73). Their token objects are orphans already. */
export function undoInterruptedProtectors(catalog: Catalog): void {
  for (const { materialId } of catalog.softwareKeyProtectors.listCreating()) {
    catalog.softwareKeyProtectors.delete(materialId);
  }
}
