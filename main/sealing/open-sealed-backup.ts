import { hash, timingSafeEqual } from 'node:crypto';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { COMMITMENT_LENGTH, SALT_LENGTH, checkCommitment, deriveDataKey } from './backup-data-key.ts';
import type { ChunkCipher } from './chunk-cipher.ts';
import { decodeEntry } from './entry-codec.ts';
import { EntryIndex } from './entry-index.ts';
import { EntryRelations } from './entry-relations.ts';
import { decodeEntries, type StreamedEntry } from './entry-stream.ts';
import { EntryTree } from './entry-tree.ts';
import { proveWrappedKeys } from './prove-wrapped-keys.ts';
import { refusal } from './refusal.ts';
import { checkStructure, readEnvelope, type SealedBackupEnvelope } from './sealed-backup-envelope.ts';
import type { SealedBackupHeader } from './sealed-backup-header.ts';
import { readExactly, type SealedBackupSource } from './sealed-backup-source.ts';
import {
  CIPHERTEXT_PREFIX_LENGTH,
  checkSeal,
  type FoundTrailer,
  type SealedBackupTrailer,
} from './sealed-backup-trailer.ts';
import {
  VERIFICATION_STATEMENTS,
  type CheckedContents,
  type ReadOptions,
  type SealedBackupVerification,
  type VerificationDepth,
} from './sealed-backup-verification.ts';
import { SealedPlaintext } from './sealed-plaintext.ts';
import type { SealingToken } from './sealing-token.ts';
import { VerificationProgress } from './verification-progress.ts';

/**
 * Opens a sealed backup with the realm's token: checks its structure, that it is of this realm, the commitment, the seal
 * and the last chunk, in that order. The caller closes the reader.
 * @throws InvalidParameter with the reason of the first check that failed (docs/sealed-backup-format.md).
 */
export async function openSealedBackup(
  source: SealedBackupSource,
  token: SealingToken,
  options: ReadOptions = {},
): Promise<SealedBackupReader> {
  const envelope = await readEnvelope(source);
  const progress = new VerificationProgress(envelope.trailer.ciphertextLength, options.onProgress);
  const sha256 = await checkStructure(source, envelope, progress, options.signal);
  return authenticate(source, envelope, token, sha256);
}

/** The part of `openSealedBackup` that needs the token. */
export async function authenticate(
  source: SealedBackupSource,
  envelope: SealedBackupEnvelope,
  token: SealingToken,
  sha256: string,
): Promise<SealedBackupReader> {
  const { section, trailer } = envelope;
  await checkRealm(section.header, token);
  const ciphertextPrefix = await readExactly(source, section.length, CIPHERTEXT_PREFIX_LENGTH);
  const dataKey = await deriveDataKey(token, ciphertextPrefix.subarray(0, SALT_LENGTH), section.sha256);
  try {
    checkCommitment(dataKey, ciphertextPrefix.subarray(SALT_LENGTH, SALT_LENGTH + COMMITMENT_LENGTH));
    await checkSeal(trailer, token);
    const plaintext = new SealedPlaintext({
      source,
      cipher: dataKey.cipher,
      chunksStart: section.length + CIPHERTEXT_PREFIX_LENGTH,
      plaintextLength: trailer.plaintextLength,
    });
    await plaintext.checkLastChunk();
    return new SealedBackupReader({
      header: section.header,
      sha256,
      size: source.size,
      token,
      trailer,
      cipher: dataKey.cipher,
      plaintext,
    });
  } catch (thrown) {
    dataKey.cipher.destroy();
    throw thrown;
  }
}

/** Bytes of plaintext that a verification of this depth goes through: all of it, then the entries again. */
export function verificationWork(trailer: SealedBackupTrailer, depth: VerificationDepth): number {
  const { plaintextLength, indexOffset } = trailer;
  return { structure: 0, seal: plaintextLength, keys: plaintextLength + indexOffset }[depth];
}

async function checkRealm(header: SealedBackupHeader, token: SealingToken): Promise<void> {
  const identity = await token.identify();
  const isSameRealm =
    identity.realmId === header.realmId &&
    identity.tenancyId === header.tenancyId &&
    identity.rakCheckValue === header.rakCheckValue;
  if (!isSameRealm) {
    throw refusal(
      'OtherRealm',
      `The backup was sealed by the realm ${header.realmId}; the token belongs to the realm ${identity.realmId}.`,
    );
  }
}

/**
 * An authentic sealed backup, open for reading. Every chunk that is read is authenticated under this backup's own data
 * key at its own place, so the file cannot be swapped between two passes unnoticed.
 */
export class SealedBackupReader {
  readonly header: SealedBackupHeader;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly #token: SealingToken;
  readonly #trailer: FoundTrailer;
  readonly #cipher: ChunkCipher;
  readonly #plaintext: SealedPlaintext;
  #index: EntryIndex | undefined;

  constructor(parts: {
    readonly header: SealedBackupHeader;
    readonly sha256: string;
    readonly size: number;
    readonly token: SealingToken;
    readonly trailer: FoundTrailer;
    readonly cipher: ChunkCipher;
    readonly plaintext: SealedPlaintext;
  }) {
    this.header = parts.header;
    this.sha256 = parts.sha256;
    this.size = parts.size;
    this.#token = parts.token;
    this.#trailer = parts.trailer;
    this.#cipher = parts.cipher;
    this.#plaintext = parts.plaintext;
  }

