import { readFile } from 'node:fs/promises';
import { verifySealedBackup } from '../../main/sealing/verify-sealed-backup.ts';
import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import {
  AES_256,
  MemorySource,
  bytesFrom,
  compartmentEntry,
  emptyVault,
  keyEntry,
  knownToken,
  keyVersionEntry,
  ocid,
  oneKey,
  sealInMemory,
  vaultEntry,
  vaultWithKeys,
} from './sealed-backup-fixture.ts';
import { fromJson, toJson, type MutationBase, type MutationStep } from './sealed-backup-mutation.ts';

export const SEALED_BACKUP_VECTORS = new URL('../vectors/sealed-backup/', import.meta.url);

/** The realm keys of the vectors, in the clear, as the vectors' file says. */
export const vectorToken = knownToken();

/** One vector as vectors.json describes it; bytes are {"hex": "..."}. */
export interface VectorDescription {
  readonly name: string;
  readonly about: string;
  readonly sha256: string;
  readonly size: number;
  readonly salt: unknown;
  /** The header's CBOR map. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly entries: readonly unknown[];
}

export interface VectorsFile {
  readonly about: string;
  readonly rak: unknown;
  readonly rbk: unknown;
  readonly vectors: readonly VectorDescription[];
}

/** A file that must be refused: steps from a vector, the depth at which it is found out, and why. */
export interface RefusedFile {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly MutationStep[];
  /** The first depth that refuses it; those before accept it. */
  readonly depth: 'structure' | 'seal' | 'keys';
  readonly reason: string;
}

export async function readVectors(): Promise<VectorsFile> {
  return JSON.parse(await readFile(new URL('vectors.json', SEALED_BACKUP_VECTORS), 'utf8')) as VectorsFile;
}

export async function readRefusedFiles(): Promise<readonly RefusedFile[]> {
  return JSON.parse(await readFile(new URL('refused.json', SEALED_BACKUP_VECTORS), 'utf8')) as RefusedFile[];
}

export async function readVectorBytes(name: string): Promise<Buffer> {
  return readFile(new URL(`${name}.sealed`, SEALED_BACKUP_VECTORS));
}

/** Every vector as the start of mutations, by name. */
export async function readMutationBases(): Promise<ReadonlyMap<string, MutationBase>> {
  const { vectors } = await readVectors();
  const bases = vectors.map(async (vector): Promise<[string, MutationBase]> => [
    vector.name,
    {
      bytes: await readVectorBytes(vector.name),
      header: fromJson(vector.header) as Record<string, unknown>,
      entries: vector.entries.map((entry) => fromJson(entry) as BackupEntry),
      salt: fromJson(vector.salt) as Uint8Array,
    },
  ]);
  return new Map(await Promise.all(bases));
}

export async function makeSealedBackupVectors(): Promise<{
  readonly description: VectorsFile;
  readonly files: ReadonlyMap<string, Uint8Array>;
}> {
  const files = new Map<string, Uint8Array>();
  const vectors: VectorDescription[] = [];
  for (const { name, about, entries, header } of contents()) {
    const salt = bytesFrom(`salt of ${name}`, 24);
    const { bytes, summary } = await sealInMemory(vectorToken, entries, header, salt);
    files.set(name, bytes);
    vectors.push({
      name,
      about,
      sha256: summary.sha256,
      size: summary.size,
      salt: toJson(salt),
      header: toJson(await headerMap(bytes)) as Record<string, unknown>,
      entries: entries.map(toJson),
    });
  }
  return {
    description: {
      about:
        'Sealed backups under known realm keys. Bytes are {"hex": ...}; docs/sealed-backup-format.md says how to read them.',
      rak: toJson(bytesFrom('first realm RAK', 32)),
      rbk: toJson(bytesFrom('first realm RBK', 32)),
      vectors,
    },
    files,
  };
}

function contents() {
  const versions = Array.from({ length: 55 }, (_, number) =>
    keyVersionEntry(vectorToken, 'ledger', AES_256, number + 1),
  );
  return [
    {
      name: 'vault-without-keys',
      about: 'The least that there is: a compartment and a vault.',
      entries: emptyVault(),
      header: { backupId: ocid('backup', 'vault-without-keys') },
    },
    {
      name: 'vault-with-keys',
      about:
        'Keys of AES, RSA and ECDSA in two compartments, one key with two versions, and every optional field.',
      entries: vaultWithKeys(vectorToken),
      header: {
        backupId: ocid('backup', 'vault-with-keys'),
        sequence: 2,
        previousBackupSha256: bytesFrom('the backup before', 32).toString('hex'),
        auditCheckpoint: Uint8Array.from(bytesFrom('checkpoint', 48)),
      },
    },
    {
      name: 'key',
      about: 'A key backup: one ECDSA key with its vault.',
      entries: oneKey(vectorToken),
      header: { backupId: ocid('backup', 'key'), kind: 'KEY' as const, sequence: 3 },
    },
    {
      name: 'three-chunks',
      about:
        'An AES key with 55 versions: two full chunks and a short one, entries and index across their borders.',
      entries: [
        compartmentEntry(),
        vaultEntry(),
        keyEntry('ledger', AES_256),
        ...versions,
      ] satisfies BackupEntry[],
      header: { backupId: ocid('backup', 'three-chunks'), sequence: 4 },
    },
  ];
}

/** The header as its CBOR map has it: ids and hashes as bytes. */
async function headerMap(bytes: Uint8Array): Promise<Record<string, unknown>> {
  const { header } = await verifySealedBackup(new MemorySource(bytes), { depth: 'structure' });
  const { otherFields, ...fields } = header;
  const hexFields = new Set(['realmId', 'rbkId', 'rakId', 'rakCheckValue', 'previousBackupSha256']);
  const map = Object.entries({ ...fields, ...Object.fromEntries(otherFields) }).map(([name, value]) => [
    name,
    hexFields.has(name) && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
  ]);
  return Object.fromEntries(map) as Record<string, unknown>;
}
