import { basename } from 'node:path';
import { readSlices } from '../sealing/sealed-backup-source.ts';
import { bytesOf } from '../storage/hash-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { decryptStream, encodeHeader, encryptStream, newDataKey, readHeader } from './encrypted-file.ts';
import { HashedStream, writeStream } from './file-streams.ts';
import { keyUserOf, requireAbleToEncrypt } from './key-user.ts';
import type { OperationHandler } from './operation-context.ts';
import { currentVersionOf, versionOfMaterial } from './usable-key.ts';

/** Encrypts a file (rule R14, [Note: encrypted files] in encrypted-file.ts); an existing file is never replaced. */
export const encryptFile: OperationHandler<'crypto.encrypt'> = async (context, request) => {
  const { key, version } = currentVersionOf(context, request.keyId, 'encrypting with it');
  requireAbleToEncrypt(key);
  await using source = await offlineFile(request.in).open(basename(request.in));
  const dataKey = newDataKey();
  try {
    const encryptedDataKey = await keyUserOf(context, { key, version }).encryptDataKey(dataKey);
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
  const { key, version } = versionOfMaterial(
    context,
    header.materialId,
    request.keyId,
    'decrypting with it',
    'KEY_DECRYPT',
  );
  const dataKey = await keyUserOf(context, { key, version }).decryptDataKey(header.encryptedDataKey);
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