  /**
   * Checks every entry, how they belong together, the index, the root over the entries and the backup key; at depth
   * `keys` then proves every wrapped key in the token. Nothing reaches the token before all the rest has held.
   */
  async verify(depth: 'seal' | 'keys', options: ReadOptions = {}): Promise<SealedBackupVerification> {
    const progress = new VerificationProgress(verificationWork(this.#trailer, depth), options.onProgress);
    return this.verifyWith(depth, progress, options.signal);
  }

  /** `verify`, as a part of more work whose progress is counted together. */
  async verifyWith(
    depth: 'seal' | 'keys',
    progress: VerificationProgress,
    signal: AbortSignal | undefined,
  ): Promise<SealedBackupVerification> {
    const contents = await this.#checkEntries(progress, signal);
    await this.#checkBackupKey();
    const provenKeyVersionCount =
      depth === 'keys' ? await this.#proveKeys(contents.keyVersionCount, progress, signal) : 0;
    return {
      header: this.header,
      depth,
      authenticated: true,
      statement: VERIFICATION_STATEMENTS[depth],
      ...contents,
      provenKeyVersionCount,
      sha256: this.sha256,
      size: this.size,
    };
  }

  /** The entries in the order of the file, decrypted and checked against their schema. */
  async *entries(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<BackupEntry, void, undefined> {
    for await (const { entry } of this.#streamEntries(options.signal)) yield entry;
  }

  /**
   * Finds one entry by the index.
   * @throws NotAuthorizedOrNotFound, reason `EntryNotFound`.
   */
  async entry(id: string): Promise<BackupEntry> {
    this.#index ??= await this.#readIndex();
    const location = this.#index.find(id);
    if (location === undefined) {
      throw new StrongroomError(
        'NotAuthorizedOrNotFound',
        `The backup has no entry ${id}.`,
        'Look at what the backup holds (backup inspect), or choose another backup.',
        { reason: 'EntryNotFound' },
      );
    }
    const end = location.offset + location.length;
    if (end > this.#trailer.indexOffset) throw indexMismatch();
    const encoded = await this.#plaintext.read(location.offset, end);
    if (!timingSafeEqual(hash('sha256', encoded, 'buffer'), location.sha256)) throw indexMismatch();
    const entry = decodeEntry(encoded, id);
    if (entry.id !== id || entry.kind !== location.kind) throw indexMismatch();
    return entry;
  }

  /** Wipes the data key; nothing can be read afterwards. */
  close(): void {
    this.#cipher.destroy();
  }

  async #proveKeys(
    keyVersionCount: number,
    progress: VerificationProgress,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const entries = this.#streamEntries(signal, (length) => {
      progress.add(length, 'Proving the wrapped keys');
    });
    const proven = await proveWrappedKeys(entries, keyVersionCount, this.#token);
    // All of it may have been read, where the signal is heeded, before the token had proven any of it.
    signal?.throwIfAborted();
    return proven;
  }

  async #checkEntries(
    progress: VerificationProgress,
    signal: AbortSignal | undefined,
  ): Promise<CheckedContents> {
    const relations = new EntryRelations(this.header);
    const index = new EntryIndex();
    const tree = new EntryTree();
    const activity = 'Checking the entries';
    const entries = this.#streamEntries(signal, (length) => {
      progress.add(length, activity);
    });
    for await (const { entry, encoded, offset } of entries) {
      if (index.count === this.header.entryCount) throw this.#countMismatch('more');
      relations.add(entry);
      tree.add(encoded);
      index.add(entry, offset, encoded);
    }
    if (index.count < this.header.entryCount) throw this.#countMismatch(`only ${index.count}`);
    relations.finish();
    index.finish();
    await this.#compareIndex(index, signal);
    progress.add(index.bytes.length, activity);
    if (!timingSafeEqual(tree.root(), this.#trailer.entryRoot)) {
      throw refusal('EntryRootMismatch', 'The root over the entries is not the one that was sealed.');
    }
    this.#index = index;
    const { keyCount, keyVersionCount } = relations;
    return { entryCount: index.count, keyCount, keyVersionCount };
  }

  /** The index must be, byte for byte, the one that the entries make. */
  async #compareIndex(index: EntryIndex, signal: AbortSignal | undefined): Promise<void> {
    if (index.bytes.length !== this.#trailer.indexLength) throw indexMismatch();
    let at = 0;
    for await (const piece of this.#plaintext.stream(
      this.#trailer.indexOffset,
      this.#plaintext.length,
      signal,
    )) {
      if (Buffer.compare(piece, index.bytes.subarray(at, at + piece.length)) !== 0) throw indexMismatch();
      at += piece.length;
    }
  }

  async #checkBackupKey(): Promise<void> {
    const identity = await this.#token.identify();
    const probe = await this.#token.wrapProbe();
    if (identity.rbkId === this.header.rbkId && Buffer.compare(probe, this.header.rbkProbe) === 0) return;
    throw refusal(
      'OtherBackupKey',
      `The keys in the backup are wrapped by the backup key ${this.header.rbkId}; the token holds another.`,
    );
  }

  async #readIndex(): Promise<EntryIndex> {
    const { indexOffset, entryCount } = this.#trailer;
    return EntryIndex.parse(await this.#plaintext.read(indexOffset, this.#plaintext.length), entryCount);
  }

  #streamEntries(
    signal: AbortSignal | undefined,
    onBytes: (length: number) => void = () => undefined,
  ): AsyncGenerator<StreamedEntry, void, undefined> {
    const section = this.#plaintext.stream(0, this.#trailer.indexOffset, signal);
    return decodeEntries(counted(section, onBytes));
  }

  #countMismatch(found: string) {
    return refusal(
      'EntryCountMismatch',
      `The header counts ${this.header.entryCount} entries; the backup has ${found}.`,
    );
  }
}

async function* counted(pieces: AsyncIterable<Uint8Array>, onBytes: (length: number) => void) {
  for await (const piece of pieces) {
    yield piece;
    onBytes(piece.length);
  }
}

function indexMismatch() {
  return refusal('IndexMismatch', 'The index of the backup does not fit its entries.');
}
