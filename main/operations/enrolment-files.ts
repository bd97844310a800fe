import { wordlist } from '@scure/bip39/wordlists/english.js';
import { z } from 'zod';
import { oaepHashSchema } from '../../shared/domain/capability-profile.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { realmSchema } from '../../shared/domain/realm.ts';
import { sha256Schema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema, regionKeySchema } from '../../shared/domain/region.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { JsonFile } from './json-file.ts';

/**
 * The two files of an enrolment (rule R3), JSON in UTF-8 so that a suspicious officer can read what crosses the air
 * gap. Nothing in them is secret: the realm keys are wrapped for the new token's transport key. What binds them to
 * the people is the fingerprint of the file's exact bytes, twelve words that one side reads out to the other.
 */
const base64Schema = z.base64().max(8192);

export const enrolmentRequestSchema = z.strictObject({
  format: z.literal('strongroom-enrolment-request'),
  version: z.literal(1),
  requestId: z.string().regex(/^[0-9a-f]{32}$/),
  regionId: regionIdSchema,
  regionKey: regionKeySchema,
  tokenLabel: z.string().max(32),
  tokenSerial: z.string().max(16),
  /** SubjectPublicKeyInfo in DER of the transport key, which never leaves the new token. */
  transportPublicKey: base64Schema,
  oaepHashes: z.array(oaepHashSchema).min(1).max(4),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentGrantSchema = z.strictObject({
  format: z.literal('strongroom-enrolment-grant'),
  version: z.literal(1),
  requestId: z.string().regex(/^[0-9a-f]{32}$/),
  requestSha256: sha256Schema,
  realm: realmSchema.omit({ timeCreated: true }),
  oaepHash: oaepHashSchema,
  wrappedRbk: base64Schema,
  wrappedRak: base64Schema,
});
export type EnrolmentGrant = z.infer<typeof enrolmentGrantSchema>;

const FINGERPRINT_WORDS = 12;

/** Twelve words of the BIP-39 English list: the first 132 bits of the file's SHA-256. */
export function fingerprintWords(sha256: string): string {
  const bits = BigInt(`0x${sha256}`) >> BigInt(256 - FINGERPRINT_WORDS * 11);
  const words: string[] = [];
  for (let index = FINGERPRINT_WORDS - 1; index >= 0; index -= 1) {
    words.push(wordlist[Number((bits >> BigInt(index * 11)) & 0x7ffn)] ?? '');
  }
  return words.join(' ');
}

/** @throws StrongroomError InvalidParameter, reason `WordsDiffer`, unless the words are the file's. Case and spacing do not count. */
export function requireWords(given: string, sha256: string, file: string): void {
  const spoken = given
    .trim()
    .toLowerCase()
    .split(/[\s,]+/)
    .join(' ');
  if (spoken === fingerprintWords(sha256)) return;
  throw new StrongroomError(
    'InvalidParameter',
    `The words given are not those of ${file}. Nothing was written.`,
    'Compare with the twelve words that the other side shows. If they were read rightly, the file was exchanged on its way: do not use it.',
    { reason: 'WordsDiffer' },
  );
}

export function writeEnrolmentFile(
  path: string,
  content: EnrolmentRequest | EnrolmentGrant,
): Promise<string> {
  return writeJsonFile(path, content);
}

export function readEnrolmentFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
): Promise<JsonFile<z.output<Schema>>> {
  return readJsonFile(path, schema, (cause) => notAnEnrolmentFile(path, what, cause));
}

function notAnEnrolmentFile(path: string, what: string, cause: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The file ${path} is not ${what}.`,
    'Take the file that the other side wrote, unchanged.',
    { reason: 'NotAnEnrolmentFile', cause },
  );
}
