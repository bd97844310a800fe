import { hash } from 'node:crypto';
import { CHUNK_SIZE, deriveDataKey } from '../../main/sealing/backup-data-key.ts';
import { ChunkEncryptor, TAG_LENGTH } from '../../main/sealing/chunk-cipher.ts';
import { encodeDeterministic } from '../../main/sealing/deterministic-cbor.ts';
import { EntryIndex } from '../../main/sealing/entry-index.ts';
import { EntryTree } from '../../main/sealing/entry-tree.ts';
import {
  CIPHERTEXT_PREFIX_LENGTH,
  TRAILER_LENGTH,
  sealTrailer,
} from '../../main/sealing/sealed-backup-trailer.ts';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import type { KnownKeySealingToken } from './known-key-sealing-token.ts';

/**
 * What can be done to a sealed backup, one step after the other, as written in test/vectors/sealed-backup/refused.json.
 * Offsets below 0 count from the end. Whoever holds no realm keys can do all but `seal` and `reseal`.
 */
export type MutationStep =
  | { readonly flip: readonly [offset: number, bit: number] }
  | { readonly overwrite: readonly [offset: number, hex: string] }
  /** Keep the bytes before the offset. */
  | { readonly cut: number }
  | { readonly remove: readonly [offset: number, length: number] }
  | { readonly append: string }
  | { readonly swapChunks: readonly [number, number] }
  | { readonly copyChunk: { readonly from: number; readonly to: number; readonly vector?: string } }
  | { readonly removeChunk: number }
  /**
   * Make the trailer fit what is there: `checksum` its own checksum only; `hashes` lengths and hashes too; `seal` all of
   * it, with the known RAK.
   */
  | { readonly refresh: 'checksum' | 'hashes' | 'seal' }
  /** Seal anew with the known RAK, with these changes. */
  | { readonly reseal: Resealing };

/** Changes to what is sealed. Values are JSON, bytes as {"hex": "..."}; null leaves a field out. */
export interface Resealing {
  readonly header?: Readonly<Record<string, unknown>>;
  /** The header's CBOR as it stands. */
  readonly headerHex?: string;
  /** Which entries, by their number in the base, in which order. */
  readonly order?: readonly number[];
  /** Changes to entries, by their number in the base. */
  readonly entries?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Entries' CBOR as it stands, by their number in the base. */
  readonly entryHex?: Readonly<Record<string, string>>;
  /** Claimed length of the first entry. */
  readonly firstEntryLength?: number;
  readonly indexFlip?: readonly [offset: number, bit: number];
  readonly rootHex?: string;
  /** The commitment as it stands. */
  readonly commitmentHex?: string;
}

const CHECKSUM_AND_END_LENGTH = 32 + 8;

