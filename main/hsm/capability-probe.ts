import { randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import type { CapabilityProfile, OaepHash } from '../../shared/domain/capability-profile.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { digestInfo } from './digest-info.ts';
import {
  AES_KEY_GENERATION,
  ECDSA,
  EC_GENERATION,
  HMAC_SHA256,
  RSA_GENERATION,
  RSA_PKCS1,
  RSA_RAW,
  SECRET_GENERATION,
  aesGcm,
  keyWrap,
  rsaOaep,
  rsaPss,
} from './mechanisms.ts';
import { isTokenGone } from './pkcs11-failure.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';
import { readRsaPublicKey } from './read-public-key.ts';
import { encryptOaep } from './rsa-oaep.ts';
import { generatedKeyPair, probeKey, realmKey, transportKeyPair } from './templates.ts';
import type { KeyVersionPlace } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS } from './token-labels.ts';
import type { TokenDescription } from './token-session.ts';
import { findOaepHashes } from './transport-key.ts';

/**
 * Finds out what a token can do by trying it (rule R4): mechanism lists promise things that then do not work, and a number
 * may mean something else. Session objects only: nothing is left on the token.
 */
export function probeCapabilities(
  token: TokenContext,
  description: TokenDescription,
  timeProbed: string,
): CapabilityProfile {
  const { label, serial, manufacturer, model, firmwareVersion } = description;
  const keyWrapMechanism = token.keyWrapTest.mechanism;
  const oaepHashes = probeOaepHashes(token);
  const aes = probeAes(token);
  const rsa = probeRsa(token);
  const ecdsaLengths = EC_LENGTHS.filter((length) => probeEcdsa(token, length));
  const enforces = probeEnforcement(token, keyWrapMechanism);
  const keyTypes: CapabilityProfile['keyTypes'] = [];
  if (aes.generates) keyTypes.push('AES');
  if (rsa.signs) keyTypes.push('RSA');
  if (ecdsaLengths.length > 0) keyTypes.push('ECDSA');
  return {
    timeProbed,
    token: { label, serial, manufacturer, model, firmwareVersion },
    ...(keyWrapMechanism === undefined ? {} : { keyWrapMechanism }),
    oaepHashes,
    keyTypes,
    enforces,
    missing: [
      ...unless(
        keyWrapMechanism !== undefined,
        'AES key wrap with padding as RFC 5649 says (no key could be backed up)',
      ),
      ...unless(aes.generates, 'generating AES keys'),
      ...unless(aes.encrypts, 'AES-GCM (AES keys could not encrypt)'),
      ...unless(probeHmac(token), 'HMAC-SHA256 with a key made in the token (backups could not be sealed)'),
      ...unless(rsa.generates, 'generating RSA keys'),
      ...unless(!rsa.generates || rsa.signs, 'RSA signatures (PKCS#1 v1.5 and PSS with SHA-256)'),
      ...unless(!rsa.generates || rsa.decrypts, 'RSA decryption (neither OAEP with SHA-256 nor plain RSA)'),
      ...unless(ecdsaLengths.length === EC_LENGTHS.length, ecdsaMissing(ecdsaLengths)),
      ...unless(oaepHashes.length > 0, 'unwrapping with RSA-OAEP (no realm keys could be moved to it)'),
    ],
    weaknesses: weaknesses(token, oaepHashes, enforces),
  };
}

const EC_LENGTHS = [32, 48, 66] as const;
const PROBE_ID = '00'.repeat(16);

function unless(isThere: boolean, words: string): readonly string[] {
  return isThere ? [] : [words];
}

function ecdsaMissing(lengths: readonly number[]): string {
  const curves = EC_LENGTHS.filter((length) => !lengths.includes(length)).map(
    (length) => ({ 32: 'P-256', 48: 'P-384', 66: 'P-521' })[length],
  );
  return `ECDSA keys and signatures on ${curves.join(', ')}`;
}

