import { constants } from 'node:crypto';
import type { SigningAlgorithm } from '../../shared/domain/key-shape.ts';

/** The padding of a signature for node:crypto: PSS with a salt as long as the hash; else the key type's own. */
export function signaturePadding(algorithm: SigningAlgorithm): {
  readonly padding?: number;
  readonly saltLength?: number;
} {
  return algorithm.endsWith('PSS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
}
