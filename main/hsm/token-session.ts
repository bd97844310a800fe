import type { CapabilityProfile, OaepHash } from '../../shared/domain/capability-profile.ts';
import type { KeyShape, SigningAlgorithm } from '../../shared/domain/key-shape.ts';

/** What a token says of itself (CK_TOKEN_INFO). */
export interface TokenDescription {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly isInitialised: boolean;
  readonly isUserPinSet: boolean;
  /** A wrong PIN was entered since the last right one (CKF_USER_PIN_COUNT_LOW). */
  readonly isPinCountLow: boolean;
  /** One more wrong PIN locks the token (CKF_USER_PIN_FINAL_TRY). */
  readonly isPinFinalTry: boolean;
  readonly isPinLocked: boolean;
}

/** A PIN that the token's process reads by itself: it never passes through main (rule R71). */
export type PinReadByProcess =
  | { readonly kind: 'file'; readonly path: string }
  /** Ask on the controlling terminal without echo; `prompt` is what the person reads. */
  | { readonly kind: 'terminal'; readonly prompt: string };

/**
 * Asks a person for a PIN, once: whoever is asked is told how many tries are left, and confirms a final one first.
 * @returns UTF-8, which is wiped after use; undefined: they did not want to.
 */
export type AskForPin = (token: TokenDescription) => Promise<Uint8Array | undefined>;

/**
 * Where a PIN comes from. One that is asked for in a window comes by way of main, which hands it on to the token's
 * process at once and wipes it; main keeps none (rule R71).
 */
export type PinSource = PinReadByProcess | { readonly kind: 'asked'; readonly ask: AskForPin };

/** The realm keys as found on a token: what a home without a catalog learns from it (rules R1, R40). */
export interface RealmKeys {
  /** 32 hexadecimal digits, derived from RAK inside the token: the same wherever these keys are. */
  readonly realmId: string;
  readonly realmName: string;
  readonly tenancyName: string;
  /** OCID, derived from RAK like realmId. */
  readonly tenancyId: string;
  /** CKA_ID of RBK and RAK, 32 hexadecimal digits each. */
  readonly rbkId: string;
  readonly rakId: string;
  /** 32 hexadecimal digits each. RBK's: SHA-256 over a fixed public key wrapped by it. RAK's: HMAC over a fixed label. */
  readonly rbkCheckValue: string;
  readonly rakCheckValue: string;
}

/** Realm keys wrapped for one token's transport key (RSA-OAEP), on their way to it (rule R3). */
export interface WrappedRealmKeys {
  readonly oaepHash: OaepHash;
  readonly wrappedRbk: Uint8Array;
  readonly wrappedRak: Uint8Array;
}

/** Realm keys wrapped under a recovery kit's escrow key (AES-KWP, 40 bytes each; rule R5). */
export interface EscrowedRealmKeys {
  readonly wrappedRbk: Uint8Array;
  readonly wrappedRak: Uint8Array;
}

/** What closing the ceremony came to (rule R3). */
export interface ClosedCeremony {
  /** False where the token, though its realm keys say that they do not leave it, would wrap them for another program. */
  readonly isEnforced: boolean;
}

/** A public key or none, as made by the token. `publicKey` is SubjectPublicKeyInfo in DER; AES has none. */
export interface GeneratedKeyVersion {
  readonly materialId: string;
  readonly publicKey?: Uint8Array;
}

/** One key version's value under RBK. */
export interface WrappedKeyVersion {
  readonly materialId: string;
  readonly wrappedKey: Uint8Array;
}

/** What must be known of a wrapped key to unwrap it and prove it. */
export interface WrappedKeyDetails extends WrappedKeyVersion {
  readonly keyShape: KeyShape;
  readonly publicKey?: Uint8Array;
  readonly extractable: boolean;
}

/** One of the token's key objects that Strongroom made, by its CKA_ID. */
export interface InventoryEntry {
  readonly materialId: string;
  readonly algorithm: KeyShape['algorithm'] | 'OTHER';
}

/**
 * A logged-in session with one token. Every call runs in the module's own process under a watchdog; a call that
 * hangs or kills that process fails with ServiceUnavailable and a reason, and the next call starts a new process
 * and logs in again (rule R72). Batched calls take and give async iterables in order, about 64 at a time.
 * All material ids are 32 hexadecimal digits.
 */
export interface TokenSession {
  readonly token: TokenDescription;
  /** Its token refused a later login (rule R71): it is of no use any more, and another session is a new, deliberate try. */
  readonly isRefused: boolean;

  /** Tries what backup needs (rule R4); leaves nothing on the token. */
  probe(): Promise<CapabilityProfile>;

