import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/*
 * A second reader of sealed backups, written from docs/sealed-backup-format.md alone: it imports nothing of the product.
 * If it reads the vectors, the page is enough to write a reader from.
 */

const VECTORS = new URL('../../vectors/sealed-backup/', import.meta.url);

const sha256 = (...parts: readonly Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const hmac = (key: Buffer, ...parts: readonly Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const ascii = (text: string) => Buffer.from(text, 'ascii');

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Strict decoder of the subset of CBOR that the page allows. */
class CborReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static decode(bytes: Buffer): unknown {
    const reader = new CborReader(bytes);
    const value = reader.#item(0);
    check(reader.#at === bytes.length, 'bytes after the item');
    return value;
  }

  #item(nesting: number): unknown {
    const head = this.#take(1).readUInt8();
    const major = head >> 5;
    if (major === 7) {
      if (head === 0xf4 || head === 0xf5) return head === 0xf5;
      check(head === 0xf6, 'neither false, true nor null');
      return null;
    }
    const argument = this.#argument(head & 31);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return { hex: this.#take(argument).toString('hex') };
      case 3: {
        const utf8 = this.#take(argument);
        check(Buffer.from(utf8.toString('utf8')).equals(utf8), 'text that is not UTF-8');
        return utf8.toString('utf8');
      }
      case 4:
      case 5:
        check(nesting < 8, 'nested too deeply');
        return major === 4 ? this.#array(argument, nesting + 1) : this.#map(argument, nesting + 1);
      default:
        throw new Error('a tag');
    }
  }

  #array(length: number, nesting: number): unknown[] {
    const items: unknown[] = [];
    while (items.length < length) items.push(this.#item(nesting));
    return items;
  }

  #map(length: number, nesting: number): unknown {
    const pairs: [string, unknown][] = [];
    let previous: Buffer = Buffer.alloc(0);
    while (pairs.length < length) {
      const start = this.#at;
      const key = this.#item(nesting);
      const encoded = this.#bytes.subarray(start, this.#at);
      check(Buffer.compare(previous, encoded) < 0, 'keys out of order');
      if (typeof key !== 'string') throw new Error('a key that is not text');
      previous = encoded;
      pairs.push([key, this.#item(nesting)]);
    }
    return Object.fromEntries(pairs);
  }

  #argument(information: number): number {
    if (information < 24) return information;
    check(information < 28, 'indefinite or reserved length');
    const value = Number(BigInt(`0x${this.#take(2 ** (information - 24)).toString('hex')}`));
    const least = [24, 2 ** 8, 2 ** 16, 2 ** 32][information - 24] ?? Infinity;
    check(value >= least && Number.isSafeInteger(value), 'not the shortest form');
    return value;
  }

  #take(length: number): Buffer {
    check(length <= this.#bytes.length - this.#at, 'item runs over the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function merkleRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return sha256(Buffer.of(0), only);
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.of(1), merkleRoot(leaves.slice(0, left)), merkleRoot(leaves.slice(left)));
}

function decryptChunks(sealed: Buffer, key: Buffer, baseNonce: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const count = Math.ceil(sealed.length / 16400);
  for (let number = 0; number < count; number += 1) {
    const chunk = sealed.subarray(number * 16400, (number + 1) * 16400);
    const counted = BigInt(`0x${baseNonce.toString('hex')}`) ^ BigInt(number);
    const nonce = Buffer.from(counted.toString(16).padStart(24, '0'), 'hex');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(
      Buffer.concat([ascii('strongroom/v1/sealed-backup/chunk'), Buffer.of(number === count - 1 ? 1 : 0)]),
    );
    decipher.setAuthTag(chunk.subarray(-16));
    pieces.push(decipher.update(chunk.subarray(0, -16)), decipher.final());
  }
  return Buffer.concat(pieces);
}

