import { StrongroomError } from '../../shared/domain/errors.ts';
import { materialIdSchema } from '../../shared/domain/identifiers.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { proveWrappedKey, unwrapTemplate } from './key-proof.ts';
import { AES_KEY_GENERATION, keyPairGeneration } from './mechanisms.ts';
import type { IndexedKey, ObjectIndex } from './object-index.ts';
import type { ObjectHandle } from './raw-session.ts';
import { findDifferences } from './read-back.ts';
import { readPublicHalf } from './read-public-key.ts';
import type { RealmKeyring } from './realm-keys.ts';
import { generatedAesKey, generatedKeyPair, privateKeyCopy } from './templates.ts';
import type { KeyVersionPlace, ObjectTemplate } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS } from './token-labels.ts';
import type { GeneratedKeyVersion, WrappedKeyDetails, WrappedKeyVersion } from './token-session.ts';

/** The values of key versions on one token (rules R10, R12, R44). */
export class KeyVersions {
  readonly #token: TokenContext;
  readonly #keyring: RealmKeyring;
  readonly #index: ObjectIndex;

  constructor(token: TokenContext, keyring: RealmKeyring, index: ObjectIndex) {
    this.#token = token;
    this.#keyring = keyring;
    this.#index = index;
  }

  /** @throws Conflict, reason `KeyVersionExists`: NSS would silently replace a private key of the same CKA_ID. */
  generate(materialId: string, keyShape: KeyShape, label: string): GeneratedKeyVersion {
    const place = this.#place(materialId, label, true);
    if (this.#index.find(materialId) !== undefined) throw exists(materialId);
    const { session } = this.#token;
    if (keyShape.algorithm === 'AES') {
      const template = generatedAesKey(keyShape.length, place);
      this.#keep(session.generateKey(AES_KEY_GENERATION, template), materialId, keyShape, template);
      return { materialId };
    }
    const halves = generatedKeyPair(keyShape, place);
    const { publicKey, privateKey } = session.generateKeyPair(keyPairGeneration(keyShape), halves);
    const encoded = this.#orDestroy(privateKey, () =>
      session.temporarily(publicKey, (half) => readPublicHalf(session, half, keyShape)),
    );
    this.#keep(privateKey, materialId, keyShape, halves.privateHalf);
    return { materialId, publicKey: encoded };
  }

  /** @throws NotAuthorizedOrNotFound, reason `KeyVersionNotOnToken`; NotAllowed, reason `KeyNotExtractable`. */
  wrap(materialIds: readonly string[]): readonly WrappedKeyVersion[] {
    const mechanism = this.#token.keyWrapMechanism();
    const { rbk } = this.#keyring.handles();
    return materialIds.map((materialId) => {
      const { handle } = this.require(materialId);
      return { materialId, wrappedKey: this.#token.session.wrap(mechanism, rbk, handle) };
    });
  }

  prove(keys: readonly WrappedKeyDetails[]): readonly string[] {
    const { rbk } = this.#keyring.handles();
    return keys.map((key) => {
      requireMaterialId(key.materialId);
      proveWrappedKey(this.#token, rbk, key);
      return key.materialId;
    });
  }

  /**
   * Into token objects, each read back before the next. One that is there already is passed over, so that a restore that
   * was broken off can be run again; whether it is the same value, the restore's plan has found out before (rule R42).
   */
  unwrap(keys: readonly (WrappedKeyDetails & { readonly label: string })[]): readonly string[] {
    const { rbk } = this.#keyring.handles();
    return keys.map((key) => {
      const { materialId, keyShape, extractable } = key;
      const place = this.#place(materialId, key.label, extractable);
      const present = this.#index.find(materialId);
      if (present !== undefined) {
        if (present.algorithm !== keyShape.algorithm) throw exists(materialId);
        return materialId;
      }
      const { template } = unwrapTemplate(key, place);
      this.#keep(this.#unwrapForGood(rbk, key, place), materialId, keyShape, template);
      return materialId;
    });
  }

  destroy(materialIds: readonly string[]): number {
    let destroyed = 0;
    for (const materialId of materialIds) {
      requireMaterialId(materialId);
      for (const key of this.#index.findAll(materialId)) {
        this.#token.session.destroy(key.handle);
        this.#index.remove(materialId, key);
        destroyed += 1;
      }
    }
    return destroyed;
  }

  /** @throws NotAuthorizedOrNotFound, reason `KeyVersionNotOnToken`. */
  require(materialId: string): IndexedKey {
    requireMaterialId(materialId);
    const found = this.#index.find(materialId);
    if (found !== undefined) return found;
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `The token has no key for version ${materialId}.`,
      'Restore the key from a backup, or run the doctor to compare catalog and token.',
      { reason: 'KeyVersionNotOnToken' },
    );
  }

  #place(materialId: string, label: string, extractable: boolean): KeyVersionPlace {
    requireMaterialId(materialId);
    return {
      dialect: this.#token.dialect,
      lifetime: 'token',
      id: materialId,
      label: `${TOKEN_LABELS.keyVersion}${label}`,
      extractable,
    };
  }

  #unwrapForGood(rbk: ObjectHandle, key: WrappedKeyDetails, place: KeyVersionPlace): ObjectHandle {
    const { session, dialect } = this.#token;
    const mechanism = this.#token.keyWrapMechanism();
    const { keyShape, wrappedKey } = key;
    if (keyShape.algorithm === 'AES' || !dialect.addsUsesOnUnwrap) {
      return session.unwrap(mechanism, rbk, wrappedKey, unwrapTemplate(key, place).template);
    }
    const { template } = unwrapTemplate(key, { ...place, lifetime: 'session' });
    return session.temporarily(session.unwrap(mechanism, rbk, wrappedKey, template), (handle) =>
      session.copy(handle, privateKeyCopy(keyShape, place)),
    );
  }

  /** Reads back all that the template asked for, then knows the key. A token that did otherwise loses the object again. */
  #keep(handle: ObjectHandle, materialId: string, keyShape: KeyShape, template: ObjectTemplate): void {
    this.#orDestroy(handle, () => {
      const differences = findDifferences(this.#token.session, handle, template);
      if (differences.length > 0) throw notProtected(materialId, differences);
    });
    this.#index.add(materialId, { handle, algorithm: keyShape.algorithm });
  }

  #orDestroy<Result>(handle: ObjectHandle, check: () => Result): Result {
    try {
      return check();
    } catch (thrown) {
      this.#token.session.destroyQuietly(handle);
      throw thrown;
    }
  }
}

function requireMaterialId(materialId: string): void {
  if (materialIdSchema.safeParse(materialId).success) return;
  throw new StrongroomError(
    'InvalidParameter',
    'A key version has a material id that is not 32 hexadecimal digits.',
    'Run the doctor: it compares catalog, tokens and buckets.',
    { reason: 'MaterialIdInvalid' },
  );
}

function exists(materialId: string): StrongroomError {
  return new StrongroomError(
    'Conflict',
    `The token has another key for version ${materialId} already.`,
    'Nothing was replaced. Run the doctor: it compares catalog and token.',
    { reason: 'KeyVersionExists' },
  );
}

function notProtected(materialId: string, differences: readonly string[]): StrongroomError {
  return new StrongroomError(
    'NotAllowed',
    `The token did not keep the key of version ${materialId} as it was told to (${differences.join(', ')}); the key was destroyed again.`,
    'Do not use this token: probe it (region probe), and take another one.',
    { reason: 'KeyNotProtected' },
  );
}
