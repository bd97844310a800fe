import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ChunkCipher,
  TAG_LENGTH,
  chunkCount,
  decryptChunks,
  encryptChunks,
  sealedLength,
} from '../../../main/sealing/chunk-cipher.ts';
import { bytesFrom, collect } from '../../support/sealed-backup-fixture.ts';

const CHUNK_SIZE = 64;

function cipher(changes: Partial<ConstructorParameters<typeof ChunkCipher>[0]> = {}): ChunkCipher {
  return new ChunkCipher({
    key: bytesFrom('key', 32),
    baseNonce: bytesFrom('nonce', 12),
    chunkSize: CHUNK_SIZE,
    aadPrefix: Buffer.from('test/chunk'),
    ...changes,
  });
}

async function seal(plaintext: Uint8Array): Promise<Buffer[]> {
  return (await collect(encryptChunks([plaintext], cipher()))).map((chunk) => Buffer.from(chunk));
}

async function open(chunks: readonly Uint8Array[], with_ = cipher()): Promise<Buffer> {
  return Buffer.concat(await collect(decryptChunks(chunks, with_)));
}

const refused = { reason: 'ChunkNotAuthentic' };

describe('chunks of AES-256-GCM', () => {
  it('come back the same, however the stream was cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3 * CHUNK_SIZE }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 200 }),
        async (pieces, step) => {
          const plaintext = Buffer.concat(pieces);
          const sealed = Buffer.concat(await collect(encryptChunks(pieces, cipher())));
          expect(sealed.length).toBe(sealedLength(plaintext.length, CHUNK_SIZE));
          const cut = Array.from({ length: Math.ceil(sealed.length / step) }, (_, n) =>
            sealed.subarray(n * step, (n + 1) * step),
          );
          expect(await open(cut)).toEqual(plaintext);
        },
      ),
    );
  });

  it('are full but the last, which is empty only if everything is', async () => {
    const lengths = async (length: number) =>
      (await seal(Buffer.alloc(length))).map((chunk) => chunk.length - TAG_LENGTH);
    expect(await lengths(0)).toEqual([0]);
    expect(await lengths(64)).toEqual([64]);
    expect(await lengths(65)).toEqual([64, 1]);
    expect(await lengths(128)).toEqual([64, 64]);
    expect([0, 1, 64, 65].map((length) => chunkCount(length, CHUNK_SIZE))).toEqual([1, 1, 1, 2]);
  });

  it('have the nonce and additional data that the format says, across a carry of the low 32 bits', () => {
    const baseNonce = Buffer.from('0102030405060708fffffff0', 'hex');
    const number = 0x1f;
    const sealed = Buffer.from(cipher({ baseNonce }).encryptChunk(number, true, Buffer.from('last')));
    const nonce = Buffer.from(
      (BigInt(`0x${baseNonce.toString('hex')}`) ^ BigInt(number)).toString(16).padStart(24, '0'),
      'hex',
    );
    const plain = createDecipheriv('aes-256-gcm', bytesFrom('key', 32), nonce);
    plain.setAAD(Buffer.from('test/chunk\u0001'));
    plain.setAuthTag(sealed.subarray(-TAG_LENGTH));
    expect(Buffer.concat([plain.update(sealed.subarray(0, -TAG_LENGTH)), plain.final()]).toString()).toBe(
      'last',
    );
  });

  it('are refused when one bit of any of them is changed', async () => {
    const sealed = Buffer.concat(await seal(bytesFrom('plaintext', 150)));
    for (let bit = 0; bit < sealed.length * 8; bit += 7) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await expect(open([changed])).rejects.toMatchObject(refused);
    }
  });

  it('are refused when the stream is cut at any length', async () => {
    const sealed = Buffer.concat(await seal(bytesFrom('plaintext', 150)));
    for (let length = 0; length < sealed.length; length += 1) {
      await expect(open([sealed.subarray(0, length)])).rejects.toMatchObject(refused);
    }
  });

  it('are refused when moved, repeated, left out, added, or of another stream', async () => {
    const [first, second, third] = (await seal(bytesFrom('plaintext', 150))) as [Buffer, Buffer, Buffer];
    expect(await open([first, second, third])).toEqual(bytesFrom('plaintext', 150));
    for (const chunks of [
      [second, first, third],
      [first, first, third],
      [first, third],
      [first, second],
      [first, second, third, third],
      [third],
    ]) {
      await expect(open(chunks)).rejects.toMatchObject(refused);
    }
    const other = cipher({ aadPrefix: Buffer.from('other/chunk') });
    await expect(open([first, second, third], other)).rejects.toMatchObject(refused);
  });

  it('are refused when an empty last chunk follows full ones: one plaintext has one form', async () => {
    const sealer = cipher();
    const full = sealer.encryptChunk(0, false, Buffer.alloc(CHUNK_SIZE));
    const empty = sealer.encryptChunk(1, true, new Uint8Array());
    await expect(open([full, empty])).rejects.toMatchObject(refused);
  });

  it('cannot be opened with a cipher whose key was wiped', async () => {
    const wiped = cipher();
    wiped.destroy();
    await expect(open(await seal(Buffer.from('secret')), wiped)).rejects.toMatchObject(refused);
  });
});
