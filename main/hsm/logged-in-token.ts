import type pkcs11js from 'pkcs11js';
import type { CapabilityProfile, OaepHash } from '../../shared/domain/capability-profile.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyShape, SigningAlgorithm } from '../../shared/domain/key-shape.ts';
import { probeCapabilities } from './capability-probe.ts';
import { closeCeremony, isCeremonyClosed } from './ceremony.ts';
import { decryptDataKey, encryptDataKey, signDigest } from './data-key-and-signature.ts';
import {
  destroyRealmKeys,
  proveRealmKeysFromEscrow,
  unwrapRealmKeysFromEscrow,
  wrapRealmKeysForEscrow,
} from './escrow.ts';
import { KeyVersions } from './key-versions.ts';
import { ObjectIndex } from './object-index.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';
import { READ_WRITE_SESSION, RawSession, attempt, closeQuietly } from './raw-session.ts';
import { RealmKeyring } from './realm-keys.ts';
import { TokenContext } from './token-context.ts';
import { readToken } from './token-description.ts';
import { dialectOf } from './token-dialect.ts';
import type {
  ClosedCeremony,
  EscrowedRealmKeys,
  GeneratedKeyVersion,
  InventoryEntry,
  RealmKeys,
  TokenDescription,
  WrappedKeyDetails,
  WrappedKeyVersion,
  WrappedRealmKeys,
} from './token-session.ts';
import { createTransportKey, destroyTransportKey, unwrapRealmKeys, wrapRealmKeys } from './transport-key.ts';

interface Parts {
  readonly context: TokenContext;
  readonly keyring: RealmKeyring;
  readonly index: ObjectIndex;
  readonly keyVersions: KeyVersions;
}

/** A token with one read-write session in which its user is logged in: every call, handed to the part that does it. */
export class LoggedInToken implements Pkcs11Token {
  readonly #native: pkcs11js.PKCS11;
  readonly #slot: Buffer;
  readonly #session: Buffer;
  readonly #onLogout: () => void;
  #parts: Parts | undefined;

  /** @param session open and logged in. @param onLogout told once. */
  constructor(
    native: pkcs11js.PKCS11,
    slot: Buffer,
    session: Buffer,
    manufacturer: string,
    onLogout: () => void,
  ) {
    this.#native = native;
    this.#slot = slot;
    this.#session = session;
    this.#onLogout = onLogout;
    const raw = new RawSession(native, session);
    const context = new TokenContext(raw, dialectOf(manufacturer));
    const keyring = new RealmKeyring(context);
    const index = new ObjectIndex(raw);
    this.#parts = { context, keyring, index, keyVersions: new KeyVersions(context, keyring, index) };
  }

