import { hash, timingSafeEqual } from 'node:crypto';
import { CHUNK_SIZE, COMMITMENT_LENGTH, SALT_LENGTH } from './backup-data-key.ts';
import { TAG_LENGTH, sealedLength } from './chunk-cipher.ts';
import { ENTRY_PREFIX_LENGTH, MAXIMUM_ENTRY_LENGTH } from './entry-codec.ts';
import { MAXIMUM_ROW_LENGTH } from './entry-index.ts';
import { refusal } from './refusal.ts';
import {
  MAXIMUM_ENTRIES,
  MAXIMUM_HEADER_LENGTH,
  PREFIX_LENGTH,
  truncated,
  type HeaderSection,
} from './sealed-backup-header.ts';
import { readExactly, type SealedBackupSource } from './sealed-backup-source.ts';
import type { SealingToken } from './sealing-token.ts';

const SEAL_LABEL = Buffer.from('strongroom/v1/sealed-backup/trailer', 'ascii');
const HASH_LENGTH = 32;
const NUMBERS_LENGTH = 5 * 4;
/** What the seal covers: the five numbers and the three hashes. */
const SEALED_FIELDS_LENGTH = NUMBERS_LENGTH + 3 * HASH_LENGTH;
const END_MARK = Buffer.from([0x1a, 0x0a, 0x0d, 0x4d, 0x52, 0x54, 0x53, 0x89]);
/** Sealed fields, seal, checksum, end mark. */
export const TRAILER_LENGTH = SEALED_FIELDS_LENGTH + 2 * HASH_LENGTH + END_MARK.length;
/** What comes before the chunks in the ciphertext section. */
export const CIPHERTEXT_PREFIX_LENGTH = SALT_LENGTH + COMMITMENT_LENGTH;

/** The largest file that keeps to the limits: about 1.7 GB. */
export const MAXIMUM_SIZE =
  PREFIX_LENGTH +
  MAXIMUM_HEADER_LENGTH +
  CIPHERTEXT_PREFIX_LENGTH +
  sealedLength(
    MAXIMUM_ENTRIES * (ENTRY_PREFIX_LENGTH + MAXIMUM_ENTRY_LENGTH + MAXIMUM_ROW_LENGTH),
    CHUNK_SIZE,
  ) +
  TRAILER_LENGTH;

/** What the trailer says of the file before it (SEALED-BACKUP 7). Lengths in bytes. */
export interface SealedBackupTrailer {
  readonly entryCount: number;
  readonly plaintextLength: number;
  /** Salt, commitment and chunks. */
  readonly ciphertextLength: number;
  /** In the plaintext. */
  readonly indexOffset: number;
  readonly indexLength: number;
  readonly headerSha256: Uint8Array;
  readonly ciphertextSha256: Uint8Array;
  /** RFC 6962 root over the entries. */
  readonly entryRoot: Uint8Array;
}

/** A trailer as found, with the seal that only a token can check. */
export interface FoundTrailer extends SealedBackupTrailer {
  readonly sealedFields: Uint8Array;
  readonly seal: Uint8Array;
  /** All of it, for the hash of the whole file. */
  readonly bytes: Uint8Array;
}

/** @returns the trailer's bytes, sealed by an HMAC under RAK inside the token. */
export async function sealTrailer(
  trailer: SealedBackupTrailer,
  token: Pick<SealingToken, 'authenticate'>,
): Promise<Uint8Array> {
  const numbers = Buffer.alloc(NUMBERS_LENGTH);
  [
    trailer.entryCount,
    trailer.plaintextLength,
    trailer.ciphertextLength,
    trailer.indexOffset,
    trailer.indexLength,
  ].forEach((number, position) => numbers.writeUInt32BE(number, position * 4));
  const fields = Buffer.concat([numbers, trailer.headerSha256, trailer.ciphertextSha256, trailer.entryRoot]);
  const sealed = Buffer.concat([fields, await token.authenticate(sealedMessage(fields))]);
  return Buffer.concat([sealed, checksum(sealed), END_MARK]);
}

/**
 * Reads the trailer and checks it against the file's size and the header: everything but the seal and the hash of
 * the ciphertext. Afterwards every length in it is known to be true.
 */
