import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { curveOfLength } from '../../shared/domain/key-shape.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import type { SoftwareKeyMaterialRecord } from '../catalog/software-key-material-store.ts';
import { ChunkCipher, KEY_LENGTH, NONCE_LENGTH } from '../sealing/chunk-cipher.ts';
import { newDataKey } from './encrypted-file.ts';
import { protectDataKey, unprotectDataKey } from './software-key-protector.ts';
import type { TokenAccess } from './software-key-protector.ts';
import type { UsableKey } from './usable-key.ts';

/**
 * [Note: software key material] A SOFTWARE key version's value is made here, sealed at once, and opened for the length of
 * one use (rule R10). Sealed: AES-256-GCM under a data key that exists for it alone, which the region's protector
 * encrypts inside the token. Additional data names the version, its material id, shape and protector, so that a row
 * moved to another version, or a version given another shape, does not open. The value is the AES key itself, or the
 * private key's PKCS#8 in DER. Buffers are zeroed after use; copies that OpenSSL makes of a private key it wipes when
 * the key object is collected.
 */
const LABEL = 'strongroom/v1/software-key';
/** More than the longest value: RSA-4096's PKCS#8 has some 2,400 bytes. */
const LONGEST_MATERIAL = 4096;

interface MaterialPlace {
  readonly version: Pick<KeyVersionRecord, 'id' | 'materialId' | 'region'>;
  readonly keyShape: KeyShape;
}

export interface NewSoftwareMaterial {
  readonly record: SoftwareKeyMaterialRecord;
  /** SubjectPublicKeyInfo in DER; AES has none. */
  readonly publicKey?: Uint8Array;
}

/** Makes a version's value and seals it; the caller writes the record down. */
export async function makeSoftwareMaterial(
  context: TokenAccess,
  place: MaterialPlace,
): Promise<NewSoftwareMaterial> {
  const dataKey = newDataKey();
  try {
    // The token first: where it does not answer, no value is made.
    const protectedKey = await protectDataKey(context, place.version.region, dataKey);
    const { material, publicKey } = await generate(place.keyShape);
    try {
      const sealedMaterial = withCipher(place, protectedKey.protectorMaterialId, dataKey, (cipher) =>
        cipher.encryptChunk(0, true, material),
      );
      return {
        record: { keyVersionId: place.version.id, ...protectedKey, sealedMaterial },
        ...(publicKey === undefined ? {} : { publicKey }),
      };
    } finally {
      material.fill(0);
    }
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Opens a version's value for one use, which must not keep it.
 * @throws StrongroomError NotAuthorizedOrNotFound, reasons `SoftwareKeyMaterialMissing`, `SoftwareKeyProtectorMissing`;
 * IncorrectState, reason `SoftwareKeyMaterialDamaged`.
 */
export async function useSoftwareMaterial<Result>(
  context: TokenAccess,
  { key, version }: UsableKey,
  use: (material: Uint8Array) => Result,
): Promise<Result> {
  const record = context.catalog.softwareKeyMaterials.get(version.id);
  if (record === undefined) throw materialMissing(version.id);
  const dataKey = await unprotectDataKey(context, version.region, record).catch((failure: unknown) => {
    throw hasReason(failure, 'EncryptedDataInvalid') ? materialDamaged(version.id, failure) : failure;
  });
  let material: Uint8Array | undefined;
  try {
    if (dataKey.length !== KEY_LENGTH) throw materialDamaged(version.id);
    material = open({ version, keyShape: key.keyShape }, record, dataKey);
    return use(material);
  } finally {
    dataKey.fill(0);
    material?.fill(0);
  }
}

const generatePair = promisify(generateKeyPair);
const publicKeyEncoding = { type: 'spki', format: 'der' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const;
const CURVE_NAMES = { NIST_P256: 'P-256', NIST_P384: 'P-384', NIST_P521: 'P-521' } as const;

async function generate(shape: KeyShape): Promise<{ material: Uint8Array; publicKey?: Uint8Array }> {
  switch (shape.algorithm) {
    case 'AES':
      return { material: randomBytes(shape.length) };
    case 'RSA': {
      const { privateKey, publicKey } = await generatePair('rsa', {
        modulusLength: shape.length * 8,
        publicExponent: 65_537,
        publicKeyEncoding,
        privateKeyEncoding,
      });
      return { material: privateKey, publicKey };
    }
    case 'ECDSA': {
      const { privateKey, publicKey } = await generatePair('ec', {
        namedCurve: CURVE_NAMES[curveOfLength(shape.length)],
        publicKeyEncoding,
        privateKeyEncoding,
      });
      return { material: privateKey, publicKey };
    }
  }
}

function open(place: MaterialPlace, record: SoftwareKeyMaterialRecord, dataKey: Uint8Array): Uint8Array {
  try {
    return withCipher(place, record.protectorMaterialId, dataKey, (cipher) =>
      cipher.decryptChunk(0, true, record.sealedMaterial),
    );
  } catch (failure) {
    throw hasReason(failure, 'ChunkNotAuthentic') ? materialDamaged(place.version.id, failure) : failure;
  }
}

function withCipher<Result>(
  { version, keyShape }: MaterialPlace,
  protectorMaterialId: string,
  dataKey: Uint8Array,
  work: (cipher: ChunkCipher) => Result,
): Result {
  const names = [
    LABEL,
    version.id,
    version.materialId,
    keyShape.algorithm,
    String(keyShape.length),
    protectorMaterialId,
  ];
  const cipher = new ChunkCipher({
    key: dataKey,
    // The data key is never used again.
    baseNonce: new Uint8Array(NONCE_LENGTH),
    chunkSize: LONGEST_MATERIAL,
    // None of the names holds a line break.
    aadPrefix: Buffer.from(`${names.join('\n')}\n`),
  });
  try {
    return work(cipher);
  } finally {
    cipher.destroy();
  }
}

function hasReason(failure: unknown, reason: string): boolean {
  return failure instanceof StrongroomError && failure.reason === reason;
}

function materialMissing(keyVersionId: string): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrNotFound',
    `This home does not have the value of the SOFTWARE key version ${keyVersionId}.`,
    'Use the home in which the key was created. SOFTWARE keys have no backup.',
    { reason: 'SoftwareKeyMaterialMissing' },
  );
}

function materialDamaged(keyVersionId: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    `The sealed value of the SOFTWARE key version ${keyVersionId} was altered, or is another version's.`,
    'Put back a copy of the catalog from before, and find out who changed it. SOFTWARE keys have no backup.',
    { reason: 'SoftwareKeyMaterialDamaged', cause },
  );
}
