import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import type { DrillProof } from '../../shared/domain/drill-report.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { ErrorCode } from '../../shared/domain/errors.ts';
import { encryptOaep } from '../hsm/rsa-oaep.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { signsAs } from './prove-present-keys.ts';

/** Either what was proven, or why it could not be. */
export type ProofResult =
  | { readonly isProven: true; readonly proofs: readonly DrillProof[] }
  | { readonly isProven: false; readonly message: string };

const CANARY_LENGTH = 32;

/**
 * Proves a restored key version by use (rule R51): not that it is there, but that it does what the original does.
 * @param scratch where it was restored.
 * @param original the region's own token, if that still has the key version.
 * @throws StrongroomError if a token could not be asked; that says nothing about the key.
 */
export async function proveByUse(
  entry: KeyVersionEntry,
  scratch: TokenSession,
  original: TokenSession | undefined,
): Promise<ProofResult> {
  try {
    return { isProven: true, proofs: await proofsOf(entry, scratch, original) };
  } catch (thrown) {
    const error = toStrongroomError(thrown);
    if (isInconclusive(error)) throw error;
    return { isProven: false, message: error.message };
  }
}

const CONCLUSIVE: readonly ErrorCode[] = [
  'InvalidParameter',
  'NotAllowed',
  'NotAuthorizedOrNotFound',
  'Conflict',
];

/** A token that was pulled, is full, hangs or wants its PIN, or a fault of this program: no answer about the key. */
export function isInconclusive({ code }: StrongroomError): boolean {
  return !CONCLUSIVE.includes(code);
}

async function proofsOf(
  entry: KeyVersionEntry,
  scratch: TokenSession,
  original: TokenSession | undefined,
): Promise<readonly DrillProof[]> {
  const { keyShape, publicKey } = entry;
  if (keyShape.algorithm === 'AES') {
    await comesBack(
      entry,
      scratch,
      scratch,
      'what the scratch token encrypted, it decrypts to something else',
    );
    if (original === undefined) return ['encryptAndDecrypt'];
    await comesBack(
      entry,
      original,
      scratch,
      'what the original encrypted, the restored key decrypts to something else',
    );
    await comesBack(
      entry,
      scratch,
      original,
      'what the restored key encrypted, the original decrypts to something else',
    );
    return ['encryptAndDecrypt', 'exchangeWithRegion'];
  }
  if (publicKey === undefined) throw notProven('it has no public key');
  if (keyShape.algorithm === 'RSA') {
    const canary = randomBytes(CANARY_LENGTH);
    const opened = await scratch.decryptDataKey(
      entry.materialId,
      keyShape,
      encryptOaep(publicKey, 'SHA-256', canary),
    );
    requireSame(canary, opened, 'what was encrypted to its public key, it decrypts to something else');
  }
  if (!(await signsAs(scratch, entry, publicKey))) {
    throw notProven('its signature is not that of its public key');
  }
  return keyShape.algorithm === 'RSA' ? ['encryptAndDecrypt', 'signature'] : ['signature'];
}

/** A fresh random value, encrypted by one token and decrypted by another. */
async function comesBack(
  { materialId, keyShape }: KeyVersionEntry,
  from: TokenSession,
  to: TokenSession,
  otherwise: string,
): Promise<void> {
  const canary = randomBytes(CANARY_LENGTH);
  const sealed = await from.encryptDataKey(materialId, keyShape, canary);
  // A token that only pretends to encrypt would pass every other test.
  if (Buffer.from(sealed).includes(canary)) throw notProven('what it calls encrypted is still in clear');
  requireSame(canary, await to.decryptDataKey(materialId, keyShape, sealed), otherwise);
}

function requireSame(canary: Uint8Array, opened: Uint8Array, otherwise: string): void {
  if (opened.length === canary.length && timingSafeEqual(canary, opened)) return;
  throw notProven(otherwise);
}

function notProven(why: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The restored key does not do what the original does: ${why}.`,
    'Drill with another scratch token; if it fails there too, make a new backup and drill that.',
    { reason: 'KeyNotProvenByUse' },
  );
}