export async function readTrailer(source: SealedBackupSource, section: HeaderSection): Promise<FoundTrailer> {
  if (source.size > MAXIMUM_SIZE) {
    throw refusal(
      'SealedBackupTooLarge',
      `The file has ${source.size} bytes; no sealed backup has more than ${MAXIMUM_SIZE}.`,
    );
  }
  const ciphertextLength = source.size - section.length - TRAILER_LENGTH;
  if (ciphertextLength < CIPHERTEXT_PREFIX_LENGTH + TAG_LENGTH) throw truncated('trailer');
  const bytes = Buffer.from(await readExactly(source, source.size - TRAILER_LENGTH, TRAILER_LENGTH));
  if (!bytes.subarray(-END_MARK.length).equals(END_MARK)) {
    throw refusal(
      'SealedBackupTruncated',
      'The file does not end like a sealed backup: it was cut, or something was added to its end.',
    );
  }
  const sealLength = SEALED_FIELDS_LENGTH + HASH_LENGTH;
  if (!checksum(bytes.subarray(0, sealLength)).equals(bytes.subarray(sealLength, sealLength + HASH_LENGTH))) {
    throw refusal('TrailerMalformed', 'The trailer is not what was written: its checksum is another.');
  }
  const hashAt = (position: number) =>
    bytes.subarray(NUMBERS_LENGTH + position * HASH_LENGTH, NUMBERS_LENGTH + (position + 1) * HASH_LENGTH);
  const trailer: FoundTrailer = {
    entryCount: bytes.readUInt32BE(0),
    plaintextLength: bytes.readUInt32BE(4),
    ciphertextLength: bytes.readUInt32BE(8),
    indexOffset: bytes.readUInt32BE(12),
    indexLength: bytes.readUInt32BE(16),
    headerSha256: hashAt(0),
    ciphertextSha256: hashAt(1),
    entryRoot: hashAt(2),
    sealedFields: bytes.subarray(0, SEALED_FIELDS_LENGTH),
    seal: bytes.subarray(SEALED_FIELDS_LENGTH, sealLength),
    bytes,
  };
  if (!timingSafeEqual(trailer.headerSha256, section.sha256)) {
    throw refusal('HeaderHashMismatch', 'The header is not the one that was sealed: its SHA-256 is another.');
  }
  if (trailer.entryCount !== section.header.entryCount) {
    throw refusal(
      'EntryCountMismatch',
      `The header counts ${section.header.entryCount} entries, the trailer ${trailer.entryCount}.`,
    );
  }
  checkLengths(trailer, ciphertextLength);
  return trailer;
}

/** @throws reason `SealMismatch`: the trailer, or anything it vouches for, is not what a holder of RAK sealed. */
export async function checkSeal(
  trailer: FoundTrailer,
  token: Pick<SealingToken, 'authenticate'>,
): Promise<void> {
  const expected = await token.authenticate(sealedMessage(trailer.sealedFields));
  if (expected.length === trailer.seal.length && timingSafeEqual(expected, trailer.seal)) return;
  throw refusal('SealMismatch', 'The seal is not one that this realm made over this file.');
}

function checkLengths(trailer: FoundTrailer, ciphertextLength: number): void {
  if (trailer.ciphertextLength > ciphertextLength) throw truncated('ciphertext');
  const isConsistent =
    trailer.ciphertextLength === ciphertextLength &&
    trailer.ciphertextLength ===
      CIPHERTEXT_PREFIX_LENGTH + sealedLength(trailer.plaintextLength, CHUNK_SIZE) &&
    trailer.indexOffset + trailer.indexLength === trailer.plaintextLength &&
    trailer.indexLength <= trailer.entryCount * MAXIMUM_ROW_LENGTH;
  if (!isConsistent) {
    throw refusal(
      'TrailerMalformed',
      'The lengths in the trailer do not fit each other and the size of the file.',
    );
  }
}

function sealedMessage(fields: Uint8Array): Uint8Array {
  return Buffer.concat([SEAL_LABEL, fields]);
}

function checksum(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}
