import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { Pkcs11Token } from '../../main/hsm/pkcs11-token.ts';
import type { RealmKeys, WrappedRealmKeys } from '../../main/hsm/token-session.ts';
import type { OaepHash } from '../../shared/domain/capability-profile.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';

/**
 * Realm keys whose values the test knows, brought into a token by way of an enrolment. Everything about them is computed
 * here by node:crypto: a second implementation to compare the token's with.
 */
export interface KnownRealmKeys {
  readonly rbk: Buffer;
  readonly rak: Buffer;
  readonly description: RealmKeys;
}

/** RFC 5649, section 3: the alternative initial value's constant. */
const ALTERNATIVE_IV = Buffer.from('a65959a6', 'hex');

export function kwpWrap(wrappingKey: Buffer, value: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap-pad', wrappingKey, ALTERNATIVE_IV);
  return Buffer.concat([cipher.update(value), cipher.final()]);
}

export function kwpUnwrap(wrappingKey: Buffer, wrappedKey: Uint8Array): Buffer {
  const decipher = createDecipheriv('id-aes256-wrap-pad', wrappingKey, ALTERNATIVE_IV);
  return Buffer.concat([decipher.update(wrappedKey), decipher.final()]);
}

export function makeKnownRealmKeys(): KnownRealmKeys {
  const rbk = randomBytes(32);
  const rak = randomBytes(32);
  const hmac = (message: string): Buffer => createHmac('sha256', rak).update(message).digest();
  const probe = kwpWrap(
    rbk,
    Uint8Array.from({ length: 32 }, (_, index) => index),
  );
  const tenancy = Buffer.concat([hmac('strongroom/v1/tenancy-id'), hmac('strongroom/v1/tenancy-id/2')]);
  return {
    rbk,
    rak,
    description: {
      realmId: hmac('strongroom/v1/realm-id').toString('hex', 0, 16),
      realmName: 'Known realm',
      tenancyName: 'Known tenancy',
      tenancyId: formatOcid({ type: 'tenancy', uniqueId: ocidCharacters(tenancy.subarray(0, 38), 60) }),
      rbkId: randomBytes(16).toString('hex'),
      rakId: randomBytes(16).toString('hex'),
      rbkCheckValue: createHash('sha256').update(probe).digest('hex').slice(0, 32),
      rakCheckValue: hmac('strongroom/v1/rak-check-value').toString('hex', 0, 16),
    },
  };
}

/** As a granting token would wrap them. */
export function grantKnownRealmKeys(
  keys: Pick<KnownRealmKeys, 'rbk' | 'rak'>,
  transportKey: Uint8Array,
  oaepHash: OaepHash,
): WrappedRealmKeys {
  const key = { key: Buffer.from(transportKey), format: 'der', type: 'spki' } as const;
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrap = (value: Buffer): Buffer =>
    publicEncrypt({ ...key, padding, oaepHash: oaepHash.replace('-', '').toLowerCase() }, value);
  return { oaepHash, wrappedRbk: wrap(keys.rbk), wrappedRak: wrap(keys.rak) };
}

/** Enrols a token with realm keys of known value. */
export function enrolWithKnownRealmKeys(token: Pkcs11Token, keys: KnownRealmKeys): void {
  const { publicKey, oaepHashes } = token.createTransportKey('known');
  token.unwrapRealmKeys('known', grantKnownRealmKeys(keys, publicKey, oaepHashes[0]!), keys.description);
  token.destroyTransportKey('known');
}
