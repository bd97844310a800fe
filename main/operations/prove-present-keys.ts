import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import { hashOfSigningAlgorithm, signingAlgorithmsOf } from '../../shared/domain/key-shape.ts';
import type { TokenSession } from '../hsm/token-session.ts';

/**
 * Which key versions are on the token under the backup's material id, but with another value (rule R42: refused). An
 * AES key wraps to the very blob of the backup, as AES-KWP is deterministic; a private key signs so that the backup's
 * public key verifies.
 */
export async function versionsOfOtherValue(
  session: TokenSession,
  present: readonly KeyVersionEntry[],
): Promise<readonly KeyVersionEntry[]> {
  const other: KeyVersionEntry[] = [];
  const secret = new Map(
    present.filter((entry) => entry.keyShape.algorithm === 'AES').map((entry) => [entry.materialId, entry]),
  );
  for await (const { materialId, wrappedKey } of session.wrapKeyVersions(secret.keys())) {
    const entry = secret.get(materialId);
    if (entry !== undefined && !Buffer.from(wrappedKey).equals(entry.wrappedKey)) other.push(entry);
  }
  for (const entry of present) {
    if (entry.publicKey !== undefined && !(await signsAs(session, entry, entry.publicKey))) other.push(entry);
  }
  return other;
}

/** Whether the token signs a fresh message so that this public key verifies it. */
export async function signsAs(
  session: TokenSession,
  entry: KeyVersionEntry,
  publicKey: Uint8Array,
): Promise<boolean> {
  const algorithm =
    entry.keyShape.algorithm === 'RSA' ? 'SHA_256_RSA_PKCS1_V1_5' : signingAlgorithmsOf(entry.keyShape)[0];
  if (algorithm === undefined) return false;
  const hash = hashOfSigningAlgorithm(algorithm);
  const message = randomBytes(32);
  const signature = await session.signDigest(
    entry.materialId,
    algorithm,
    createHash(hash).update(message).digest(),
  );
  return verify(
    hash,
    message,
    createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' }),
    signature,
  );
}
