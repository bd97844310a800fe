import { hash } from 'node:crypto';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import { refusal } from './refusal.ts';

/** Kinds of entries as they stand in index rows. */
const KIND_NUMBER = { compartment: 1, vault: 2, key: 3, keyVersion: 4 } as const satisfies Record<
  BackupEntry['kind'],
  number
>;

/** A row: length of the id (1), id, kind (1), offset (4), length (4), SHA-256 (32); numbers big-endian. */
const FIXED_ROW_LENGTH = 1 + 1 + 4 + 4 + 32;
export const MAXIMUM_ROW_LENGTH = FIXED_ROW_LENGTH + 255;

/** Where one entry stands in the plaintext. */
export interface EntryLocation {
  readonly kind: BackupEntry['kind'];
  /** Of the entry's CBOR, after its length. */
  readonly offset: number;
  readonly length: number;
  readonly sha256: Uint8Array;
}

/**
 * The index of a backup's entries, the last section of its plaintext (SEALED-BACKUP 6). It is kept in the very bytes
 * that are written, about 170 for an entry, so that 100,000 rows are one buffer and no objects.
 */
export class EntryIndex {
  #rows: Buffer = Buffer.alloc(0);
  #rowsLength = 0;
  #starts = new Uint32Array(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a row; `finish` puts the rows in order. */
  add(
    entry: { readonly id: string; readonly kind: BackupEntry['kind'] },
    offset: number,
    encoded: Uint8Array,
  ): void {
    const id = Buffer.from(entry.id, 'latin1');
    const start = this.#reserve(FIXED_ROW_LENGTH + id.length);
    this.#rows.writeUInt8(id.length, start);
    this.#rows.set(id, start + 1);
    let at = start + 1 + id.length;
    at = this.#rows.writeUInt8(KIND_NUMBER[entry.kind], at);
    at = this.#rows.writeUInt32BE(offset, at);
    at = this.#rows.writeUInt32BE(encoded.length, at);
    this.#rows.set(hash('sha256', encoded, 'buffer'), at);
  }

  /**
   * Sorts the rows by id.
   * @throws reason `DuplicateEntry`: two entries of one id.
   */
  finish(): void {
    const order = this.#starts.slice(0, this.#count).sort((left, right) => this.#compareIds(left, right));
    const sorted = Buffer.alloc(this.#rowsLength);
    const starts = new Uint32Array(this.#count);
    let length = 0;
    order.forEach((start, position) => {
      const previous = order[position - 1];
      if (previous !== undefined && this.#compareIds(previous, start) === 0) {
        throw refusal('DuplicateEntry', `Two entries have the id ${this.#idAt(start)}.`);
      }
      starts[position] = length;
      length += this.#rows.copy(sorted, length, start, this.#rowEnd(start));
    });
    this.#rows = sorted;
    this.#starts = starts;
  }

  /** The section as it is written; after `finish`. */
  get bytes(): Uint8Array {
    return this.#rows.subarray(0, this.#rowsLength);
  }

  /**
   * Reads a section that is authentic but not yet compared with the entries.
   * @throws reason `IndexMismatch` unless it has `count` well-formed rows in order.
   */
  static parse(bytes: Uint8Array, count: number): EntryIndex {
    const index = new EntryIndex();
    index.#rows = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    index.#rowsLength = bytes.length;
    const starts: number[] = [];
    for (let start = 0; start < bytes.length; start = index.#rowEnd(start)) {
      const previous = starts.at(-1);
      const isWhole = index.#rowEnd(start) <= bytes.length && starts.length < count;
      if (!isWhole || (previous !== undefined && index.#compareIds(previous, start) >= 0))
        throw malformedIndex();
      starts.push(start);
    }
    if (starts.length !== count) throw malformedIndex();
    index.#starts = Uint32Array.from(starts);
    index.#count = count;
    return index;
  }

  /** @returns where the entry with this id stands, or undefined; after `finish` or `parse`. */
  find(id: string): EntryLocation | undefined {
    const wanted = Buffer.from(id, 'latin1');
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = this.#startAt(middle);
      const order = this.#rows.compare(wanted, 0, wanted.length, start + 1, this.#idEnd(start));
      if (order === 0) return this.#locationAt(start);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  #locationAt(start: number): EntryLocation {
    const at = this.#idEnd(start);
    const number = this.#rows.readUInt8(at);
    const kind = (Object.keys(KIND_NUMBER) as (keyof typeof KIND_NUMBER)[]).find(
      (name) => KIND_NUMBER[name] === number,
    );
    if (kind === undefined) throw malformedIndex();
    return {
      kind,
      offset: this.#rows.readUInt32BE(at + 1),
      length: this.#rows.readUInt32BE(at + 5),
      sha256: this.#rows.subarray(at + 9, at + 41),
    };
  }

  #reserve(length: number): number {
    const start = this.#rowsLength;
    this.#rowsLength += length;
    if (this.#rowsLength > this.#rows.length) {
      const grown = Buffer.alloc(Math.max(16 * 1024, this.#rowsLength * 2));
      this.#rows.copy(grown, 0, 0, start);
      this.#rows = grown;
    }
    if (this.#count === this.#starts.length) {
      const grown = new Uint32Array(Math.max(128, this.#count * 2));
      grown.set(this.#starts);
      this.#starts = grown;
    }
    this.#starts[this.#count] = start;
    this.#count += 1;
    return start;
  }

  #startAt(position: number): number {
    const start = this.#starts[position];
    if (start === undefined) throw new RangeError(`no row ${position}`);
    return start;
  }

  #idEnd(start: number): number {
    return start + 1 + this.#rows.readUInt8(start);
  }

  #rowEnd(start: number): number {
    return start + FIXED_ROW_LENGTH + this.#rows.readUInt8(start);
  }

  #idAt(start: number): string {
    return this.#rows.toString('latin1', start + 1, this.#idEnd(start));
  }

  #compareIds(left: number, right: number): number {
    return this.#rows.compare(this.#rows, right + 1, this.#idEnd(right), left + 1, this.#idEnd(left));
  }
}

function malformedIndex() {
  return refusal(
    'IndexMismatch',
    'The index of the backup is not a list of its entries in the order of their ids.',
  );
}