export interface MutationBase {
  readonly bytes: Uint8Array;
  /** What was sealed, to be sealed again. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly entries: readonly BackupEntry[];
  readonly salt: Uint8Array;
}

export async function mutate(
  base: MutationBase,
  steps: readonly MutationStep[],
  token: KnownKeySealingToken,
  vector: (name: string) => Uint8Array,
): Promise<Buffer> {
  let bytes: Buffer = Buffer.from(base.bytes);
  for (const step of steps) bytes = await apply(bytes, step, base, token, vector);
  return bytes;
}

async function apply(
  bytes: Buffer,
  step: MutationStep,
  base: MutationBase,
  token: KnownKeySealingToken,
  vector: (name: string) => Uint8Array,
): Promise<Buffer> {
  const at = (offset: number) => (offset < 0 ? bytes.length + offset : offset);
  if ('flip' in step) return flipBit(bytes, at(step.flip[0]), step.flip[1]);
  if ('overwrite' in step) {
    const changed = Buffer.from(bytes);
    changed.set(Buffer.from(step.overwrite[1], 'hex'), at(step.overwrite[0]));
    return changed;
  }
  if ('cut' in step) return bytes.subarray(0, at(step.cut));
  if ('remove' in step) {
    const start = at(step.remove[0]);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + step.remove[1])]);
  }
  if ('append' in step) return Buffer.concat([bytes, Buffer.from(step.append, 'hex')]);
  if ('refresh' in step && step.refresh === 'checksum') {
    const sealed = bytes.subarray(0, -CHECKSUM_AND_END_LENGTH);
    const checksum = hash('sha256', sealed.subarray(-TRAILER_LENGTH + CHECKSUM_AND_END_LENGTH), 'buffer');
    return Buffer.concat([sealed, checksum, bytes.subarray(-8)]);
  }
  if ('refresh' in step) return refreshTrailer(bytes, step.refresh === 'seal' ? token : undefined);
  if ('reseal' in step) return reseal(base, step.reseal, token);
  const file = takeApart(bytes);
  if ('swapChunks' in step) {
    const [left, right] = step.swapChunks;
    return assemble(file, file.chunks.with(left, chunkAt(file, right)).with(right, chunkAt(file, left)));
  }
  if ('copyChunk' in step) {
    const { from, to, vector: name } = step.copyChunk;
    const source = name === undefined ? file : takeApart(Buffer.from(vector(name)));
    return assemble(file, file.chunks.with(to, chunkAt(source, from)));
  }
  return assemble(file, file.chunks.toSpliced(step.removeChunk, 1));
}

export function flipBit(bytes: Uint8Array, offset: number, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(offset) ^ (1 << bit), offset);
  return changed;
}

export interface SealedFile {
  readonly head: Buffer;
  readonly ciphertextPrefix: Buffer;
  readonly chunks: readonly Buffer[];
  readonly trailer: Buffer;
}

/** Cuts a well-formed file at its seams. */
export function takeApart(bytes: Buffer): SealedFile {
  const headLength = 16 + bytes.readUInt32BE(12);
  const chunksStart = headLength + CIPHERTEXT_PREFIX_LENGTH;
  const trailerStart = bytes.length - TRAILER_LENGTH;
  const chunks: Buffer[] = [];
  for (let start = chunksStart; start < trailerStart; start += CHUNK_SIZE + TAG_LENGTH) {
    chunks.push(bytes.subarray(start, Math.min(start + CHUNK_SIZE + TAG_LENGTH, trailerStart)));
  }
  return {
    head: bytes.subarray(0, headLength),
    ciphertextPrefix: bytes.subarray(headLength, chunksStart),
    chunks,
    trailer: bytes.subarray(trailerStart),
  };
}

export function assemble(file: SealedFile, chunks: readonly Buffer[] = file.chunks): Buffer {
  return Buffer.concat([file.head, file.ciphertextPrefix, ...chunks, file.trailer]);
}

function chunkAt(file: SealedFile, number: number): Buffer {
  const chunk = file.chunks[number];
  if (chunk === undefined) throw new Error(`the file has no chunk ${number}`);
  return chunk;
}

/** Makes the trailer fit the file again, as anybody can; with the token, the seal as well. */
export async function refreshTrailer(bytes: Buffer, token?: KnownKeySealingToken): Promise<Buffer> {
  const file = takeApart(bytes);
  const ciphertext = Buffer.concat([file.ciphertextPrefix, ...file.chunks]);
  const chunksLength = ciphertext.length - CIPHERTEXT_PREFIX_LENGTH;
  const trailer = Buffer.from(file.trailer);
  const plaintextLength = chunksLength - file.chunks.length * TAG_LENGTH;
  const indexLength = trailer.readUInt32BE(16);
  const fields = {
    entryCount: trailer.readUInt32BE(0),
    plaintextLength,
    ciphertextLength: ciphertext.length,
    indexOffset: plaintextLength - indexLength,
    indexLength,
    headerSha256: hash('sha256', file.head, 'buffer'),
    ciphertextSha256: hash('sha256', ciphertext, 'buffer'),
    entryRoot: trailer.subarray(84, 116),
  };
  // Without the realm keys the old seal is all that there is.
  const oldSeal = { authenticate: () => Promise.resolve(trailer.subarray(116, 148)) };
  return Buffer.concat([file.head, ciphertext, await sealTrailer(fields, token ?? oldSeal)]);
}

/** Seals the base again with changes that the product itself would refuse to write. */
async function reseal(base: MutationBase, changes: Resealing, token: KnownKeySealingToken): Promise<Buffer> {
  const order = changes.order ?? [...base.entries.keys()];
  const entries = order.map((number) => {
    const entry = base.entries[number];
    if (entry === undefined) throw new Error(`the base has no entry ${number}`);
    const changed = merge({ ...entry }, changes.entries?.[number]) as BackupEntry;
    const hex = changes.entryHex?.[number];
    return {
      entry: changed,
      encoded: hex === undefined ? encodeDeterministic(changed) : Buffer.from(hex, 'hex'),
    };
  });
  const index = new EntryIndex();
  const tree = new EntryTree();
  const sections: Uint8Array[] = [];
  let length = 0;
  for (const { entry, encoded } of entries) {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(length === 0 ? (changes.firstEntryLength ?? encoded.length) : encoded.length);
    index.add(entry, length + 4, encoded);
    tree.add(encoded);
    sections.push(prefix, encoded);
    length += 4 + encoded.length;
  }
  if (new Set(order).size === order.length) index.finish();
  const indexBytes =
    changes.indexFlip === undefined
      ? index.bytes
      : flipBit(index.bytes, changes.indexFlip[0], changes.indexFlip[1]);

  const header = merge({ ...base.header, entryCount: entries.length }, changes.header);
  const cbor =
    changes.headerHex === undefined ? encodeDeterministic(header) : Buffer.from(changes.headerHex, 'hex');
  const head = Buffer.concat([base.bytes.subarray(0, 12), Buffer.alloc(4), cbor]);
  head.writeUInt32BE(cbor.length, 12);
  const headerSha256 = hash('sha256', head, 'buffer');
  const { cipher, commitment } = await deriveDataKey(token, base.salt, headerSha256);
  const encryptor = new ChunkEncryptor(cipher);
  const plaintext = Buffer.concat([...sections, indexBytes]);
  const ciphertext = Buffer.concat([
    base.salt,
    changes.commitmentHex === undefined ? commitment : Buffer.from(changes.commitmentHex, 'hex'),
    ...encryptor.update(plaintext),
    encryptor.finish(),
  ]);
  const trailer = await sealTrailer(
    {
      entryCount: typeof header['entryCount'] === 'number' ? header['entryCount'] : entries.length,
      plaintextLength: plaintext.length,
      ciphertextLength: ciphertext.length,
      indexOffset: length,
      indexLength: indexBytes.length,
      headerSha256,
      ciphertextSha256: hash('sha256', ciphertext, 'buffer'),
      entryRoot: changes.rootHex === undefined ? tree.root() : Buffer.from(changes.rootHex, 'hex'),
    },
    token,
  );
  return Buffer.concat([head, ciphertext, trailer]);
}

function merge(
  target: Record<string, unknown>,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  for (const [name, value] of Object.entries(changes))
    target[name] = value === null ? undefined : fromJson(value);
  return target;
}

/** JSON with bytes as {"hex": "..."}. */
export function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('hex' in value && typeof value.hex === 'string') return Uint8Array.from(Buffer.from(value.hex, 'hex'));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromJson(item)]));
}

export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
}