  describe(): TokenDescription {
    return readToken(this.#native, this.#slot).description;
  }

  /** In a session of its own, which takes its objects along: SoftHSM leaves one behind of a key that it refused to make. */
  probe(timeProbed: string): CapabilityProfile {
    const { dialect } = this.#open().context;
    const session = attempt('open a session', () =>
      this.#native.C_OpenSession(this.#slot, READ_WRITE_SESSION),
    );
    try {
      const context = new TokenContext(new RawSession(this.#native, session), dialect);
      return probeCapabilities(context, this.describe(), timeProbed);
    } finally {
      closeQuietly(this.#native, session);
    }
  }

  createRealmKeys(names: { readonly realmName: string; readonly tenancyName: string }): RealmKeys {
    return this.#open().keyring.create(names);
  }

  findRealmKeys(): RealmKeys | undefined {
    return this.#open().keyring.find();
  }

  createTransportKey(requestId: string): ReturnType<Pkcs11Token['createTransportKey']> {
    const { context, keyring } = this.#open();
    return createTransportKey(context, keyring, requestId);
  }

  wrapRealmKeys(transportPublicKey: Uint8Array, oaepHashes: readonly OaepHash[]): WrappedRealmKeys {
    const { context, keyring } = this.#open();
    return wrapRealmKeys(context, keyring, transportPublicKey, oaepHashes);
  }

  unwrapRealmKeys(requestId: string, wrapped: WrappedRealmKeys, expected: RealmKeys): void {
    const { context, keyring } = this.#open();
    unwrapRealmKeys(context, keyring, requestId, wrapped, expected);
  }

  destroyTransportKey(requestId: string): void {
    destroyTransportKey(this.#open().context, requestId);
  }

  wrapRealmKeysForEscrow(escrowKey: Uint8Array): EscrowedRealmKeys {
    const { context, keyring } = this.#open();
    return wrapRealmKeysForEscrow(context, keyring, escrowKey);
  }

  proveRealmKeysFromEscrow(escrowKey: Uint8Array, wrapped: EscrowedRealmKeys, expected: RealmKeys): void {
    const { context, keyring } = this.#open();
    proveRealmKeysFromEscrow(context, keyring, escrowKey, wrapped, expected);
  }

  unwrapRealmKeysFromEscrow(escrowKey: Uint8Array, wrapped: EscrowedRealmKeys, expected: RealmKeys): void {
    const { context, keyring } = this.#open();
    unwrapRealmKeysFromEscrow(context, keyring, escrowKey, wrapped, expected);
  }

  destroyRealmKeys(expected: RealmKeys): void {
    const { context, keyring, index } = this.#open();
    destroyRealmKeys(context, keyring, index, expected);
  }

  isCeremonyClosed(): boolean {
    const { context, keyring } = this.#open();
    return isCeremonyClosed(context, keyring);
  }

  closeCeremony(): ClosedCeremony {
    const { context, keyring } = this.#open();
    return closeCeremony(context, keyring);
  }

  authenticate(message: Uint8Array): Uint8Array {
    return this.#open().keyring.authenticate(message);
  }

  wrapProbe(): Uint8Array {
    return this.#open().keyring.wrapProbe();
  }

  wrapBatch(materialIds: readonly string[]): readonly WrappedKeyVersion[] {
    return this.#open().keyVersions.wrap(materialIds);
  }

  proveBatch(keys: readonly WrappedKeyDetails[]): readonly string[] {
    return this.#open().keyVersions.prove(keys);
  }

  generateKeyVersion(materialId: string, keyShape: KeyShape, label: string): GeneratedKeyVersion {
    return this.#open().keyVersions.generate(materialId, keyShape, label);
  }

  unwrapBatch(keys: readonly (WrappedKeyDetails & { readonly label: string })[]): readonly string[] {
    return this.#open().keyVersions.unwrap(keys);
  }

  inventory(): readonly InventoryEntry[] {
    return this.#open().index.inventory();
  }

  destroyKeyVersions(materialIds: readonly string[]): number {
    return this.#open().keyVersions.destroy(materialIds);
  }

  encryptDataKey(materialId: string, keyShape: KeyShape, dataKey: Uint8Array): Uint8Array {
    const { context, keyVersions } = this.#open();
    return encryptDataKey(context, keyVersions, materialId, keyShape, dataKey);
  }

  decryptDataKey(materialId: string, keyShape: KeyShape, encryptedDataKey: Uint8Array): Uint8Array {
    const { context, keyVersions } = this.#open();
    return decryptDataKey(context, keyVersions, materialId, keyShape, encryptedDataKey);
  }

  signDigest(materialId: string, algorithm: SigningAlgorithm, digest: Uint8Array): Uint8Array {
    const { context, keyVersions } = this.#open();
    return signDigest(context, keyVersions, materialId, algorithm, digest);
  }

  /** Never fails: where the token is gone, its login went with it. */
  logout(): void {
    if (this.#parts === undefined) return;
    this.#parts = undefined;
    try {
      this.#native.C_Logout(this.#session);
    } catch {
      // The token was pulled, or its session is lost: there is nothing left to log out of.
    }
    closeQuietly(this.#native, this.#session);
    this.#onLogout();
  }

  #open(): Parts {
    if (this.#parts !== undefined) return this.#parts;
    throw new StrongroomError('ServiceUnavailable', 'This token is logged out.', 'Log in again.', {
      reason: 'SessionLost',
    });
  }
}
