import { ZodError } from 'zod';
import { backupEntrySchema, type BackupEntry } from '../../shared/domain/backup-entry.ts';
import { decodeDeterministic, encodeDeterministic } from './deterministic-cbor.ts';
import { refusal } from './refusal.ts';

/** One entry's CBOR (SEALED-BACKUP 9). */
export const MAXIMUM_ENTRY_LENGTH = 16 * 1024;
/** Before each entry: its length as a 32-bit big-endian number. */
export const ENTRY_PREFIX_LENGTH = 4;

/**
 * @returns the entry's deterministic CBOR. It has been read back: what could not be restored is never written.
 * @throws reasons `EntryTooLarge`, `EntryMalformed`.
 */
export function encodeEntry(entry: BackupEntry): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = encodeDeterministic(entry);
  } catch (cause) {
    throw malformed(`The entry ${entry.id}`, cause);
  }
  if (bytes.length > MAXIMUM_ENTRY_LENGTH) {
    throw refusal(
      'EntryTooLarge',
      `${entry.id} takes ${bytes.length} bytes; an entry has at most ${MAXIMUM_ENTRY_LENGTH}.`,
      {
        next: 'Shorten its tags, then back up again.',
      },
    );
  }
  decodeEntry(bytes, entry.id);
  return bytes;
}

/**
 * @param subject names the entry in the error, before its id is known.
 * @throws reason `EntryMalformed`: not strict deterministic CBOR, or not what an entry looks like.
 */
export function decodeEntry(bytes: Uint8Array, subject: string): BackupEntry {
  let entry: BackupEntry;
  try {
    entry = decodeDeterministic(bytes, (value) => backupEntrySchema.parse(value));
  } catch (cause) {
    throw malformed(`The entry ${subject}`, cause);
  }
  if (
    entry.kind === 'keyVersion' &&
    (entry.publicKey === undefined) !== (entry.keyShape.algorithm === 'AES')
  ) {
    throw malformed(
      `The key version ${entry.id}`,
      'a public key belongs to RSA and ECDSA, and to nothing else',
    );
  }
  return entry;
}

function malformed(subject: string, cause: unknown) {
  return refusal(
    'EntryMalformed',
    `${subject} is not an entry of a sealed backup: ${describeMalformed(cause)}.`,
    {
      cause,
    },
  );
}

/**
 * What a decoder or schema found, in words of this program only: text out of the file (tag names, unknown fields)
 * could carry terminal control sequences into a message.
 */
export function describeMalformed(cause: unknown): string {
  if (typeof cause === 'string') return cause;
  if (!(cause instanceof ZodError)) return 'it is not deterministic CBOR of the allowed types';
  const issue = cause.issues[0];
  const field = issue?.path[0];
  if (issue?.code === 'unrecognized_keys') return 'it has a field that this version does not know';
  return typeof field === 'string' && /^[A-Za-z0-9]+$/.test(field)
    ? `its ${field} is not valid`
    : 'its shape is not valid';
}