/** False where the token refuses; a token that is gone tells nothing, and that is passed on. */
function works(trial: () => boolean): boolean {
  try {
    return trial();
  } catch (thrown) {
    if (isTokenGone(thrown)) throw thrown;
    return false;
  }
}

function place(token: TokenContext): KeyVersionPlace {
  const { dialect } = token;
  return { dialect, lifetime: 'session', id: PROBE_ID, label: TOKEN_LABELS.sessionObject, extractable: true };
}

function withKey(
  session: RawSession,
  rule: Parameters<typeof probeKey>[1],
  use: (key: ObjectHandle) => boolean,
): boolean {
  return works(() =>
    session.temporarily(session.generateKey(AES_KEY_GENERATION, probeKey(PROBE_ID, rule)), use),
  );
}

function withKeyPair(
  session: RawSession,
  generate: () => { readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle },
  use: (pair: { readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle }) => boolean,
): boolean {
  return works(() => {
    const pair = generate();
    return session.temporarily(pair.publicKey, () => session.temporarily(pair.privateKey, () => use(pair)));
  });
}

function probeAes({ session }: TokenContext): { readonly generates: boolean; readonly encrypts: boolean } {
  const data = randomBytes(32);
  let encrypts = false;
  const generates = withKey(session, 'none', (key) => {
    encrypts = works(() => {
      const mechanism = aesGcm(randomBytes(12), randomBytes(16));
      return Buffer.from(session.decrypt(mechanism, key, session.encrypt(mechanism, key, data))).equals(data);
    });
    return true;
  });
  return { generates, encrypts };
}

function probeHmac({ session }: TokenContext): boolean {
  const label = TOKEN_LABELS.sessionObject;
  const template = realmKey('RAK', { id: PROBE_ID, label, lifetime: 'session', origin: 'generated' });
  return works(() =>
    session.temporarily(
      session.generateKey(SECRET_GENERATION, template),
      (key) => session.sign(HMAC_SHA256, key, randomBytes(32)).length === 32,
    ),
  );
}

function probeRsa(token: TokenContext): {
  readonly generates: boolean;
  readonly signs: boolean;
  readonly decrypts: boolean;
} {
  const { session } = token;
  const shape = { algorithm: 'RSA', length: 256 } as const;
  const digest = randomBytes(32);
  const found = { signs: false, decrypts: false };
  const generates = withKeyPair(
    session,
    () => session.generateKeyPair(RSA_GENERATION, generatedKeyPair(shape, place(token))),
    ({ privateKey }) => {
      found.signs = works(
        () =>
          session.sign(RSA_PKCS1, privateKey, digestInfo('SHA-256', digest)).length === shape.length &&
          session.sign(rsaPss('SHA-256'), privateKey, digest).length === shape.length,
      );
      found.decrypts = canDecryptRsa(session, privateKey, shape.length);
      return true;
    },
  );
  return { generates, ...found };
}

/** The data key's two ways: OAEP with SHA-256 in the token, or plain RSA and the padding outside. */
function canDecryptRsa(session: RawSession, privateKey: ObjectHandle, length: KeyShape['length']): boolean {
  const number = Buffer.alloc(length, 1);
  number[0] = 0;
  return (
    works(() => session.decrypt(RSA_RAW, privateKey, number).length > 0) ||
    works(() => {
      const sealed = encryptOaep(readRsaPublicKey(session, privateKey), 'SHA-256', randomBytes(32));
      return session.decrypt(rsaOaep('SHA-256'), privateKey, sealed).length === 32;
    })
  );
}

function probeEcdsa(token: TokenContext, length: (typeof EC_LENGTHS)[number]): boolean {
  const { session } = token;
  return withKeyPair(
    session,
    () =>
      session.generateKeyPair(EC_GENERATION, generatedKeyPair({ algorithm: 'ECDSA', length }, place(token))),
    ({ privateKey }) => session.sign(ECDSA, privateKey, randomBytes(32)).length === 2 * length,
  );
}

