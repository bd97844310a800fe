import pkcs11js from 'pkcs11js';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { curveOfLength } from '../../shared/domain/key-shape.ts';
import { EC_PARAMETERS } from './public-key-encoding.ts';
import type { EcPublicKey, RsaPublicKey } from './public-key-encoding.ts';
import { TOKEN_LABELS } from './token-labels.ts';
import type { TokenDialect } from './token-dialect.ts';

/**
 * The only builders of object templates: nothing else in Strongroom can make, import or look for an object in a
 * token. Tokens differ in what they assume for an attribute that is left out (SoftHSM unwraps with SENSITIVE=false, NSS
 * with PRIVATE=false), so every attribute that matters is stated. No key gets two roles: a key that wraps does nothing
 * else, or a wrapped key could be decrypted with it and read.
 */

const templateBrand: unique symbol = Symbol('template');

export interface Attribute {
  readonly type: number;
  readonly value: number | boolean | Buffer;
}

/** Made here only: the brand keeps hand-made attribute lists from reaching a token. */
export interface ObjectTemplate {
  readonly [templateBrand]: true;
  readonly attributes: readonly Attribute[];
}

/**
 * pkcs11js frees memory twice, and the process dies, on a value that is no number, boolean or buffer. The compiler
 * should have kept those out; this makes sure.
 */
function template(
  attributes: readonly (readonly [type: number, value: number | boolean | Uint8Array])[],
): ObjectTemplate {
  return {
    [templateBrand]: true,
    attributes: attributes.map(([type, value]) => {
      if (!Number.isInteger(type) || type < 0 || type > 0xffffffff)
        throw new TypeError('an attribute without a type');
      if (typeof value === 'boolean') return { type, value };
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff)
        return { type, value };
      if (value instanceof Uint8Array && value.length > 0) return { type, value: Buffer.from(value) };
      throw new TypeError(`attribute 0x${type.toString(16)} has a value that PKCS#11 cannot take`);
    }),
  };
}

const text = (label: string): Buffer => Buffer.from(label, 'utf8');
const hex = (id: string): Buffer => Buffer.from(id, 'hex');

const SECRET_USES = ['ENCRYPT', 'DECRYPT', 'SIGN', 'VERIFY', 'WRAP', 'UNWRAP', 'DERIVE'] as const;
const PRIVATE_USES = ['DECRYPT', 'SIGN', 'SIGN_RECOVER', 'UNWRAP', 'DERIVE'] as const;
const PUBLIC_USES = ['ENCRYPT', 'VERIFY', 'VERIFY_RECOVER', 'WRAP', 'DERIVE'] as const;
type Use = (typeof SECRET_USES | typeof PRIVATE_USES | typeof PUBLIC_USES)[number];

function uses(all: readonly Use[], allowed: readonly Use[]): [number, boolean][] {
  return all.map((use) => [pkcs11js[`CKA_${use}`], allowed.includes(use)]);
}

/** Where an object lives and how long. A session object is gone with the session. */
export type Lifetime = 'token' | 'session';

interface KeyPlace {
  readonly lifetime: Lifetime;
  /** CKA_ID, in hexadecimal. */
  readonly id: string;
  readonly label: string;
  readonly extractable: boolean;
}

function secretKey(
  keyType: number,
  place: KeyPlace,
  allowed: readonly Use[],
  length: number | undefined,
): [number, number | boolean | Uint8Array][] {
  return [
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
    [pkcs11js.CKA_KEY_TYPE, keyType],
    // Only where a key is generated: SoftHSM refuses a stated length when unwrapping.
    ...(length === undefined ? [] : [[pkcs11js.CKA_VALUE_LEN, length] as [number, number]]),
    ...privateObject(place),
    ...uses(SECRET_USES, allowed),
    [pkcs11js.CKA_LABEL, text(place.label)],
    [pkcs11js.CKA_ID, hex(place.id)],
  ];
}

function privateObject(place: KeyPlace): [number, boolean][] {
  return [
    [pkcs11js.CKA_TOKEN, place.lifetime === 'token'],
    [pkcs11js.CKA_PRIVATE, true],
    [pkcs11js.CKA_SENSITIVE, true],
    [pkcs11js.CKA_EXTRACTABLE, place.extractable],
  ];
}