function readEntries(plaintext: Buffer, indexOffset: number): { offset: number; cbor: Buffer }[] {
  const entries: { offset: number; cbor: Buffer }[] = [];
  for (let at = 0; at < indexOffset;) {
    const length = plaintext.readUInt32BE(at);
    check(length <= 16384 && at + 4 + length <= indexOffset, 'entry too long');
    entries.push({ offset: at + 4, cbor: plaintext.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
  }
  return entries;
}

function makeIndex(entries: readonly { offset: number; cbor: Buffer }[]): Buffer {
  const kinds = ['compartment', 'vault', 'key', 'keyVersion'];
  const rows = entries.map(({ offset, cbor }) => {
    const { id, kind } = CborReader.decode(cbor) as { id: string; kind: string };
    const numbers = Buffer.alloc(9);
    numbers.writeUInt8(kinds.indexOf(kind) + 1);
    numbers.writeUInt32BE(offset, 1);
    numbers.writeUInt32BE(cbor.length, 5);
    return { id: ascii(id), row: Buffer.concat([Buffer.of(id.length), ascii(id), numbers, sha256(cbor)]) };
  });
  rows.sort((left, right) => Buffer.compare(left.id, right.id));
  return Buffer.concat(rows.map(({ row }) => row));
}

function readSealedBackup(file: Buffer, rak: Buffer): { header: unknown; entries: unknown[] } {
  check(file.subarray(0, 12).toString('hex') === '895354524d0d0a1a00010001', 'magic, version, suite');
  const headerEnd = 16 + file.readUInt32BE(12);
  const header = CborReader.decode(file.subarray(16, headerEnd)) as {
    entryCount: number;
    criticalExtensions: unknown[];
  };
  check(header.criticalExtensions.length === 0, 'critical extension');
  const headerSha256 = sha256(file.subarray(0, headerEnd));

  const trailer = file.subarray(-188);
  check(trailer.subarray(180).toString('hex') === '1a0a0d4d52545389', 'end mark');
  check(sha256(trailer.subarray(0, 148)).equals(trailer.subarray(148, 180)), 'checksum');
  const [entryCount, plaintextLength, ciphertextLength, indexOffset, indexLength] = [0, 4, 8, 12, 16].map(
    (offset) => trailer.readUInt32BE(offset),
  ) as [number, number, number, number, number];
  const ciphertext = file.subarray(headerEnd, -188);
  check(ciphertext.length === ciphertextLength, 'length of the ciphertext');
  check(
    ciphertextLength === 56 + plaintextLength + 16 * Math.ceil(plaintextLength / 16384),
    'length of the plaintext',
  );
  check(indexOffset + indexLength === plaintextLength && entryCount === header.entryCount, 'index or count');
  check(headerSha256.equals(trailer.subarray(20, 52)), 'hash of the header');
  check(sha256(ciphertext).equals(trailer.subarray(52, 84)), 'hash of the ciphertext');

  const info = Buffer.concat([
    ascii('strongroom/v1/sealed-backup/data-key'),
    ciphertext.subarray(0, 24),
    headerSha256,
  ]);
  const first = hmac(rak, info, Buffer.of(1));
  const second = hmac(rak, first, info, Buffer.of(2));
  const output = Buffer.concat([first, second, hmac(rak, second, info, Buffer.of(3))]);
  check(output.subarray(44, 76).equals(ciphertext.subarray(24, 56)), 'commitment');
  const seal = hmac(rak, ascii('strongroom/v1/sealed-backup/trailer'), trailer.subarray(0, 116));
  check(seal.equals(trailer.subarray(116, 148)), 'seal');

  const plaintext = decryptChunks(ciphertext.subarray(56), output.subarray(0, 32), output.subarray(32, 44));
  const entries = readEntries(plaintext, indexOffset);
  check(entries.length === entryCount, 'number of entries');
  check(makeIndex(entries).equals(plaintext.subarray(indexOffset)), 'index');
  check(merkleRoot(entries.map(({ cbor }) => cbor)).equals(trailer.subarray(84, 116)), 'root');
  return { header, entries: entries.map(({ cbor }) => CborReader.decode(cbor)) };
}

interface Vectors {
  rak: { hex: string };
  vectors: { name: string; sha256: string; header: unknown; entries: unknown[] }[];
}

const { rak, vectors } = JSON.parse(await readFile(new URL('vectors.json', VECTORS), 'utf8')) as Vectors;
const rakBytes = Buffer.from(rak.hex, 'hex');

describe('a reader written from docs/sealed-backup-format.md alone', () => {
  it.each(vectors)('reads $name as it is written down', async ({ name, sha256: digest, header, entries }) => {
    const file = await readFile(new URL(`${name}.sealed`, VECTORS));
    expect(sha256(file).toString('hex')).toBe(digest);
    expect(readSealedBackup(file, rakBytes)).toEqual({ header, entries });
  });

  it.each(vectors)('refuses $name under another RAK', async ({ name }) => {
    const file = await readFile(new URL(`${name}.sealed`, VECTORS));
    expect(() => readSealedBackup(file, Buffer.alloc(32))).toThrow('commitment');
  });
});