function probeOaepHashes({ session }: TokenContext): OaepHash[] {
  let hashes: OaepHash[] = [];
  withKeyPair(
    session,
    () =>
      session.generateKeyPair(
        RSA_GENERATION,
        // 2048 bits suffice to see which hashes work, and take a third of the time that the real transport key takes.
        transportKeyPair(2048, { lifetime: 'session', id: PROBE_ID, label: TOKEN_LABELS.sessionObject }),
      ),
    ({ publicKey, privateKey }) => {
      hashes = findOaepHashes(session, privateKey, readRsaPublicKey(session, publicKey));
      return true;
    },
  );
  return hashes;
}

function probeEnforcement(
  token: TokenContext,
  keyWrapMechanism: number | undefined,
): CapabilityProfile['enforces'] {
  const { session } = token;
  const refusesToWrap = (rule: 'not extractable' | 'wrap with trusted'): boolean =>
    keyWrapMechanism !== undefined &&
    withKey(session, 'wraps', (wrappingKey) =>
      withKey(
        session,
        rule,
        (key) => !works(() => session.wrap(keyWrap(keyWrapMechanism), wrappingKey, key).length > 0),
      ),
    );
  const wrapWithTrusted = refusesToWrap('wrap with trusted');
  return {
    wrapWithTrusted,
    // A token that does not look at TRUSTED lets anybody set it: that says nothing.
    trustedWhilePrivate:
      wrapWithTrusted &&
      withKey(session, 'trusted', (key) =>
        [pkcs11js.CKA_TRUSTED, pkcs11js.CKA_PRIVATE].every((type) => session.read(key, [type])[0]?.[0] === 1),
      ),
    allowedMechanisms: withKey(
      session,
      'GCM not allowed',
      (key) =>
        !works(
          () => session.encrypt(aesGcm(randomBytes(12), randomBytes(16)), key, randomBytes(16)).length > 0,
        ),
    ),
    extractable: refusesToWrap('not extractable'),
  };
}

function weaknesses(
  token: TokenContext,
  oaepHashes: readonly OaepHash[],
  enforces: CapabilityProfile['enforces'],
): string[] {
  const { mechanism, areOddLengthsRight } = token.keyWrapTest;
  return [
    `Whoever holds this token's PIN can extract its keys: ${whyExtractable(enforces)}.`,
    ...unless(
      enforces.extractable,
      'This token wraps keys even if they are marked as not extractable: closing the ceremony is kept by Strongroom alone, not by the token.',
    ),
    ...unless(
      enforces.allowedMechanisms,
      'This token does not limit a key to named mechanisms: a program with the PIN can use a key in other ways than Strongroom does.',
    ),
    ...unless(
      oaepHashes.length === 0 || oaepHashes.some((hash) => hash !== 'SHA-1'),
      'This token has RSA-OAEP with SHA-1 only: realm keys travel to and from it under SHA-1. OAEP does not rest on what is broken in SHA-1, but rules may forbid it.',
    ),
    ...unless(
      mechanism === undefined || areOddLengthsRight,
      'This token fills values up with zeros to a multiple of eight bytes before it wraps them: private keys carry up to seven bytes more than they should. AES keys are not affected.',
    ),
  ];
}

/** True of every token, because realm keys go without CKA_TRUSTED (templates.ts says why). */
function whyExtractable(enforces: CapabilityProfile['enforces']): string {
  if (!enforces.wrapWithTrusted) return 'it lets any wrapping key take out any key';
  return enforces.trustedWhilePrivate
    ? 'it could keep them for one trusted wrapping key, but a key that anybody may mark as trusted protects nothing'
    : 'it could keep them for one trusted wrapping key, but only its security officer makes those, and Strongroom does not ask for that PIN';
}