/**
 * Must be the last attributes: SoftHSM applies a template in order, and takes none after MODIFIABLE=false. A session
 * object needs none of it.
 */
function frozen({ lifetime, dialect }: KeyVersionPlace): [number, boolean][] {
  if (lifetime === 'session') return [];
  return [
    ...(dialect.takesCopyable ? [[pkcs11js.CKA_COPYABLE, false] as [number, boolean]] : []),
    [pkcs11js.CKA_MODIFIABLE, false],
  ];
}

export type RealmKeyRole = 'RBK' | 'RAK';
/** Bytes of each realm key (rule R1). */
export const REALM_KEY_LENGTH = 32;

/**
 * A realm key. Extractable, so that further regions can be enrolled, and modifiable for one purpose: closing the ceremony
 * sets EXTRACTABLE to false (rule R3). PRIVATE, at the price of going without TRUSTED where a token has that for
 * public keys only: a wrapping key that works while nobody is logged in would be worse.
 */
export function realmKey(
  role: RealmKeyRole,
  key: {
    readonly id: string;
    readonly label: string;
    readonly lifetime: Lifetime;
    readonly origin: 'generated' | 'unwrapped';
  },
): ObjectTemplate {
  const place = { ...key, extractable: true };
  const length = key.origin === 'generated' ? REALM_KEY_LENGTH : undefined;
  return template(
    role === 'RBK'
      ? secretKey(pkcs11js.CKK_AES, place, ['WRAP', 'UNWRAP'], length)
      : secretKey(pkcs11js.CKK_GENERIC_SECRET, place, ['SIGN', 'VERIFY'], length),
  );
}

/** What closing the ceremony sets on both realm keys (rule R3). */
export function closedCeremony(): ObjectTemplate {
  return template([[pkcs11js.CKA_EXTRACTABLE, false]]);
}

/** Bytes of a recovery kit's escrow key: AES-256. */
export const ESCROW_KEY_LENGTH = 32;

/**
 * A recovery kit's escrow key (rule R5) for the length of one call: it wraps and unwraps, nothing else, and the token does
 * not give it back. The template holds the value; wipe it (wipeTemplate).
 */
export function escrowKeyObject(value: Uint8Array): ObjectTemplate {
  const label = TOKEN_LABELS.sessionObject;
  const place = { lifetime: 'session', id: '00'.repeat(16), label, extractable: false } as const;
  return template([
    ...secretKey(pkcs11js.CKK_AES, place, ['WRAP', 'UNWRAP'], undefined),
    [pkcs11js.CKA_VALUE, value],
  ]);
}

/** Overwrites every value of the template with zeros, once it was used. */
export function wipeTemplate({ attributes }: ObjectTemplate): void {
  for (const { value } of attributes) if (value instanceof Uint8Array) value.fill(0);
}

export interface KeyVersionPlace extends KeyPlace {
  readonly dialect: TokenDialect;
}

export function generatedAesKey(length: number, place: KeyVersionPlace): ObjectTemplate {
  return template([...secretKey(pkcs11js.CKK_AES, place, ['ENCRYPT', 'DECRYPT'], length), ...frozen(place)]);
}

export function unwrappedAesKey(place: KeyVersionPlace): ObjectTemplate {
  return template([
    ...secretKey(pkcs11js.CKK_AES, place, ['ENCRYPT', 'DECRYPT'], undefined),
    ...frozen(place),
  ]);
}

type PrivateKeyShape = Exclude<KeyShape, { readonly algorithm: 'AES' }>;

function privateKey(
  shape: PrivateKeyShape,
  place: KeyVersionPlace,
): [number, number | boolean | Uint8Array][] {
  return [
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_PRIVATE_KEY],
    [pkcs11js.CKA_KEY_TYPE, shape.algorithm === 'RSA' ? pkcs11js.CKK_RSA : pkcs11js.CKK_EC],
    ...privateObject(place),
    ...uses(PRIVATE_USES, privateKeyUses(shape)),
    [pkcs11js.CKA_LABEL, text(place.label)],
    [pkcs11js.CKA_ID, hex(place.id)],
  ];
}

/**
 * The private half in the token, the public half for the session only: its value goes into the catalog. The
 * halves' uses match: NSS tries the pair by them, and fails with CKR_KEY_TYPE_INCONSISTENT where they do not.
 */
