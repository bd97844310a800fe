import { timingSafeEqual } from 'node:crypto';
import { ChunkCipher, KEY_LENGTH, NONCE_LENGTH } from './chunk-cipher.ts';
import { refusal } from './refusal.ts';
import type { SealingToken } from './sealing-token.ts';

/** Random bytes that make every backup's data key its own. */
export const SALT_LENGTH = 24;
export const COMMITMENT_LENGTH = 32;
/** Bytes of plaintext in each chunk but the last (SEALED-BACKUP 4). */
export const CHUNK_SIZE = 16 * 1024;

const DATA_KEY_LABEL = Buffer.from('strongroom/v1/sealed-backup/data-key', 'ascii');
const CHUNK_LABEL = Buffer.from('strongroom/v1/sealed-backup/chunk', 'ascii');
const HASH_LENGTH = 32;
const OUTPUT_LENGTH = KEY_LENGTH + NONCE_LENGTH + COMMITMENT_LENGTH;

/** What exists for one backup only: the cipher of its chunks, and the commitment to its key that stands in the file. */
export interface BackupDataKey {
  readonly cipher: ChunkCipher;
  readonly commitment: Uint8Array;
}

/**
 * HKDF-Expand (RFC 5869, 2.3) with RAK as the PRK: three HMACs inside the token over a label, the salt and the
 * header's hash (SEALED-BACKUP 3). RAK itself never leaves the token.
 */
export async function deriveDataKey(
  token: Pick<SealingToken, 'authenticate'>,
  salt: Uint8Array,
  headerSha256: Uint8Array,
): Promise<BackupDataKey> {
  const info = Buffer.concat([DATA_KEY_LABEL, salt, headerSha256]);
  const output = Buffer.alloc(Math.ceil(OUTPUT_LENGTH / HASH_LENGTH) * HASH_LENGTH);
  let block = new Uint8Array();
  for (let number = 1; number * HASH_LENGTH <= output.length; number += 1) {
    block = Uint8Array.from(await token.authenticate(Buffer.concat([block, info, Buffer.of(number)])));
    output.set(block, (number - 1) * HASH_LENGTH);
  }
  const cipher = new ChunkCipher({
    key: output.subarray(0, KEY_LENGTH),
    baseNonce: output.subarray(KEY_LENGTH, KEY_LENGTH + NONCE_LENGTH),
    chunkSize: CHUNK_SIZE,
    aadPrefix: CHUNK_LABEL,
  });
  const commitment = Uint8Array.from(output.subarray(KEY_LENGTH + NONCE_LENGTH, OUTPUT_LENGTH));
  output.fill(0);
  return { cipher, commitment };
}

/**
 * Compares the commitment in the file with the key's, before anything is decrypted: AES-GCM alone would let a file be
 * made that opens under two keys.
 */
export function checkCommitment(dataKey: BackupDataKey, found: Uint8Array): void {
  if (timingSafeEqual(dataKey.commitment, found)) return;
  throw refusal(
    'SealKeyCommitment',
    'The data key that this realm derives for the backup is not the one the backup was sealed under.',
  );
}
