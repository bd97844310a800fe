import pkcs11js from 'pkcs11js';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { CKR, causeOf } from './pkcs11-failure.ts';
import { readNumber } from './raw-session.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';
import { SEARCHES } from './templates.ts';
import { TOKEN_LABELS } from './token-labels.ts';
import type { InventoryEntry } from './token-session.ts';

export type KeyAlgorithm = KeyShape['algorithm'] | 'OTHER';

export interface IndexedKey {
  readonly handle: ObjectHandle;
  readonly algorithm: KeyAlgorithm;
}

/**
 * Where each key version is on the token, by material id (CKA_ID). Looking for one object costs SoftHSM 20 us for every
 * object there is, so the token is read through once, and the index is kept current with what this session makes and
 * destroys. Only what Strongroom labelled as a key version counts: realm keys, transport keys and other programs'
 * objects are not here, and therefore cannot be wrapped, used or destroyed by way of it.
 */
export class ObjectIndex {
  readonly #session: RawSession;
  #keys: Map<string, IndexedKey[]> | undefined;

  constructor(session: RawSession) {
    this.#session = session;
  }

  find(materialId: string): IndexedKey | undefined {
    return this.#entries().get(materialId)?.[0];
  }

  /** More than one only where another program copied an object. */
  findAll(materialId: string): readonly IndexedKey[] {
    return this.#entries().get(materialId) ?? [];
  }

  add(materialId: string, key: IndexedKey): void {
    insert(this.#entries(), materialId, key);
  }

  /** Takes one object out; the others of this id stay known. */
  remove(materialId: string, key: IndexedKey): void {
    const keys = this.#entries();
    const rest = (keys.get(materialId) ?? []).filter((other) => other !== key);
    if (rest.length === 0) keys.delete(materialId);
    else keys.set(materialId, rest);
  }

  /** Reads the token again: the truth, also after another program or process has worked on it. */
  inventory(): readonly InventoryEntry[] {
    this.#keys = undefined;
    const entries: InventoryEntry[] = [];
    for (const [materialId, keys] of this.#entries()) {
      for (const { algorithm } of keys) entries.push({ materialId, algorithm });
    }
    return entries;
  }

  #entries(): Map<string, IndexedKey[]> {
    this.#keys ??= this.#enumerate();
    return this.#keys;
  }

  #enumerate(): Map<string, IndexedKey[]> {
    const keys = new Map<string, IndexedKey[]>();
    for (const [search, isPrivateKey] of [
      [SEARCHES.secretKeys, false],
      [SEARCHES.privateKeys, true],
    ] as const) {
      for (const handle of this.#session.find(search)) {
        const found = this.#describe(handle);
        if (found?.label.startsWith(TOKEN_LABELS.keyVersion) !== true || found.id.length !== 16) continue;
        const algorithm = algorithmOf(isPrivateKey, found.keyType);
        insert(keys, found.id.toString('hex'), { handle, algorithm });
      }
    }
    return keys;
  }

  #describe(handle: ObjectHandle): { label: string; id: Buffer; keyType: number | undefined } | undefined {
    try {
      const [label, id, keyType] = this.#session.read(handle, [
        pkcs11js.CKA_LABEL,
        pkcs11js.CKA_ID,
        pkcs11js.CKA_KEY_TYPE,
      ]);
      if (label === undefined || id === undefined) return undefined;
      return { label: label.toString('utf8'), id, keyType: readNumber(keyType) };
    } catch (thrown) {
      // A process killed while SoftHSM wrote an object leaves one without label or id; another may destroy one meanwhile.
      const value = causeOf(thrown);
      if (value === CKR.ATTRIBUTE_TYPE_INVALID || value === CKR.OBJECT_HANDLE_INVALID) return undefined;
      throw thrown;
    }
  }
}

function insert(keys: Map<string, IndexedKey[]>, materialId: string, key: IndexedKey): void {
  const others = keys.get(materialId);
  if (others === undefined) keys.set(materialId, [key]);
  else others.push(key);
}

function algorithmOf(isPrivateKey: boolean, keyType: number | undefined): KeyAlgorithm {
  if (!isPrivateKey) return keyType === pkcs11js.CKK_AES ? 'AES' : 'OTHER';
  if (keyType === pkcs11js.CKK_RSA) return 'RSA';
  return keyType === pkcs11js.CKK_EC ? 'ECDSA' : 'OTHER';
}
