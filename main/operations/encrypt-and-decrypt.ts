import { basename } from 'node:path';
import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { ResponseOf } from '../../shared/contract/contract.ts';
import { readSlices } from '../sealing/sealed-backup-source.ts';
import { bytesOf } from '../storage/hash-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { decryptStream, encodeHeader, encryptStream, newDataKey, readHeader } from './encrypted-file.ts';
import type { OperationHandler } from './operation-context.ts';
import { currentVersionOf, versionOfMaterial } from './usable-key.ts';

type FileResult = ResponseOf<'crypto.encrypt'>['plaintext'];

/** Encrypts a file (rule R14, [Note: encrypted files] in encrypted-file.ts); an existing file is never replaced. */
export const encryptFile: OperationHandler<'crypto.encrypt'> = async (context, request) => {
  const { key, version } = currentVersionOf(context, request.keyId, 'encrypting with it');
  requireAbleToEncrypt(key.keyShape.algorithm, key.displayName);
  await using source = await offlineFile(request.in).open(basename(request.in));
  const session = await context.openRegion(version.region);
  const dataKey = newDataKey();
  try {
    const encryptedDataKey = await session.encryptDataKey(version.materialId, key.keyShape, dataKey);
    const header = encodeHeader(version.materialId, encryptedDataKey);
    const plaintext = new HashedStream(bytesOf(source));
    const ciphertext = await writeStream(request.out, encryptStream(header, dataKey, plaintext));
    return {
      keyId: key.id,
      keyVersionId: version.id,
      plaintext: { path: request.in, ...plaintext.result() },
      ciphertext: { path: request.out, ...ciphertext },
    };
  } finally {
    dataKey.fill(0);
  }
};

/** Decrypts a file with the key version that it names; nothing appears under the name before all of it is authentic. */
export const decryptFile: OperationHandler<'crypto.decrypt'> = async (context, request) => {
  await using source = await offlineFile(request.in).open(basename(request.in));
  const header = await readHeader(source);
  const { key, version } = versionOfMaterial(context, header.materialId, request.keyId, 'decrypting with it');
  const session = await context.openRegion(version.region);
  const dataKey = await session.decryptDataKey(version.materialId, key.keyShape, header.encryptedDataKey);
  try {
    const ciphertext = new HashedStream(readSlices(source, header.bytes.length, source.size), header.bytes);
    const plaintext = await writeStream(request.out, decryptStream(header, dataKey, ciphertext));
    return {
      keyId: key.id,
      keyVersionId: version.id,
      plaintext: { path: request.out, ...plaintext },
      ciphertext: { path: request.in, ...ciphertext.result() },
    };
  } finally {
    dataKey.fill(0);
  }
};

function requireAbleToEncrypt(algorithm: string, name: string): void {
  if (algorithm !== 'ECDSA') return;
  throw new StrongroomError(
    'InvalidParameter',
    `The key ${name} is an ECDSA key; it signs and does not encrypt.`,
    'Use an AES or RSA key.',
    {
      reason: 'KeyCannotEncrypt',
    },
  );
}

/** Counts and hashes what passes through. */
class HashedStream implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** @param start bytes that were taken from the stream before, and count. */
  constructor(source: AsyncIterable<Uint8Array>, start: Uint8Array = new Uint8Array()) {
    this.#source = source;
    this.#hash.update(start);
    this.#bytes = start.length;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const slice of this.#source) {
      this.#hash.update(slice);
      this.#bytes += slice.length;
      yield slice;
    }
  }

  result(): Omit<FileResult, 'path'> {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** Writes under a temporary name and publishes when the stream has ended well; never replaces a file. */
async function writeStream(
  path: string,
  stream: AsyncIterable<Uint8Array>,
): Promise<Omit<FileResult, 'path'>> {
  const file = offlineFile(path);
  // A program that was killed while it decrypted has left plaintext beside its output: the next one takes it away.
  await file.sweep();
  await using staged = await file.stage();
  for await (const bytes of stream) await staged.write(bytes);
  const published = await staged.publish(basename(path));
  return { bytes: published.size, sha256: published.etag };
}