export function generatedKeyPair(
  shape: PrivateKeyShape,
  place: KeyVersionPlace,
): { readonly publicHalf: ObjectTemplate; readonly privateHalf: ObjectTemplate } {
  const parameters: [number, number | Uint8Array][] =
    shape.algorithm === 'RSA'
      ? rsaParameters(shape.length * 8)
      : [[pkcs11js.CKA_EC_PARAMS, EC_PARAMETERS[curveOfLength(shape.length)]]];
  return {
    publicHalf: publicHalf(
      shape.algorithm === 'RSA' ? pkcs11js.CKK_RSA : pkcs11js.CKK_EC,
      parameters,
      shape.algorithm === 'RSA' ? ['ENCRYPT', 'VERIFY'] : ['VERIFY'],
      place.id,
    ),
    privateHalf: template([...privateKey(shape, place), ...frozen(place)]),
  };
}

/** @param publicKey the proven public key: NSS needs an EC key's point beside its PKCS#8 value. */
export function unwrappedPrivateKey(
  shape: PrivateKeyShape,
  publicKey: RsaPublicKey | EcPublicKey,
  place: KeyVersionPlace,
): ObjectTemplate {
  const point: [number, Uint8Array][] =
    publicKey.algorithm === 'ECDSA' && place.dialect.ecPointAttribute !== undefined
      ? [[place.dialect.ecPointAttribute, publicKey.point]]
      : [];
  return template([...privateKey(shape, place), ...point, ...frozen(place)]);
}

/**
 * What a copy of an unwrapped private key must have, whatever the unwrapped one got; the rest comes from that one.
 * @param place of the copy: a token object.
 */
export function privateKeyCopy(shape: PrivateKeyShape, place: KeyVersionPlace): ObjectTemplate {
  return template([
    [pkcs11js.CKA_TOKEN, true],
    [pkcs11js.CKA_EXTRACTABLE, place.extractable],
    ...uses(PRIVATE_USES, privateKeyUses(shape)),
    ...frozen(place),
  ]);
}

function privateKeyUses(shape: PrivateKeyShape): readonly Use[] {
  return shape.algorithm === 'RSA' ? ['DECRYPT', 'SIGN'] : ['SIGN'];
}

function rsaParameters(bits: number): [number, number | Uint8Array][] {
  return [
    [pkcs11js.CKA_MODULUS_BITS, bits],
    [pkcs11js.CKA_PUBLIC_EXPONENT, Buffer.from([1, 0, 1])],
  ];
}

function publicHalf(
  keyType: number,
  values: readonly [number, number | Uint8Array][],
  allowed: readonly Use[],
  id: string,
): ObjectTemplate {
  return template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_PUBLIC_KEY],
    [pkcs11js.CKA_KEY_TYPE, keyType],
    [pkcs11js.CKA_TOKEN, false],
    [pkcs11js.CKA_PRIVATE, false],
    ...values,
    ...uses(PUBLIC_USES, allowed),
    [pkcs11js.CKA_LABEL, text(TOKEN_LABELS.sessionObject)],
    [pkcs11js.CKA_ID, hex(id)],
  ]);
}

/** The transport key pair of one enrolment (rule R3): unwraps, does nothing else and never leaves its token. */
export function transportKeyPair(
  bits: number,
  place: { readonly lifetime: Lifetime; readonly id: string; readonly label: string },
): { readonly publicHalf: ObjectTemplate; readonly privateHalf: ObjectTemplate } {
  return {
    publicHalf: publicHalf(pkcs11js.CKK_RSA, rsaParameters(bits), [], place.id),
    privateHalf: template([
      [pkcs11js.CKA_CLASS, pkcs11js.CKO_PRIVATE_KEY],
      [pkcs11js.CKA_KEY_TYPE, pkcs11js.CKK_RSA],
      ...privateObject({ ...place, extractable: false }),
      ...uses(PRIVATE_USES, ['UNWRAP']),
      [pkcs11js.CKA_LABEL, text(place.label)],
      [pkcs11js.CKA_ID, hex(place.id)],
    ]),
  };
}

