import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { BackupEntry, KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import type { NewSealedBackup, SealedBackupSummary } from '../../main/sealing/seal-with-salt.ts';
import { sealWithSalt } from '../../main/sealing/seal-with-salt.ts';
import type { SealedBackupSource } from '../../main/sealing/sealed-backup-source.ts';
import { KnownKeySealingToken } from './known-key-sealing-token.ts';
import { TEST_ECC_P256, TEST_RSA_2048 } from './rfc9500-test-keys.ts';

const REGION = 'eu-frankfurt-1';
const VAULT_TOKEN = 'bbbbbbbbbbbbb';
const TIME = '2026-11-24T07:00:00.000Z';

/** Bytes that look random and are the same in every run. */
export function bytesFrom(seed: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let number = 0; blocks.length * 32 < length; number += 1) {
    blocks.push(createHash('sha256').update(`${seed}/${number}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

export function knownToken(realm = 'first realm'): KnownKeySealingToken {
  return new KnownKeySealingToken({ rak: bytesFrom(`${realm} RAK`, 32), rbk: bytesFrom(`${realm} RBK`, 32) });
}

export function ocid(type: 'vault' | 'key' | 'keyversion' | 'compartment' | 'backup', seed: string): string {
  return formatOcid({
    type,
    ...(type === 'compartment' ? {} : { region: REGION }),
    ...(type === 'compartment' || type === 'backup' ? {} : { vaultToken: VAULT_TOKEN }),
    uniqueId: ocidCharacters(bytesFrom(`${type} ${seed}`, 40), 60),
  });
}

export function compartmentEntry(seed = 'payments'): BackupEntry {
  return { kind: 'compartment', id: ocid('compartment', seed), name: 'Payments', timeCreated: TIME };
}

export function vaultEntry(changes: Partial<Extract<BackupEntry, { kind: 'vault' }>> = {}): BackupEntry {
  return {
    kind: 'vault',
    id: ocid('vault', 'treasury'),
    compartmentId: ocid('compartment', 'payments'),
    displayName: 'Treasury ⚿',
    vaultType: 'VIRTUAL_PRIVATE',
    lifecycleState: 'ACTIVE',
    freeformTags: { owner: 'security', stage: 'production' },
    definedTags: { Operations: { CostCenter: '42' } },
    timeCreated: TIME,
    secretsLeftOut: 0,
    ...changes,
  };
}

export function keyEntry(
  seed: string,
  keyShape: KeyShape,
  changes: Partial<Extract<BackupEntry, { kind: 'key' }>> = {},
): BackupEntry {
  return {
    kind: 'key',
    id: ocid('key', seed),
    vaultId: ocid('vault', 'treasury'),
    compartmentId: ocid('compartment', 'payments'),
    displayName: seed,
    keyShape,
    protectionMode: 'HSM',
    lifecycleState: 'ENABLED',
    currentKeyVersion: ocid('keyversion', `${seed} 1`),
    freeformTags: {},
    definedTags: {},
    timeCreated: TIME,
    ...changes,
  };
}

/** The version `number` of the key `seed`, wrapped by the token. */
export function keyVersionEntry(
  token: KnownKeySealingToken,
  seed: string,
  keyShape: KeyShape,
  number = 1,
  changes: Partial<KeyVersionEntry> = {},
): KeyVersionEntry {
  const pem = { AES: undefined, RSA: TEST_RSA_2048, ECDSA: TEST_ECC_P256 }[keyShape.algorithm];
  const privateKey = pem === undefined ? undefined : createPrivateKey(pem);
  const value =
    privateKey?.export({ format: 'der', type: 'pkcs8' }) ?? bytesFrom(`${seed} ${number}`, keyShape.length);
  return {
    kind: 'keyVersion',
    id: ocid('keyversion', `${seed} ${number}`),
    keyId: ocid('key', seed),
    materialId: bytesFrom(`material ${seed} ${number}`, 16).toString('hex'),
    keyShape,
    origin: 'INTERNAL',
    lifecycleState: 'ENABLED',
    timeCreated: TIME,
    attributePolicy: {
      sensitive: true,
      private: true,
      extractable: true,
      usages: keyShape.algorithm === 'AES' ? ['ENCRYPT', 'DECRYPT'] : ['SIGN'],
    },
    ...(privateKey === undefined
      ? {}
      : { publicKey: Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })) }),
    wrappedKey: token.wrap(value),
    ...changes,
  };
}

export const AES_256: KeyShape = { algorithm: 'AES', length: 32 };
export const RSA_2048: KeyShape = { algorithm: 'RSA', length: 256 };
export const ECC_P256: KeyShape = { algorithm: 'ECDSA', length: 32, curveId: 'NIST_P256' };

/** A vault with an AES key of `versions` versions: as many entries as a test wants. */
export function* vaultOfVersions(token: KnownKeySealingToken, versions: number): Generator<BackupEntry> {
  yield compartmentEntry();
  yield vaultEntry();
  yield keyEntry('ledger', AES_256);
  for (let number = 1; number <= versions; number += 1)
    yield keyVersionEntry(token, 'ledger', AES_256, number);
}

/** A sealed backup in memory; `reads` counts the bytes that were asked for. */
export class MemorySource implements SealedBackupSource {
  readonly bytes: Uint8Array;
  reads = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.reads += length;
    return Promise.resolve(this.bytes.subarray(offset, offset + length));
  }
}

/** A sealed file in memory. */
export interface SealedFixture {
  readonly bytes: Buffer;
  readonly summary: SealedBackupSummary;
}

/** Seals with a known salt into memory. */
export async function sealInMemory(
  token: KnownKeySealingToken,
  entries: readonly BackupEntry[],
  header: Partial<NewSealedBackup['header']> = {},
  salt: Uint8Array = bytesFrom('salt', 24),
): Promise<SealedFixture> {
  const pieces: Uint8Array[] = [];
  const summary = await sealWithSalt(
    {
      header: {
        backupId: ocid('backup', 'first'),
        kind: 'VAULT',
        sequence: 1,
        sourceRegion: REGION,
        timeCreated: TIME,
        entryCount: entries.length,
        ...header,
      },
      entries,
      token,
      write: (bytes) => {
        pieces.push(bytes);
        return Promise.resolve();
      },
    },
    salt,
  );
  return { bytes: Buffer.concat(pieces), summary };
}

export function emptyVault(): BackupEntry[] {
  return [compartmentEntry(), vaultEntry()];
}

export function vaultWithKeys(token: KnownKeySealingToken): BackupEntry[] {
  const elsewhere = { compartmentId: ocid('compartment', 'ledgers') };
  return [
    compartmentEntry(),
    compartmentEntry('ledgers'),
    vaultEntry({ secretsLeftOut: 3 }),
    keyEntry('ledger', AES_256, { currentKeyVersion: ocid('keyversion', 'ledger 2'), ...elsewhere }),
    keyVersionEntry(token, 'ledger', AES_256, 1),
    keyVersionEntry(token, 'ledger', AES_256, 2),
    keyEntry('documents', RSA_2048),
    keyVersionEntry(token, 'documents', RSA_2048),
    keyEntry('receipts', ECC_P256, { lifecycleState: 'DISABLED' }),
    keyVersionEntry(token, 'receipts', ECC_P256, 1, { origin: 'EXTERNAL' }),
  ];
}

export function oneKey(token: KnownKeySealingToken): BackupEntry[] {
  return [...emptyVault(), keyEntry('receipts', ECC_P256), keyVersionEntry(token, 'receipts', ECC_P256)];
}

/** What a promise was refused with, as `code/reason`; fails if it was not, or by anything but a StrongroomError. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (thrown) {
    if (!(thrown instanceof StrongroomError)) throw thrown;
    return `${thrown.code}/${String(thrown.reason)}`;
  }
  throw new Error('nothing was refused');
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
