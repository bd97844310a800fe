import { createHash, timingSafeEqual } from 'node:crypto';
import { refusal } from './refusal.ts';
import { readHeaderSection, type HeaderSection } from './sealed-backup-header.ts';
import { readExactly, readSlices, type SealedBackupSource } from './sealed-backup-source.ts';
import { readTrailer, type FoundTrailer } from './sealed-backup-trailer.ts';
import type { VerificationProgress } from './verification-progress.ts';

/** What stands around the ciphertext, checked against itself and the file's size. */
export interface SealedBackupEnvelope {
  readonly section: HeaderSection;
  readonly trailer: FoundTrailer;
}

/** Reads header and trailer: a few kilobytes, whatever the file's size or claims. */
export async function readEnvelope(source: SealedBackupSource): Promise<SealedBackupEnvelope> {
  const section = await readHeaderSection(source);
  return { section, trailer: await readTrailer(source, section) };
}

/**
 * Reads the whole file once and compares the ciphertext's hash: all that can be checked without a token (SEALED-BACKUP 8).
 * @returns SHA-256 of the file in hexadecimal.
 */
export async function checkStructure(
  source: SealedBackupSource,
  { section, trailer }: SealedBackupEnvelope,
  progress: VerificationProgress,
  signal: AbortSignal | undefined,
): Promise<string> {
  const fileHash = createHash('sha256').update(await readExactly(source, 0, section.length));
  const ciphertextHash = createHash('sha256');
  const end = section.length + trailer.ciphertextLength;
  for await (const slice of readSlices(source, section.length, end, { signal })) {
    fileHash.update(slice);
    ciphertextHash.update(slice);
    progress.add(slice.length, 'Reading the file');
  }
  if (!timingSafeEqual(ciphertextHash.digest(), trailer.ciphertextSha256)) {
    throw refusal(
      'CiphertextHashMismatch',
      'The contents are not what was sealed: their SHA-256 is another.',
    );
  }
  return fileHash.update(trailer.bytes).digest('hex');
}
