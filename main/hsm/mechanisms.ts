import pkcs11js from 'pkcs11js';
import type { OaepHash } from '../../shared/domain/capability-profile.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';

/**
 * The mechanisms that Strongroom uses, with their parameters: built here only, so that no other one is ever asked for,
 * and so that pkcs11js never sees parameters that it would crash on.
 */

/** Node names a hash `sha256`; PKCS#11 numbers the hash and the mask generation function over it. */
export interface HashMechanism {
  readonly nodeName: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly length: number;
  readonly mechanism: number;
  readonly mgf: number;
}

export const HASHES: Readonly<Record<OaepHash, HashMechanism>> = {
  'SHA-512': {
    nodeName: 'sha512',
    length: 64,
    mechanism: pkcs11js.CKM_SHA512,
    mgf: pkcs11js.CKG_MGF1_SHA512,
  },
  'SHA-384': {
    nodeName: 'sha384',
    length: 48,
    mechanism: pkcs11js.CKM_SHA384,
    mgf: pkcs11js.CKG_MGF1_SHA384,
  },
  'SHA-256': {
    nodeName: 'sha256',
    length: 32,
    mechanism: pkcs11js.CKM_SHA256,
    mgf: pkcs11js.CKG_MGF1_SHA256,
  },
  'SHA-1': { nodeName: 'sha1', length: 20, mechanism: pkcs11js.CKM_SHA_1, mgf: pkcs11js.CKG_MGF1_SHA1 },
};

/** Best first. SHA-1 only where two tokens have nothing else in common. */
export const OAEP_PREFERENCE: readonly OaepHash[] = ['SHA-512', 'SHA-384', 'SHA-256', 'SHA-1'];

/**
 * CKM_AES_KEY_WRAP_KWP (PKCS#11 v3.1, 6.13.6) is RFC 5649 by definition; CKM_AES_KEY_WRAP_PAD means RFC 5649 to SoftHSM and
 * something else to NSS. Which of them a token has right, only a known-answer test tells.
 */
export const KEY_WRAP_CANDIDATES = [0x210b, 0x210a] as const;

export const keyWrap = (mechanism: number): pkcs11js.Mechanism => ({ mechanism });

export const AES_KEY_GENERATION: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_AES_KEY_GEN };
export const SECRET_GENERATION: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_GENERIC_SECRET_KEY_GEN };
export const RSA_GENERATION: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_RSA_PKCS_KEY_PAIR_GEN };
export const EC_GENERATION: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_EC_KEY_PAIR_GEN };
export const HMAC_SHA256: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_SHA256_HMAC };
export const ECDSA: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_ECDSA };
/** RSASSA-PKCS1-v1_5 over a DigestInfo (RFC 8017, 9.2). */
export const RSA_PKCS1: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_RSA_PKCS };
export const RSA_RAW: pkcs11js.Mechanism = { mechanism: pkcs11js.CKM_RSA_X_509 };

export function keyPairGeneration(
  shape: Exclude<KeyShape, { readonly algorithm: 'AES' }>,
): pkcs11js.Mechanism {
  return shape.algorithm === 'RSA' ? RSA_GENERATION : EC_GENERATION;
}

/** CKZ_DATA_SPECIFIED, which pkcs11js does not name: the label is given, here as empty (PKCS#11 v3.1, 6.1.8). */
const LABEL_SPECIFIED = 1;

export function rsaOaep(hash: OaepHash): pkcs11js.Mechanism {
  const { mechanism, mgf } = HASHES[hash];
  const parameter = {
    type: pkcs11js.CK_PARAMS_RSA_OAEP,
    hashAlg: mechanism,
    mgf,
    source: LABEL_SPECIFIED,
  };
  return { mechanism: pkcs11js.CKM_RSA_PKCS_OAEP, parameter };
}

export function rsaPss(hash: OaepHash): pkcs11js.Mechanism {
  const { mechanism, mgf, length } = HASHES[hash];
  const parameter = { type: pkcs11js.CK_PARAMS_RSA_PSS, hashAlg: mechanism, mgf, saltLen: length };
  return { mechanism: pkcs11js.CKM_RSA_PKCS_PSS, parameter };
}

export const GCM_IV_LENGTH = 12;
export const GCM_TAG_LENGTH = 16;

/** CK_GCM_PARAMS as PKCS#11 v2.40 has them, with ulIvBits: NSS takes no others, SoftHSM takes these too. */
export function aesGcm(iv: Uint8Array, additionalData: Uint8Array): pkcs11js.Mechanism {
  const parameter = {
    type: pkcs11js.CK_PARAMS_AES_GCM_v240,
    iv: Buffer.from(iv),
    ivBits: iv.length * 8,
    aad: Buffer.from(additionalData),
    tagBits: GCM_TAG_LENGTH * 8,
  };
  return { mechanism: pkcs11js.CKM_AES_GCM, parameter };
}
