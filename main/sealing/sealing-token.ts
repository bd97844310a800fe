import type { KeyShape } from '../../shared/domain/key-shape.ts';

/** What proves a wrapped key: the entry's own fields. */
export interface ProvableKey {
  readonly materialId: string;
  readonly keyShape: KeyShape;
  readonly publicKey?: Uint8Array;
  readonly extractable: boolean;
  readonly wrappedKey: Uint8Array;
}

/**
 * All that sealing knows of tokens: five calls. A TokenSession (main/hsm) satisfies it; tests of the format use
 * one whose keys they know, so that test vectors can be written down.
 */
export interface SealingToken {
  /** HMAC-SHA256 under RAK, inside the token (32 bytes). */
  authenticate(message: Uint8Array): Promise<Uint8Array>;
  /** Which realm keys these are. */
  identify(): Promise<SealingIdentity>;
  /** A fixed public AES key wrapped by RBK (40 bytes). */
  wrapProbe(): Promise<Uint8Array>;
  /** RFC 5649 blobs under RBK, in the order asked. */
  wrapKeyVersions(
    materialIds: Iterable<string> | AsyncIterable<string>,
  ): AsyncIterable<{ readonly materialId: string; readonly wrappedKey: Uint8Array }>;
  /** Unwraps each as a session object and proves it; throws at the first that does not hold. */
  proveKeyVersions(keys: Iterable<ProvableKey> | AsyncIterable<ProvableKey>): AsyncIterable<string>;
}

/** All ids and check values are 32 hexadecimal digits. */
export interface SealingIdentity {
  readonly realmId: string;
  readonly tenancyId: string;
  readonly rbkId: string;
  readonly rakId: string;
  readonly rakCheckValue: string;
}
