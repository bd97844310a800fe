import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireState } from '../../shared/domain/lifecycle.ts';
import { SECRET_CONTENT_LIMIT } from '../../shared/domain/secret.ts';
import type { Secret } from '../../shared/domain/secret.ts';
import { readSlices } from '../sealing/sealed-backup-source.ts';
import type { ReadableObject } from '../storage/object-store.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { decryptStream, encodeHeader, encryptStream, newDataKey, readHeader } from './encrypted-file.ts';
import { writeStream } from './file-streams.ts';
import { keyUserOf, requireAbleToEncrypt } from './key-user.ts';
import { newOcid } from './new-ocid.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { currentVersionOf, versionOfMaterial } from './usable-key.ts';
import type { UsableKey } from './usable-key.ts';

/**
 * [Note: secrets] A secret's content is encrypted as a file is ([Note: encrypted files]), with the secret's OCID in the
 * label: contents cannot be exchanged between secrets, nor passed off as files (rule R15). It stands in the catalog and
 * nowhere else.
 */
function labelOf(secretId: string): string {
  return `strongroom/v1/secret\n${secretId}`;
}

/** Keeps a secret (rule R15). What forbids it is found before the token is asked, and looked at again afterwards. */
export const createSecret: OperationHandler<'secret.create'> = async (context, request) => {
  const { catalog } = context;
  const content = await readContent(request.contentFile);
  try {
    const usable = requireCreatable(context, request);
    const { compartmentId, region } = catalog.vaults.require(request.vaultId);
    const secret: Secret = {
      id: newOcid('vaultsecret', { region }),
      vaultId: request.vaultId,
      keyId: request.keyId,
      compartmentId,
      name: request.name,
      lifecycleState: 'ACTIVE',
      timeCreated: context.now().toISOString(),
      materialId: usable.version.materialId,
    };
    const ciphertext = await encryptContent(context, usable, secret.id, content);
    catalog.transaction(() => {
      requireCreatable(context, request);
      catalog.secrets.insertWithContent(secret, ciphertext);
    });
    return secret;
  } finally {
    content.fill(0);
  }
};

export const listSecrets: OperationHandler<'secret.list'> = (context, request) => {
  context.catalog.vaults.require(request.vaultId);
  return Promise.resolve(context.catalog.secrets.list(request));
};

/** Shows a secret; its content goes into a new file only, never on a terminal or into an answer. */
export const getSecret: OperationHandler<'secret.get'> = async (context, request) => {
  const { catalog } = context;
  const secret = catalog.secrets.require(request.secretId);
  if (request.out === undefined) return secret;
  requireState(`The secret ${secret.name}`, secret.lifecycleState, ['ACTIVE'], 'reading it');
  const vault = catalog.vaults.require(secret.vaultId);
  // Reading goes on while the vault is backed up (rule R47).
  requireState(
    `The vault ${vault.displayName}`,
    vault.lifecycleState,
    ['ACTIVE', 'BACKUP_IN_PROGRESS'],
    'reading one of its secrets',
  );
  const usable = versionOfMaterial(
    context,
    secret.materialId,
    secret.keyId,
    'decrypting a secret with it',
    'KEY_DECRYPT',
  );
  const { bytes } = await writeStream(request.out, decryptContent(context, usable, secret));
  return { ...secret, content: { path: request.out, bytes } };
};

/** @throws StrongroomError with the reason, unless the key may encrypt a secret of this name now. */
function requireCreatable(
  context: OperationContext,
  request: { readonly vaultId: string; readonly keyId: string; readonly name: string },
): UsableKey {
  const { catalog } = context;
  const vault = catalog.vaults.require(request.vaultId);
  requireState(`The vault ${vault.displayName}`, vault.lifecycleState, ['ACTIVE'], 'creating a secret');
  const usable = currentVersionOf(context, request.keyId, 'encrypting a secret with it');
  const { key } = usable;
  if (key.vaultId !== vault.id) {
    throw new StrongroomError(
      'InvalidParameter',
      `The key ${key.displayName} belongs to another vault than ${vault.displayName}.`,
      'A secret is encrypted by a key of its own vault: choose one (key list).',
      { reason: 'KeyOfAnotherVault' },
    );
  }
  requireAbleToEncrypt(key);
  const namesake = catalog.secrets.getByName(vault.id, request.name);
  if (namesake === undefined) return usable;
  throw new StrongroomError(
    'NotAuthorizedOrResourceAlreadyExists',
    `The vault ${vault.displayName} has a secret ${request.name} already; nothing is ever overwritten.`,
    'Choose another name.',
    { reason: 'SecretNameTaken' },
  );
}

/** @returns the content, which the caller zeroes. */
async function readContent(path: string): Promise<Uint8Array> {
  await using file = await offlineFile(path).open();
  if (file.size >= 1 && file.size <= SECRET_CONTENT_LIMIT) return await file.read(0, file.size);
  throw new StrongroomError(
    'InvalidParameter',
    file.size === 0
      ? `The file ${path} is empty.`
      : `The file ${path} has ${file.size} bytes; a secret has at most ${SECRET_CONTENT_LIMIT}.`,
    file.size === 0 ? 'Write the secret into it first.' : 'Encrypt it as a file (crypto encrypt).',
    { reason: 'SecretLength' },
  );
}

async function encryptContent(
  context: OperationContext,
  usable: UsableKey,
  secretId: string,
  content: Uint8Array,
): Promise<Uint8Array> {
  const dataKey = newDataKey();
  try {
    const encryptedDataKey = await keyUserOf(context, usable).encryptDataKey(dataKey);
    const header = encodeHeader(usable.version.materialId, encryptedDataKey);
    return Buffer.concat(
      await Array.fromAsync(encryptStream(header, dataKey, only(content), labelOf(secretId))),
    );
  } finally {
    dataKey.fill(0);
  }
}

/** The content, slice by slice; each is zeroed once the next is asked for. */
async function* decryptContent(
  context: OperationContext,
  usable: UsableKey,
  secret: Secret,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stored = inMemory(secret.name, context.catalog.secrets.contentOf(secret.id) ?? new Uint8Array());
  let dataKey: Uint8Array | undefined;
  try {
    const header = await readHeader(stored);
    dataKey = await keyUserOf(context, usable).decryptDataKey(header.encryptedDataKey);
    const chunks = readSlices(stored, header.bytes.length, stored.size);
    for await (const bytes of decryptStream(header, dataKey, chunks, labelOf(secret.id))) {
      yield bytes;
      bytes.fill(0);
    }
  } catch (failure) {
    throw isDamage(failure) ? secretDamaged(secret, failure) : failure;
  } finally {
    dataKey?.fill(0);
  }
}

const DAMAGE = ['NotAnEncryptedFile', 'UnsupportedVersion', 'EncryptedDataInvalid', 'ChunkNotAuthentic'];

function isDamage(failure: unknown): boolean {
  return failure instanceof StrongroomError && DAMAGE.includes(failure.reason ?? '');
}

function secretDamaged(secret: Secret, cause: unknown): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    `The encrypted content of the secret ${secret.name} was altered, or is another secret's.`,
    'Put back a copy of the catalog from before, and find out who changed it. Secrets have no backup.',
    { reason: 'SecretDamaged', cause },
  );
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function inMemory(name: string, bytes: Uint8Array): ReadableObject {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
