import type { CapabilityProfile, OaepHash } from '../../shared/domain/capability-profile.ts';
import type { KeyShape, SigningAlgorithm } from '../../shared/domain/key-shape.ts';
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

/**
 * A PKCS#11 module as its own process sees it: loaded, initialised, every call synchronous. This is the only face
 * of raw `C_*` calls; everything outside the module's process talks to TokenSession.
 */
export interface Pkcs11Module {
  listTokens(): readonly TokenDescription[];
  /** Makes an uninitialised token (SoftHSM: the spare slot; NSS: the key store without a PIN) ready for practice. */
  initialiseToken(label: string, soPin: string, userPin: string): TokenDescription;
  /** The token that login would choose, for whoever must know before a PIN is asked for. Throws as login does for what is not there or not ready. */
  findToken(label: string, serial: string | undefined): TokenDescription;
  /** Opens a read-write session with the one token of this label (and serial, if given) and logs in. One try only (rule R71). */
  login(label: string, serial: string | undefined, pin: string): Pkcs11Token;
  finalise(): void;
}

/** A logged-in token; the synchronous, batched twin of TokenSession. Same errors, same meaning. */
export interface Pkcs11Token {
  describe(): TokenDescription;
  probe(timeProbed: string): CapabilityProfile;
  createRealmKeys(names: { readonly realmName: string; readonly tenancyName: string }): RealmKeys;
  findRealmKeys(): RealmKeys | undefined;
  createTransportKey(requestId: string): {
    readonly publicKey: Uint8Array;
    readonly oaepHashes: readonly OaepHash[];
  };
  wrapRealmKeys(transportPublicKey: Uint8Array, oaepHashes: readonly OaepHash[]): WrappedRealmKeys;
  unwrapRealmKeys(requestId: string, wrapped: WrappedRealmKeys, expected: RealmKeys): void;
  destroyTransportKey(requestId: string): void;
  // These three wipe the escrow key that they are given.
  wrapRealmKeysForEscrow(escrowKey: Uint8Array): EscrowedRealmKeys;
  proveRealmKeysFromEscrow(escrowKey: Uint8Array, wrapped: EscrowedRealmKeys, expected: RealmKeys): void;
  unwrapRealmKeysFromEscrow(escrowKey: Uint8Array, wrapped: EscrowedRealmKeys, expected: RealmKeys): void;
  destroyRealmKeys(expected: RealmKeys): void;
  isCeremonyClosed(): boolean;
  closeCeremony(): ClosedCeremony;
  authenticate(message: Uint8Array): Uint8Array;
  wrapProbe(): Uint8Array;
  wrapBatch(materialIds: readonly string[]): readonly WrappedKeyVersion[];
  proveBatch(keys: readonly WrappedKeyDetails[]): readonly string[];
  generateKeyVersion(materialId: string, keyShape: KeyShape, label: string): GeneratedKeyVersion;
  unwrapBatch(keys: readonly (WrappedKeyDetails & { readonly label: string })[]): readonly string[];
  inventory(): readonly InventoryEntry[];
  destroyKeyVersions(materialIds: readonly string[]): number;
  encryptDataKey(materialId: string, keyShape: KeyShape, dataKey: Uint8Array): Uint8Array;
  decryptDataKey(materialId: string, keyShape: KeyShape, encryptedDataKey: Uint8Array): Uint8Array;
  signDigest(materialId: string, algorithm: SigningAlgorithm, digest: Uint8Array): Uint8Array;
  logout(): void;
}

/** Loads and initialises a module: implemented in load-module.ts. */
export type LoadModule = (modulePath: string, moduleParameters: string | undefined) => Pkcs11Module;
