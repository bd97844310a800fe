import { hash } from 'node:crypto';
import { z } from 'zod';
import { ocidSchema, parseOcid, timeSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { decodeDeterministic, encodeDeterministic } from './deterministic-cbor.ts';
import { describeMalformed } from './entry-codec.ts';
import { refusal } from './refusal.ts';
import { readExactly, type SealedBackupSource } from './sealed-backup-source.ts';
import type { SealingIdentity } from './sealing-token.ts';

/** A byte with the top bit, a name, and line ends: a transfer that spoils bytes spoils these first (as in PNG). */
export const MAGIC = Buffer.from([0x89, 0x53, 0x54, 0x52, 0x4d, 0x0d, 0x0a, 0x1a]);
const VERSION = 1;
/** AES-256-GCM in 16 KiB chunks, HKDF-Expand and HMAC with SHA-256, AES-KWP blobs. */
const SUITE = 1;
/** Magic, version, suite, length of the header's CBOR. */
export const PREFIX_LENGTH = MAGIC.length + 2 + 2 + 4;
/** SEALED-BACKUP 9. */
export const MAXIMUM_HEADER_LENGTH = 64 * 1024;
export const MAXIMUM_ENTRIES = 100_000;

function bytesSchema(minimum: number, maximum = minimum) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= minimum && value.length <= maximum,
  );
}

/** The header's CBOR map (SEALED-BACKUP 5): ids and hashes as bytes. No names, labels, vault or key ids. */
const headerSchema = z.strictObject({
  realmId: bytesSchema(16),
  tenancyId: ocidSchema('tenancy'),
  rbkId: bytesSchema(16),
  rakId: bytesSchema(16),
  rakCheckValue: bytesSchema(16),
  /** RFC 5649: 32 bytes wrapped are 40. */
  rbkProbe: bytesSchema(40),
  // A vault's token inside the id would tell whose backup this is.
  backupId: ocidSchema('backup').refine((id) => parseOcid(id)?.vaultToken === undefined),
  sequence: z.number().int().nonnegative(),
  previousBackupSha256: bytesSchema(32).optional(),
  sourceRegion: regionIdSchema,
  kind: z.enum(['VAULT', 'KEY']),
  timeCreated: timeSchema,
  entryCount: z.number().int().positive(),
  auditCheckpoint: bytesSchema(1, 4096).optional(),
  criticalExtensions: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9./-]{0,63}$/)).max(32),
});
type HeaderFields = z.infer<typeof headerSchema>;

/** What the caller knows of a backup that is to be sealed. */
export interface NewBackupHeader {
  /** OCID of type backup. */
  readonly backupId: string;
  readonly kind: 'VAULT' | 'KEY';
  readonly sequence: number;
  /** Hexadecimal; absent for the first backup. */
  readonly previousBackupSha256?: string;
  readonly sourceRegion: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timeCreated: string;
  /** How many entries will follow: 1 to 100,000. */
  readonly entryCount: number;
  /** The newest audit checkpoint (rule R61), as main/audit writes it: 1 to 4,096 bytes. */
  readonly auditCheckpoint?: Uint8Array;
}

/** A sealed backup's clear header. Ids, check value and hashes in hexadecimal. */
export interface SealedBackupHeader extends NewBackupHeader, SealingIdentity {
  /** A fixed public AES key wrapped by RBK (40 bytes). */
  readonly rbkProbe: Uint8Array;
  readonly criticalExtensions: readonly string[];
  /** Fields that this version does not know: kept, and authenticated with the rest. */
  readonly otherFields: ReadonlyMap<string, unknown>;
}

/** The header's section of the file, from the magic to the end of the CBOR, and its hash. */
export interface HeaderSection {
  readonly header: SealedBackupHeader;
  /** Bytes in the file. */
  readonly length: number;
  readonly sha256: Uint8Array;
}

/**
 * @returns the bytes of the header section of a new backup.
 * @throws InvalidParameter, reasons `TooManyEntries` and `HeaderMalformed`, for a header that no reader would take.
 */
export function encodeHeaderSection(
  header: NewBackupHeader,
  identity: SealingIdentity,
  rbkProbe: Uint8Array,
): { readonly bytes: Uint8Array; readonly section: HeaderSection } {
  const fields: HeaderFields = {
    realmId: fromHex(identity.realmId),
    tenancyId: identity.tenancyId,
    rbkId: fromHex(identity.rbkId),
    rakId: fromHex(identity.rakId),
    rakCheckValue: fromHex(identity.rakCheckValue),
    rbkProbe,
    backupId: header.backupId,
    sequence: header.sequence,
    ...(header.previousBackupSha256 === undefined
      ? {}
      : { previousBackupSha256: fromHex(header.previousBackupSha256) }),
    sourceRegion: header.sourceRegion,
    kind: header.kind,
    timeCreated: header.timeCreated,
    entryCount: header.entryCount,
    ...(header.auditCheckpoint === undefined ? {} : { auditCheckpoint: header.auditCheckpoint }),
    criticalExtensions: [],
  };
  let cbor: Uint8Array;
  try {
    cbor = encodeDeterministic(fields);
  } catch (cause) {
    throw malformed(cause);
  }
  const prefix = Buffer.alloc(PREFIX_LENGTH);
  MAGIC.copy(prefix);
  prefix.writeUInt16BE(VERSION, 8);
  prefix.writeUInt16BE(SUITE, 10);
  prefix.writeUInt32BE(cbor.length, 12);
  const bytes = Buffer.concat([prefix, cbor]);
  // Read back: what no reader would take is never written.
  return { bytes, section: { header: parseHeader(cbor), length: bytes.length, sha256: sha256(bytes) } };
}

