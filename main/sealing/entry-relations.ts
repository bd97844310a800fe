import type { BackupEntry, KeyEntry, KeyVersionEntry, VaultEntry } from '../../shared/domain/backup-entry.ts';
import { parseOcid } from '../../shared/domain/identifiers.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { refusal } from './refusal.ts';

interface KnownKey {
  readonly algorithm: KeyShape['algorithm'];
  readonly length: number;
  readonly currentKeyVersion: string;
  hasCurrentVersion: boolean;
}

/**
 * How a backup's entries belong together, checked as they stream: each comes after what it refers to (compartments,
 * then the vault, then a key, then its versions), so that a restore can follow the file.
 * All failures are reason `RelationsBroken`.
 */
export class EntryRelations {
  readonly #kind: 'VAULT' | 'KEY';
  readonly #tenancyId: string;
  readonly #compartments = new Set<string>();
  readonly #keys = new Map<string, KnownKey>();
  readonly #materialIds = new Set<string>();
  #vaultId: string | undefined;
  #keyVersionCount = 0;

  constructor(header: { readonly kind: 'VAULT' | 'KEY'; readonly tenancyId: string }) {
    this.#kind = header.kind;
    this.#tenancyId = header.tenancyId;
  }

  get keyCount(): number {
    return this.#keys.size;
  }

  get keyVersionCount(): number {
    return this.#keyVersionCount;
  }

  add(entry: BackupEntry): void {
    switch (entry.kind) {
      case 'compartment':
        this.#requireTenancy(entry.id);
        this.#compartments.add(entry.id);
        return;
      case 'vault':
        this.#addVault(entry);
        return;
      case 'key':
        this.#addKey(entry);
        return;
      case 'keyVersion':
        this.#addKeyVersion(entry);
        return;
    }
  }

  /** What can be known only after the last entry. */
  finish(): void {
    if (this.#vaultId === undefined) throw broken('The backup has no vault.');
    if (this.#kind === 'KEY' && this.#keys.size === 0) throw broken('The key backup has no key.');
    for (const [id, key] of this.#keys) {
      if (!key.hasCurrentVersion) throw broken(`The backup lacks the current version of the key ${id}.`);
    }
  }

  #addVault(vault: VaultEntry): void {
    if (this.#vaultId !== undefined) throw broken(`The backup has a second vault, ${vault.id}.`);
    this.#requireCompartment(vault);
    this.#vaultId = vault.id;
  }

  #addKey(key: KeyEntry): void {
    if (key.vaultId !== this.#vaultId)
      throw broken(`The key ${key.id} does not belong to a vault that came before it.`);
    if (this.#kind === 'KEY' && this.#keys.size > 0)
      throw broken(`The key backup has a second key, ${key.id}.`);
    // The index refuses equal ids as well, but only at the end: here the second would overwrite the first.
    if (this.#keys.has(key.id)) throw refusal('DuplicateEntry', `Two entries have the id ${key.id}.`);
    this.#requireCompartment(key);
    const { algorithm, length } = key.keyShape;
    this.#keys.set(key.id, {
      algorithm,
      length,
      currentKeyVersion: key.currentKeyVersion,
      hasCurrentVersion: false,
    });
  }

  #addKeyVersion(version: KeyVersionEntry): void {
    const key = this.#keys.get(version.keyId);
    if (key === undefined) {
      throw broken(`The key version ${version.id} does not belong to a key that came before it.`);
    }
    if (key.algorithm !== version.keyShape.algorithm || key.length !== version.keyShape.length) {
      throw broken(`The key version ${version.id} has another shape than its key.`);
    }
    if (this.#materialIds.has(version.materialId)) {
      throw broken(`The key version ${version.id} has the material id of another.`);
    }
    this.#materialIds.add(version.materialId);
    if (version.id === key.currentKeyVersion) key.hasCurrentVersion = true;
    this.#keyVersionCount += 1;
  }

  #requireCompartment(entry: VaultEntry | KeyEntry): void {
    this.#requireTenancy(entry.compartmentId);
    // The tenancy is the root compartment: every realm's home knows it.
    if (entry.compartmentId === this.#tenancyId || this.#compartments.has(entry.compartmentId)) return;
    throw broken(`The compartment of the ${entry.kind} ${entry.id} does not come before it.`);
  }

  #requireTenancy(compartmentId: string): void {
    if (parseOcid(compartmentId)?.type !== 'tenancy' || compartmentId === this.#tenancyId) return;
    throw broken(`The backup names another tenancy than its own, ${compartmentId}.`);
  }
}

function broken(message: string) {
  return refusal('RelationsBroken', message);
}
