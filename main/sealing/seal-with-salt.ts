import { createHash } from 'node:crypto';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import { CHUNK_SIZE, deriveDataKey } from './backup-data-key.ts';
import { ChunkEncryptor, sealedLength } from './chunk-cipher.ts';
import { ENTRY_PREFIX_LENGTH, encodeEntry } from './entry-codec.ts';
import { EntryIndex } from './entry-index.ts';
import { EntryRelations } from './entry-relations.ts';
import { EntryTree } from './entry-tree.ts';
import { refusal } from './refusal.ts';
import { encodeHeaderSection, type NewBackupHeader } from './sealed-backup-header.ts';
import type { SealedBackupSink } from './sealed-backup-source.ts';
import { CIPHERTEXT_PREFIX_LENGTH, sealTrailer } from './sealed-backup-trailer.ts';
import type { SealingToken } from './sealing-token.ts';

/** What goes into a sealed backup, and where it is written. */
export interface NewSealedBackup {
  readonly header: NewBackupHeader;
  /** Compartments, then the vault, then keys, each before its versions: what is referred to comes first. */
  readonly entries: AsyncIterable<BackupEntry> | Iterable<BackupEntry>;
  readonly token: SealingToken;
  readonly write: SealedBackupSink;
  /** Called after each entry with how many there have been. */
  readonly onEntry?: (count: number) => void;
  readonly signal?: AbortSignal;
}

/** What was sealed. Hashes in hexadecimal. */
export interface SealedBackupSummary {
  /** Of the whole file: the end of its name (SEALED-BACKUP 10). */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly entryCount: number;
  readonly headerSha256: string;
}

/** Chunks are handed to the sink in pieces of at least this many bytes. */
const WRITE_LENGTH = 256 * 1024;

/**
 * `sealBackup` with the salt given, so that test vectors can be written down. A salt used twice with one header would
 * use a data key twice: outside the tests only seal-backup.ts may call this, and a test holds it to that.
 */
export async function sealWithSalt(backup: NewSealedBackup, salt: Uint8Array): Promise<SealedBackupSummary> {
  const { token, signal } = backup;
  const { bytes: headerBytes, section } = encodeHeaderSection(
    backup.header,
    await token.identify(),
    await token.wrapProbe(),
  );
  const { cipher, commitment } = await deriveDataKey(token, salt, section.sha256);
  try {
    const file = new HashedFile(backup.write);
    const encryptor = new ChunkEncryptor(cipher);
    await file.writeHeader(headerBytes);
    await file.writeCiphertext([salt, commitment]);

    const relations = new EntryRelations(section.header);
    const index = new EntryIndex();
    const tree = new EntryTree();
    let plaintextLength = 0;
    const prefix = Buffer.alloc(ENTRY_PREFIX_LENGTH);
    for await (const entry of backup.entries) {
      signal?.throwIfAborted();
      if (index.count === section.header.entryCount) throw countMismatch(section.header.entryCount, 'more');
      const encoded = encodeEntry(entry);
      relations.add(entry);
      tree.add(encoded);
      index.add(entry, plaintextLength + ENTRY_PREFIX_LENGTH, encoded);
      prefix.writeUInt32BE(encoded.length);
      await file.writeCiphertext([...encryptor.update(prefix), ...encryptor.update(encoded)]);
      plaintextLength += ENTRY_PREFIX_LENGTH + encoded.length;
      backup.onEntry?.(index.count);
    }
    if (index.count < section.header.entryCount)
      throw countMismatch(section.header.entryCount, `only ${index.count}`);
    relations.finish();
    index.finish();
    const indexOffset = plaintextLength;
    await file.writeCiphertext(encryptor.update(index.bytes));
    await file.writeCiphertext([encryptor.finish()]);
    plaintextLength += index.bytes.length;

    signal?.throwIfAborted();
    const trailer = await sealTrailer(
      {
        entryCount: index.count,
        plaintextLength,
        ciphertextLength: CIPHERTEXT_PREFIX_LENGTH + sealedLength(plaintextLength, CHUNK_SIZE),
        indexOffset,
        indexLength: index.bytes.length,
        headerSha256: section.sha256,
        ciphertextSha256: file.ciphertextSha256(),
        entryRoot: tree.root(),
      },
      token,
    );
    const { sha256, size } = await file.finish(trailer);
    return {
      sha256,
      size,
      entryCount: index.count,
      headerSha256: Buffer.from(section.sha256).toString('hex'),
    };
  } finally {
    cipher.destroy();
  }
}

/** Collects small pieces into large writes and hashes them on the way. */
class HashedFile {
  readonly #write: SealedBackupSink;
  readonly #fileHash = createHash('sha256');
  readonly #ciphertextHash = createHash('sha256');
  #pending: Uint8Array[] = [];
  #pendingLength = 0;
  #size = 0;

  constructor(write: SealedBackupSink) {
    this.#write = write;
  }

  async writeHeader(bytes: Uint8Array): Promise<void> {
    this.#add(bytes);
    await this.#flush();
  }

  async writeCiphertext(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#ciphertextHash.update(piece);
      this.#add(piece);
    }
    if (this.#pendingLength >= WRITE_LENGTH) await this.#flush();
  }

  /** Of all ciphertext so far; no more can follow. */
  ciphertextSha256(): Uint8Array {
    return this.#ciphertextHash.digest();
  }

  async finish(trailer: Uint8Array): Promise<{ readonly sha256: string; readonly size: number }> {
    this.#add(trailer);
    await this.#flush();
    return { sha256: this.#fileHash.digest('hex'), size: this.#size };
  }

  #add(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingLength += bytes.length;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingLength = 0;
    this.#fileHash.update(bytes);
    this.#size += bytes.length;
    await this.#write(bytes);
  }
}

function countMismatch(expected: number, found: string) {
  return refusal('EntryCountMismatch', `The header announces ${expected} entries; ${found} came.`, {
    next: 'The vault changed while it was read. Back up again.',
  });
}