/** Reads and checks the header section; every number in it is checked before it is used. */
export async function readHeaderSection(source: SealedBackupSource): Promise<HeaderSection> {
  if (source.size === 0) throw refusal('SealedBackupEmpty', 'The file is empty.');
  const prefix = Buffer.from(await readExactly(source, 0, Math.min(source.size, PREFIX_LENGTH)));
  const magicLength = Math.min(prefix.length, MAGIC.length);
  if (prefix.compare(MAGIC, 0, magicLength, 0, magicLength) !== 0) {
    throw refusal('NotASealedBackup', 'The file does not begin like a sealed backup.');
  }
  if (prefix.length < PREFIX_LENGTH) throw truncated('header');
  const version = prefix.readUInt16BE(8);
  if (version !== VERSION) {
    throw refusal(
      'UnsupportedVersion',
      `The sealed backup is of version ${version}; known here: ${VERSION}.`,
    );
  }
  const suite = prefix.readUInt16BE(10);
  if (suite !== SUITE) {
    throw refusal('UnsupportedSuite', `The sealed backup uses cipher suite ${suite}; known here: ${SUITE}.`);
  }
  const cborLength = prefix.readUInt32BE(12);
  if (cborLength > MAXIMUM_HEADER_LENGTH) {
    throw refusal(
      'HeaderTooLarge',
      `The header claims ${cborLength} bytes; it has at most ${MAXIMUM_HEADER_LENGTH}.`,
    );
  }
  if (PREFIX_LENGTH + cborLength > source.size) throw truncated('header');
  const cbor = await readExactly(source, PREFIX_LENGTH, cborLength);
  const header = parseHeader(cbor);
  return { header, length: PREFIX_LENGTH + cborLength, sha256: sha256(Buffer.concat([prefix, cbor])) };
}

/** A file that ends before its time. */
export function truncated(part: string) {
  return refusal('SealedBackupTruncated', `The file ends before its ${part} does: it was cut.`);
}

function parseHeader(cbor: Uint8Array): SealedBackupHeader {
  let fields: HeaderFields;
  const known: Record<string, unknown> = {};
  const otherFields = new Map<string, unknown>();
  try {
    const decoded = z.record(z.string(), z.unknown()).parse(decodeDeterministic(cbor, (value) => value));
    for (const [name, value] of Object.entries(decoded)) {
      if (Object.hasOwn(headerSchema.shape, name)) known[name] = value;
      else otherFields.set(name, value);
    }
    fields = headerSchema.parse(known);
  } catch (cause) {
    throw malformed(cause);
  }
  // No extension is known yet; one that is critical must not be passed over (SEALED-BACKUP 9).
  const [extension] = fields.criticalExtensions;
  if (extension !== undefined) {
    throw refusal(
      'UnknownCriticalExtension',
      `The sealed backup needs ${extension}, which is not known here.`,
    );
  }
  if (fields.entryCount > MAXIMUM_ENTRIES) {
    throw refusal(
      'TooManyEntries',
      `The backup has ${fields.entryCount} entries; at most ${MAXIMUM_ENTRIES} are possible.`,
      {
        next: 'Back up fewer keys at a time (key backup).',
      },
    );
  }
  const { auditCheckpoint, previousBackupSha256 } = fields;
  return {
    realmId: toHex(fields.realmId),
    tenancyId: fields.tenancyId,
    rbkId: toHex(fields.rbkId),
    rakId: toHex(fields.rakId),
    rakCheckValue: toHex(fields.rakCheckValue),
    rbkProbe: fields.rbkProbe,
    backupId: fields.backupId,
    sequence: fields.sequence,
    ...(previousBackupSha256 === undefined ? {} : { previousBackupSha256: toHex(previousBackupSha256) }),
    sourceRegion: fields.sourceRegion,
    kind: fields.kind,
    timeCreated: fields.timeCreated,
    entryCount: fields.entryCount,
    ...(auditCheckpoint === undefined ? {} : { auditCheckpoint }),
    criticalExtensions: fields.criticalExtensions,
    otherFields,
  };
}

function malformed(cause: unknown) {
  return refusal(
    'HeaderMalformed',
    `The header is not that of a sealed backup: ${describeMalformed(cause)}.`,
    {
      cause,
    },
  );
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

/** What is not lower-case hexadecimal becomes no bytes at all, which the schema refuses. */
function fromHex(text: string): Uint8Array {
  return Uint8Array.from(/^(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text, 'hex') : []);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