  // Realm keys (rules R1, R3)
  createRealmKeys(names: { readonly realmName: string; readonly tenancyName: string }): Promise<RealmKeys>;
  /** @returns the realm keys on this token, or undefined. Two pairs on one token are an error: reason `SeveralRealms`. */
  findRealmKeys(): Promise<RealmKeys | undefined>;
  /** Makes an RSA-3072 transport key pair in the token for one enrolment; UNWRAP only, never extractable. */
  createTransportKey(
    requestId: string,
  ): Promise<{ readonly publicKey: Uint8Array; readonly oaepHashes: readonly OaepHash[] }>;
  wrapRealmKeys(transportPublicKey: Uint8Array, oaepHashes: readonly OaepHash[]): Promise<WrappedRealmKeys>;
  /**
   * Unwraps into session objects, compares check values with `expected`, and only then makes the token objects.
   * @throws reason `CheckValueMismatch` with nothing written.
   */
  unwrapRealmKeys(requestId: string, wrapped: WrappedRealmKeys, expected: RealmKeys): Promise<void>;
  destroyTransportKey(requestId: string): Promise<void>;

  // Recovery kit (rule R5). `escrowKey` is 32 bytes and stays the caller's to wipe; the token's process wipes its own.
  /** @throws NotAllowed, reason `CeremonyClosed`. */
  wrapRealmKeysForEscrow(escrowKey: Uint8Array): Promise<EscrowedRealmKeys>;
  /** Shows by session objects that the keys are the expected ones. @throws reason `CheckValueMismatch`. */
  proveRealmKeysFromEscrow(
    escrowKey: Uint8Array,
    wrapped: EscrowedRealmKeys,
    expected: RealmKeys,
  ): Promise<void>;
  /**
   * Puts the realm keys on a token that has none: session objects first, token objects once the check values fit.
   * @throws reason `CheckValueMismatch` with nothing written; Conflict, reason `RealmKeysExist`.
   */
  unwrapRealmKeysFromEscrow(
    escrowKey: Uint8Array,
    wrapped: EscrowedRealmKeys,
    expected: RealmKeys,
  ): Promise<void>;
  /** For scratch tokens. @throws Conflict, reasons `OtherRealm` and `TokenInUse`, with nothing destroyed. */
  destroyRealmKeys(expected: RealmKeys): Promise<void>;

  // Ceremony (rule R3)
  isCeremonyClosed(): Promise<boolean>;
  /** One way: the realm keys do not leave this token any more. Done twice, it is done once. */
  closeCeremony(): Promise<ClosedCeremony>;

  // The sealed backup's calls (main/sealing/sealing-token.ts)
  /** HMAC-SHA256 under RAK, inside the token. */
  authenticate(message: Uint8Array): Promise<Uint8Array>;
  /** A fixed public AES key wrapped by RBK: proves which RBK it is (40 bytes). */
  wrapProbe(): Promise<Uint8Array>;
  wrapKeyVersions(materialIds: Iterable<string> | AsyncIterable<string>): AsyncIterable<WrappedKeyVersion>;
  /**
   * Unwraps each as a session object, proves it (class, type, size; re-wrap equality for AES; a signature checked
   * with the public key for private keys) and destroys it. Yields the material id of each that held.
   * @throws InvalidParameter, reason `WrappedKeyNotProven`, naming the material id, at the first that does not.
   */
  proveKeyVersions(
    keys: Iterable<WrappedKeyDetails> | AsyncIterable<WrappedKeyDetails>,
  ): AsyncIterable<string>;

  // Keys (rules R10, R12, R44)
  generateKeyVersion(materialId: string, keyShape: KeyShape, label: string): Promise<GeneratedKeyVersion>;
  /** Unwraps into token objects, reads each back and checks it; yields each material id once it is safely there. */
  unwrapKeyVersions(
    keys:
      | Iterable<WrappedKeyDetails & { readonly label: string }>
      | AsyncIterable<WrappedKeyDetails & { readonly label: string }>,
  ): AsyncIterable<string>;
  /** One enumeration of the token's keys that Strongroom made (not the realm keys). */
  inventory(): AsyncIterable<InventoryEntry>;
  /** Destroys every object with these ids; ids that are not there are passed over. @returns how many objects went. */
  destroyKeyVersions(materialIds: readonly string[]): Promise<number>;

  // Cryptographic use (rule R14): small values only; files are encrypted under a data key.
  encryptDataKey(materialId: string, keyShape: KeyShape, dataKey: Uint8Array): Promise<Uint8Array>;
  decryptDataKey(materialId: string, keyShape: KeyShape, encryptedDataKey: Uint8Array): Promise<Uint8Array>;
  /** @param digest of the algorithm's hash. @returns the signature: DER (RFC 3279 ECDSA-Sig-Value) for ECDSA, raw for RSA. */
  signDigest(materialId: string, algorithm: SigningAlgorithm, digest: Uint8Array): Promise<Uint8Array>;

  /** Logs out, closes the sessions. The PIN is dropped with them. */
  close(): Promise<void>;
}