/** Another token's transport public key, as a session object that wraps. */
export function transportPublicKey(key: RsaPublicKey, id: string): ObjectTemplate {
  return publicHalf(
    pkcs11js.CKK_RSA,
    [
      [pkcs11js.CKA_MODULUS, key.modulus],
      [pkcs11js.CKA_PUBLIC_EXPONENT, key.exponent],
    ],
    ['WRAP'],
    id,
  );
}

/**
 * A session object with a value that everybody may know: what known-answer tests and the RBK probe use. Never for a key
 * that protects anything.
 */
export function publiclyKnownKey(
  role: 'wraps' | 'is wrapped' | 'is no AES key',
  value: Uint8Array,
  id: string,
): ObjectTemplate {
  const keyType = role === 'is no AES key' ? pkcs11js.CKK_GENERIC_SECRET : pkcs11js.CKK_AES;
  const place = { lifetime: 'session', id, label: TOKEN_LABELS.sessionObject, extractable: true } as const;
  return template([
    ...secretKey(keyType, place, role === 'wraps' ? ['WRAP', 'UNWRAP'] : [], undefined),
    [pkcs11js.CKA_VALUE, value],
  ]);
}

/** What a publicly known key is unwrapped as, for the session (rule R4). */
export function unwrappedKnownKey(id: string): ObjectTemplate {
  const place = { lifetime: 'session', id, label: TOKEN_LABELS.sessionObject, extractable: true } as const;
  return template(secretKey(pkcs11js.CKK_AES, place, [], undefined));
}

/** What the capability probe tries a token's rules on: a session AES key with one rule more (rule R4). */
export function probeKey(
  id: string,
  rule: 'none' | 'wraps' | 'not extractable' | 'wrap with trusted' | 'trusted' | 'GCM not allowed',
): ObjectTemplate {
  const place = {
    lifetime: 'session',
    id,
    label: TOKEN_LABELS.sessionObject,
    extractable: rule !== 'not extractable',
  } as const;
  const allowed: readonly Use[] =
    rule === 'wraps' || rule === 'trusted' ? ['WRAP', 'UNWRAP'] : ['ENCRYPT', 'DECRYPT'];
  return template([
    ...secretKey(pkcs11js.CKK_AES, place, allowed, 32),
    ...(rule === 'wrap with trusted' ? [[pkcs11js.CKA_WRAP_WITH_TRUSTED, true] as [number, boolean]] : []),
    ...(rule === 'trusted' ? [[pkcs11js.CKA_TRUSTED, true] as [number, boolean]] : []),
    ...(rule === 'GCM not allowed'
      ? [[pkcs11js.CKA_ALLOWED_MECHANISMS, packedMechanism(pkcs11js.CKM_AES_CBC)] as [number, Uint8Array]]
      : []),
  ]);
}

/** CK_MECHANISM_TYPE is a CK_ULONG: 8 bytes, but 4 on Windows (PKCS#11 v3.1, section 2.1). */
function packedMechanism(mechanism: number): Uint8Array {
  const packed = Buffer.alloc(process.platform === 'win32' ? 4 : 8);
  packed.writeUInt32LE(mechanism);
  return packed;
}

/** What to look for. Each is one C_FindObjects for a whole kind: nothing is found key by key. */
export const SEARCHES = {
  secretKeys: template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
    [pkcs11js.CKA_TOKEN, true],
  ]),
  privateKeys: template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_PRIVATE_KEY],
    [pkcs11js.CKA_TOKEN, true],
  ]),
  /** Few, where key versions are many: finds RBK without reading every key's label. */
  wrappingKeys: template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
    [pkcs11js.CKA_TOKEN, true],
    [pkcs11js.CKA_KEY_TYPE, pkcs11js.CKK_AES],
    [pkcs11js.CKA_WRAP, true],
  ]),
  macKeys: template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
    [pkcs11js.CKA_TOKEN, true],
    [pkcs11js.CKA_KEY_TYPE, pkcs11js.CKK_GENERIC_SECRET],
    [pkcs11js.CKA_SIGN, true],
  ]),
} as const;

export function transportKeySearch(label: string): ObjectTemplate {
  return template([
    [pkcs11js.CKA_CLASS, pkcs11js.CKO_PRIVATE_KEY],
    [pkcs11js.CKA_TOKEN, true],
    [pkcs11js.CKA_LABEL, text(label)],
  ]);
}
