import { createHash, createPublicKey, createVerify } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { materialIdSchema } from '../../shared/domain/identifiers.ts';
import {
  hashOfSigningAlgorithm,
  signingAlgorithmSchema,
  signingAlgorithmsOf,
} from '../../shared/domain/key-shape.ts';
import { bytesOf } from '../storage/hash-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { HashedStream } from './file-streams.ts';
import { keyUserOf } from './key-user.ts';
import type { OperationHandler } from './operation-context.ts';
import { signaturePadding } from './signature-padding.ts';
import { currentVersionOf, versionOfMaterial } from './usable-key.ts';

/** A detached signature, JSON in UTF-8: any tool can take the signature out and check it with the public key. */
const signatureFileSchema = z.strictObject({
  format: z.literal('strongroom-signature'),
  version: z.literal(1),
  materialId: materialIdSchema,
  signingAlgorithm: signingAlgorithmSchema,
  /** Base64 of the signature: DER (RFC 3279) for ECDSA, as it is for RSA. */
  signature: z.base64().max(2048),
});

const SIGNATURE_FILE_LIMIT = 16 * 1024;

/** Signs a file of any size with bounded memory (rule R14). */
export const signFile: OperationHandler<'crypto.sign'> = async (context, request) => {
  const { key, version } = currentVersionOf(context, request.keyId, 'signing with it');
  const allowed = signingAlgorithmsOf(key.keyShape);
  const signingAlgorithm = request.signingAlgorithm ?? allowed[0];
  if (signingAlgorithm === undefined || !allowed.includes(signingAlgorithm)) {
    throw new StrongroomError(
      'InvalidParameter',
      allowed.length === 0
        ? `The key ${key.displayName} is an AES key; it encrypts and does not sign.`
        : `The key ${key.displayName} does not sign with ${signingAlgorithm ?? 'that'}; it does with ${allowed.join(', ')}.`,
      allowed.length === 0 ? 'Use an RSA or ECDSA key.' : 'Choose one of these.',
      { reason: 'KeyCannotSign' },
    );
  }
  await using source = await offlineFile(request.in).open(basename(request.in));
  const message = new HashedStream(bytesOf(source));
  const signature = await keyUserOf(context, { key, version }).sign(signingAlgorithm, message);
  const content = {
    format: 'strongroom-signature',
    version: 1,
    materialId: version.materialId,
    signingAlgorithm,
    signature: Buffer.from(signature).toString('base64'),
  } satisfies z.infer<typeof signatureFileSchema>;
  await using staged = await offlineFile(request.signature).stage();
  await staged.write(Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`));
  await staged.publish(basename(request.signature));
  return {
    keyId: key.id,
    keyVersionId: version.id,
    signingAlgorithm,
    message: { path: request.in, ...message.result() },
    signatureFile: request.signature,
  };
};

/** Verifies with the public part that the catalog has; no token is needed (rule R14). */
export const verifyFile: OperationHandler<'crypto.verify'> = async (context, request) => {
  const signature = await readSignature(request.signature);
  const { key, version } = versionOfMaterial(
    context,
    signature.materialId,
    request.keyId,
    'verifying with it',
    'KEY_VERIFY',
  );
  await using source = await offlineFile(request.in).open(basename(request.in));
  const sha256 = createHash('sha256');
  const verifier = createVerify(hashOfSigningAlgorithm(signature.signingAlgorithm));
  for await (const slice of bytesOf(source)) {
    sha256.update(slice);
    verifier.update(slice);
  }
  if (
    version.publicKey === undefined ||
    !signingAlgorithmsOf(key.keyShape).includes(signature.signingAlgorithm)
  ) {
    throw signatureNotValid(request.in);
  }
  const isValid = verifier.verify(
    { key: createPublicKey(version.publicKey), ...signaturePadding(signature.signingAlgorithm) },
    Buffer.from(signature.signature, 'base64'),
  );
  if (!isValid) throw signatureNotValid(request.in);
  return {
    isValid: true,
    keyId: key.id,
    keyVersionId: version.id,
    signingAlgorithm: signature.signingAlgorithm,
    message: { path: request.in, bytes: source.size, sha256: sha256.digest('hex') },
  };
};

function signatureNotValid(file: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The signature is not valid for ${file}: the file, the signature or the key is another.`,
    'Do not trust the file. Check that file and signature belong together.',
    { reason: 'SignatureNotValid' },
  );
}

async function readSignature(path: string): Promise<z.infer<typeof signatureFileSchema>> {
  await using file = await offlineFile(path).open(basename(path));
  if (file.size <= SIGNATURE_FILE_LIMIT) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.read(0, file.size));
      const parsed = signatureFileSchema.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch (failure) {
      if (failure instanceof StrongroomError) throw failure;
    }
  }
  throw new StrongroomError(
    'InvalidParameter',
    `The file ${path} is not a signature that Strongroom wrote.`,
    'Take the signature file that crypto sign wrote.',
    { reason: 'NotASignature' },
  );
}
