import { StrongroomError } from '../../shared/domain/errors.ts';

/**
 * One answer for every way in which an encrypted data key does not open: which check it was would help a forger (Manger's
 * attack on OAEP).
 */
export function encryptedDataInvalid(cause: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    'This ciphertext was altered, cut, or made under another key version.',
    'Take the file as it was encrypted, and the key version that it names.',
    { reason: 'EncryptedDataInvalid', cause },
  );
}
