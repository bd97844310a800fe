import { createHash, createSign } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { hashOfSigningAlgorithm } from '../../shared/domain/key-shape.ts';
import type { SigningAlgorithm } from '../../shared/domain/key-shape.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import { useSoftwareMaterial } from './software-key-material.ts';
import type { TokenAccess } from './software-key-protector.ts';
import { decryptWithMaterial, encryptWithMaterial, signWithMaterial } from './software-key-use.ts';
import type { EncryptionKeyShape } from './software-key-use.ts';
import type { UsableKey } from './usable-key.ts';

/**
 * Cryptographic use of one key version, whatever protects it (rule R14). The token is logged in to at the first use: an
 * HSM key is there, and what opens a SOFTWARE key is too.
 */
export interface KeyUser {
  encryptDataKey(dataKey: Uint8Array): Promise<Uint8Array>;
  /** @throws StrongroomError InvalidParameter, reason `EncryptedDataInvalid`. */
  decryptDataKey(encryptedDataKey: Uint8Array): Promise<Uint8Array>;
  /**
   * Signs a message of any size.
   * @param algorithm one that the key's shape allows. @returns DER (RFC 3279) for ECDSA, raw for RSA.
   */
  sign(algorithm: SigningAlgorithm, message: AsyncIterable<Uint8Array>): Promise<Uint8Array>;
}

export function keyUserOf(context: TokenAccess, usable: UsableKey): KeyUser {
  switch (usable.key.protectionMode) {
    case 'HSM':
      return hsmKeyUser(context, usable);
    case 'SOFTWARE':
      return softwareKeyUser(context, usable);
  }
}

/** @throws StrongroomError InvalidParameter, reason `KeyCannotEncrypt`, for ECDSA keys. */
export function requireAbleToEncrypt(key: Pick<KeyRecord, 'keyShape' | 'displayName'>): EncryptionKeyShape {
  if (key.keyShape.algorithm !== 'ECDSA') return key.keyShape;
  throw new StrongroomError(
    'InvalidParameter',
    `The key ${key.displayName} is an ECDSA key; it signs and does not encrypt.`,
    'Use an AES or RSA key.',
    { reason: 'KeyCannotEncrypt' },
  );
}

function hsmKeyUser(context: TokenAccess, { key, version }: UsableKey): KeyUser {
  const { materialId, region } = version;
  return {
    encryptDataKey: async (dataKey) =>
      (await context.openRegion(region)).encryptDataKey(materialId, key.keyShape, dataKey),
    decryptDataKey: async (encrypted) =>
      (await context.openRegion(region)).decryptDataKey(materialId, key.keyShape, encrypted),
    sign: async (algorithm, message) => {
      const hash = createHash(hashOfSigningAlgorithm(algorithm));
      for await (const bytes of message) hash.update(bytes);
      return (await context.openRegion(region)).signDigest(materialId, algorithm, hash.digest());
    },
  };
}

function softwareKeyUser(context: TokenAccess, usable: UsableKey): KeyUser {
  const { key, version } = usable;
  return {
    encryptDataKey: async (dataKey) => {
      const shape = requireAbleToEncrypt(key);
      return useSoftwareMaterial(context, usable, (material) =>
        encryptWithMaterial(material, shape, version.materialId, dataKey),
      );
    },
    decryptDataKey: async (encrypted) => {
      const shape = requireAbleToEncrypt(key);
      return useSoftwareMaterial(context, usable, (material) =>
        decryptWithMaterial(material, shape, version.materialId, encrypted),
      );
    },
    sign: async (algorithm, message) => {
      const signer = createSign(hashOfSigningAlgorithm(algorithm));
      for await (const bytes of message) signer.update(bytes);
      return useSoftwareMaterial(context, usable, (material) =>
        signWithMaterial(material, algorithm, signer),
      );
    },
  };
}
