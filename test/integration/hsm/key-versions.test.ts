import { constants, createHash, createPrivateKey, createPublicKey, randomBytes, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pkcs11js from 'pkcs11js';
import type { Pkcs11Token } from '../../../main/hsm/pkcs11-token.ts';
import type { WrappedKeyDetails } from '../../../main/hsm/token-session.ts';
import { describeKeyShape, signingAlgorithmsOf } from '../../../shared/domain/key-shape.ts';
import type { KeyShape, SigningAlgorithm } from '../../../shared/domain/key-shape.ts';
import { errorOf } from '../../support/error-of.ts';
import {
  enrolWithKnownRealmKeys,
  kwpUnwrap,
  kwpWrap,
  makeKnownRealmKeys,
} from '../../support/known-realm-keys.ts';
import { OpenPracticeToken } from '../../support/open-practice-token.ts';
import { practiceToken } from '../../support/practice-tokens.ts';

/** Both tokens belong to one realm whose keys the test knows: it can read blobs, and forge them as well. */
const realm = makeKnownRealmKeys();
let softhsm: OpenPracticeToken;
let nss: OpenPracticeToken;

beforeAll(async () => {
  softhsm = new OpenPracticeToken(await practiceToken('SoftHSM'));
  nss = new OpenPracticeToken(await practiceToken('NSS'));
  for (const { token } of [softhsm, nss]) enrolWithKnownRealmKeys(token, realm);
});

afterAll(async () => {
  for (const { practice } of [softhsm, nss]) await practice.remove();
});

const AES_256 = { algorithm: 'AES', length: 32 } as const;
const RSA_2048 = { algorithm: 'RSA', length: 256 } as const;
const P_256 = { algorithm: 'ECDSA', length: 32 } as const;

const newId = (): string => randomBytes(16).toString('hex');

/** A fresh key version as a backup would carry it. */
function backedUp(token: Pkcs11Token, keyShape: KeyShape, materialId = newId()): WrappedKeyDetails {
  const { publicKey } = token.generateKeyVersion(materialId, keyShape, 'label');
  const [wrapped] = token.wrapBatch([materialId]);
  return { ...wrapped!, keyShape, extractable: true, ...(publicKey === undefined ? {} : { publicKey }) };
}

function verifies(
  algorithm: SigningAlgorithm,
  message: Buffer,
  publicKey: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const padding = algorithm.endsWith('PSS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const isRsa = algorithm.includes('RSA');
  return verify(nodeHash(algorithm), message, isRsa ? { key, padding } : key, signature);
}

const nodeHash = (algorithm: SigningAlgorithm): string =>
  /SHA_(\d+)/.exec(algorithm)!.at(1)!.replace(/^/, 'sha');

const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 16 },
  { algorithm: 'AES', length: 24 },
  AES_256,
  RSA_2048,
  { algorithm: 'RSA', length: 384 },
  P_256,
  { algorithm: 'ECDSA', length: 48 },
  { algorithm: 'ECDSA', length: 66 },
];

const DIRECTIONS = [
  { route: 'SoftHSM to NSS', from: () => softhsm.token, to: () => nss },
  { route: 'NSS to SoftHSM', from: () => nss.token, to: () => softhsm },
];
const MOVES = DIRECTIONS.flatMap((direction) =>
  // One RSA-3072 key is enough: it takes a second to make, and differs from RSA-2048 in nothing but its length.
  SHAPES.filter((shape) => shape.length !== 384 || direction.route === 'SoftHSM to NSS').map((shape) => ({
    ...direction,
    shape,
    name: describeKeyShape(shape),
  })),
);

describe.each(MOVES)('$name from $route', ({ shape, from, to }) => {
  it('rules R12, R44: is proven, restored, and decrypts and signs as it did before', () => {
    const source = from();
    const { token: target, outside } = to();
    const key = backedUp(source, shape);
    const { materialId } = key;
    const dataKey = randomBytes(32);
    const before =
      shape.algorithm === 'ECDSA' ? undefined : source.encryptDataKey(materialId, shape, dataKey);

    expect(target.proveBatch([key])).toEqual([materialId]);
    expect(target.inventory().map((entry) => entry.materialId)).not.toContain(materialId);
    expect(target.unwrapBatch([{ ...key, label: 'moved' }])).toEqual([materialId]);
    // A restore that is run again passes over what is there.
    expect(target.unwrapBatch([{ ...key, label: 'moved' }])).toEqual([materialId]);
    expect(target.inventory()).toContainEqual({ materialId, algorithm: shape.algorithm });

    if (before !== undefined) {
      expect(Buffer.from(target.decryptDataKey(materialId, shape, before))).toEqual(dataKey);
      const after = target.encryptDataKey(materialId, shape, dataKey);
      expect(Buffer.from(source.decryptDataKey(materialId, shape, after))).toEqual(dataKey);
    }
    for (const algorithm of signingAlgorithmsOf(shape)) {
      const message = randomBytes(80);
      const digest = createHash(nodeHash(algorithm)).update(message).digest();
      const signature = target.signDigest(materialId, algorithm, digest);
      expect(verifies(algorithm, message, key.publicKey!, signature)).toBe(true);
      expect(verifies(algorithm, randomBytes(80), key.publicKey!, signature)).toBe(false);
    }

    const objectClass = shape.algorithm === 'AES' ? pkcs11js.CKO_SECRET_KEY : pkcs11js.CKO_PRIVATE_KEY;
    const uses = {
      AES: { CKA_ENCRYPT: true, CKA_DECRYPT: true, CKA_SIGN: false, CKA_VERIFY: false, CKA_WRAP: false },
      RSA: { CKA_DECRYPT: true, CKA_SIGN: true },
      ECDSA: { CKA_DECRYPT: false, CKA_SIGN: true },
    }[shape.algorithm];
    const expected = {
      ...uses,
      CKA_TOKEN: true,
      CKA_PRIVATE: true,
      CKA_SENSITIVE: true,
      CKA_EXTRACTABLE: true,
      CKA_MODIFIABLE: false,
      CKA_UNWRAP: false,
      CKA_DERIVE: false,
    };
    const restored = outside.findOne(materialId, objectClass);
    expect(outside.flags(restored, Object.keys(expected) as `CKA_${string}`[])).toEqual(expected);
    expect(outside.read(restored, pkcs11js.CKA_LABEL)?.toString()).toBe('strongroom-key|moved');

    expect(target.destroyKeyVersions([materialId, newId()])).toBe(1);
    expect(source.destroyKeyVersions([materialId])).toBe(1);
    expect(errorOf(() => target.wrapBatch([materialId])).reason).toBe('KeyVersionNotOnToken');
  });
});

describe.each(['SoftHSM', 'NSS'] as const)('key versions on %s', (vendor) => {
  const open = (): OpenPracticeToken => (vendor === 'NSS' ? nss : softhsm);

  it('rule R20: wraps as RFC 5649 says, checked by node:crypto', () => {
    const { token } = open();
    const aes = backedUp(token, AES_256);
    expect(kwpUnwrap(realm.rbk, aes.wrappedKey)).toHaveLength(32);
    for (const shape of [RSA_2048, P_256]) {
      const key = backedUp(token, shape);
      const privateKey = createPrivateKey({
        key: kwpUnwrap(realm.rbk, key.wrappedKey),
        format: 'der',
        type: 'pkcs8',
      });
      const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
      expect(publicKey.equals(key.publicKey!)).toBe(true);
    }
    const ids = token.inventory().map(({ materialId }) => materialId);
    expect(token.wrapBatch(ids).map(({ materialId }) => materialId)).toEqual(ids);
  });

  it('rule R42: never makes or restores onto an id that is there with another kind of key', () => {
    const { token } = open();
    const { materialId } = backedUp(token, AES_256);
    const other = backedUp(token, P_256);
    expect(errorOf(() => token.generateKeyVersion(materialId, AES_256, 'x')).reason).toBe('KeyVersionExists');
    expect(errorOf(() => token.unwrapBatch([{ ...other, materialId, label: 'x' }])).reason).toBe(
      'KeyVersionExists',
    );
    expect(token.inventory().filter((entry) => entry.materialId === materialId)).toHaveLength(1);
  });

  it('keeps its hands off what is not a key version of its own', () => {
    const { token, outside } = open();
    const stranger = newId();
    const session = outside.create([
      [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
      [pkcs11js.CKA_KEY_TYPE, pkcs11js.CKK_AES],
      [pkcs11js.CKA_TOKEN, true],
      [pkcs11js.CKA_PRIVATE, true],
      [pkcs11js.CKA_EXTRACTABLE, true],
      [pkcs11js.CKA_LABEL, 'another program'],
      [pkcs11js.CKA_ID, Buffer.from(stranger, 'hex')],
      [pkcs11js.CKA_VALUE, randomBytes(32)],
    ]);
    const { rbkId, rakId } = realm.description;
    const ids = [stranger, rbkId, rakId];
    const listed = open().loginAgain().inventory();
    expect(listed.filter(({ materialId }) => ids.includes(materialId))).toEqual([]);
    expect(open().token.destroyKeyVersions(ids)).toBe(0);
    for (const id of ids) {
      expect(errorOf(() => open().token.wrapBatch([id])).reason).toBe('KeyVersionNotOnToken');
      expect(outside.findOne(id, pkcs11js.CKO_SECRET_KEY)).toHaveLength(8);
    }
    expect(token).not.toBe(open().token);
    outside.destroy(
      session.equals(outside.findOne(stranger, pkcs11js.CKO_SECRET_KEY))
        ? session
        : outside.findOne(stranger, pkcs11js.CKO_SECRET_KEY),
    );
  });

  it('rule R14: refuses what would not come back, in one way only', () => {
    const { token } = open();
    const [aes, rsa, ec] = [AES_256, RSA_2048, P_256].map((shape) => ({ shape, ...backedUp(token, shape) }));
    const otherAes = backedUp(token, AES_256);
    const sealed = token.encryptDataKey(aes!.materialId, AES_256, randomBytes(32));
    for (const bad of [
      sealed.subarray(1),
      sealed.subarray(0, 28),
      new Uint8Array(0),
      new Uint8Array(5000),
      sealed.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
    ]) {
      expect(errorOf(() => token.decryptDataKey(aes!.materialId, AES_256, bad)).reason).toBe(
        'EncryptedDataInvalid',
      );
    }
    expect(errorOf(() => token.decryptDataKey(otherAes.materialId, AES_256, sealed)).reason).toBe(
      'EncryptedDataInvalid',
    );
    const sealedByRsa = token.encryptDataKey(rsa!.materialId, RSA_2048, randomBytes(32));
    for (const bad of [sealedByRsa.subarray(1), sealedByRsa.map((byte) => byte ^ 1), new Uint8Array(256)]) {
      expect(errorOf(() => token.decryptDataKey(rsa!.materialId, RSA_2048, bad)).reason).toBe(
        'EncryptedDataInvalid',
      );
    }
    expect(errorOf(() => token.encryptDataKey(rsa!.materialId, RSA_2048, randomBytes(191))).reason).toBe(
      'DataKeyTooLong',
    );
    expect(token.encryptDataKey(rsa!.materialId, RSA_2048, randomBytes(190))).toHaveLength(256);
    expect(errorOf(() => token.encryptDataKey(aes!.materialId, AES_256, new Uint8Array(0))).reason).toBe(
      'DataKeyTooLong',
    );
    expect(errorOf(() => token.encryptDataKey(ec!.materialId, P_256, randomBytes(32))).reason).toBe(
      'KeyCannotEncrypt',
    );
    expect(errorOf(() => token.encryptDataKey(aes!.materialId, RSA_2048, randomBytes(32))).reason).toBe(
      'KeyShapeWrong',
    );
    expect(errorOf(() => token.signDigest(aes!.materialId, 'ECDSA_SHA_256', randomBytes(32))).reason).toBe(
      'SigningAlgorithmNotFitting',
    );
    expect(errorOf(() => token.signDigest(ec!.materialId, 'ECDSA_SHA_256', randomBytes(33))).reason).toBe(
      'DigestLengthWrong',
    );
    expect(errorOf(() => token.generateKeyVersion('not an id', AES_256, 'x')).reason).toBe(
      'MaterialIdInvalid',
    );
  });

  it('rule R44: refuses every wrapped key that is not the one its entry names, and leaves nothing behind', () => {
    const { token, outside } = open();
    const [aes, rsa, ec, ec2, rsa2] = [AES_256, RSA_2048, P_256, P_256, RSA_2048].map((shape) =>
      backedUp(token, shape),
    );
    const flipped = (key: WrappedKeyDetails): Uint8Array =>
      key.wrappedKey.map((byte, index) => (index === 9 ? byte ^ 4 : byte));
    const asAes = (key: WrappedKeyDetails): WrappedKeyDetails => ({
      materialId: key.materialId,
      wrappedKey: key.wrappedKey,
      extractable: true,
      keyShape: AES_256,
    });
    const without = (key: WrappedKeyDetails): WrappedKeyDetails => ({
      ...asAes(key),
      keyShape: key.keyShape,
    });
    const cut = (key: WrappedKeyDetails, length: number): WrappedKeyDetails => ({
      ...key,
      wrappedKey: key.wrappedKey.subarray(0, length),
    });
    const lies: Record<string, WrappedKeyDetails> = {
      'an RSA key as an AES key': asAes(rsa!),
      'an EC key as an AES key': asAes(ec!),
      'an AES key as an RSA key': { ...rsa!, wrappedKey: aes!.wrappedKey },
      'an AES key as an EC key': { ...ec!, wrappedKey: aes!.wrappedKey },
      'an EC key as an RSA key': { ...rsa!, wrappedKey: ec!.wrappedKey },
      'an AES-128 key as AES-256': { ...aes!, wrappedKey: kwpWrap(realm.rbk, randomBytes(16)) },
      'a value of 30 bytes as AES-256': { ...aes!, wrappedKey: kwpWrap(realm.rbk, randomBytes(30)) },
      'a value of 25 bytes as AES-256': { ...aes!, wrappedKey: kwpWrap(realm.rbk, randomBytes(25)) },
      'an AES key under another RBK': { ...aes!, wrappedKey: kwpWrap(randomBytes(32), randomBytes(32)) },
      'a changed AES blob': { ...aes!, wrappedKey: flipped(aes!) },
      'a changed RSA blob': { ...rsa!, wrappedKey: flipped(rsa!) },
      'a changed EC blob': { ...ec!, wrappedKey: flipped(ec!) },
      'a public key beside an AES key': { ...aes!, publicKey: ec!.publicKey! },
      'a swapped EC public key': { ...ec!, publicKey: ec2!.publicKey! },
      'a swapped RSA public key': { ...rsa!, publicKey: rsa2!.publicKey! },
      'no public key beside a private key': without(ec!),
      'a public key that is none': { ...ec!, publicKey: randomBytes(91) },
      'a public key of another shape': { ...ec!, publicKey: rsa!.publicKey! },
      'a P-256 key as P-384': { ...ec!, keyShape: { algorithm: 'ECDSA', length: 48 } },
      'RSA-2048 as RSA-3072': { ...rsa!, keyShape: { algorithm: 'RSA', length: 384 } },
      'an empty blob': cut(aes!, 0),
      'a blob of seven bytes': cut(aes!, 7),
      'a cut blob': cut(rsa!, rsa!.wrappedKey.length - 8),
      'an enormous blob': { ...aes!, wrappedKey: new Uint8Array(16_384) },
    };
    const before = outside.find([]).length;
    for (const [name, lie] of Object.entries(lies)) {
      const error = errorOf(() => token.proveBatch([lie]));
      expect(error.reason, name).toBe('WrappedKeyNotProven');
      expect(error.message, name).toContain(lie.materialId);
    }
    expect(outside.find([])).toHaveLength(before);
    expect(token.proveBatch([aes!, rsa!, ec!])).toEqual([aes!.materialId, rsa!.materialId, ec!.materialId]);
    expect(outside.find([])).toHaveLength(before);
  });

  it('rule R44: an RSA key whose PKCS#8 value has a false public exponent is not proven', () => {
    const { token } = open();
    const rsa = backedUp(token, RSA_2048);
    const value = kwpUnwrap(realm.rbk, rsa.wrappedKey);
    // INTEGER 65537 stands once in a PKCS#8 RSA key; 65539 leaves the private exponent, and so the signature, as it was.
    const at = value.indexOf(Buffer.from('0203010001', 'hex'));
    expect(at).toBeGreaterThan(0);
    value.writeUInt8(3, at + 4);
    const forged = { ...rsa, wrappedKey: kwpWrap(realm.rbk, value) };
    expect(errorOf(() => token.proveBatch([forged])).reason).toBe('WrappedKeyNotProven');
  });

  it('the known attack works for other programs, and never through the builders', () => {
    const { token, outside } = open();
    const key = backedUp(token, AES_256);
    const value = kwpUnwrap(realm.rbk, key.wrappedKey);
    const rbk = outside.findOne(realm.description.rbkId, pkcs11js.CKO_SECRET_KEY);
    // Whoever has the PIN can unwrap with SENSITIVE=false: that is what the capability profile warns of.
    const readable = outside.unwrap(vendor === 'NSS' ? 0x210b : 0x210a, rbk, key.wrappedKey, [
      [pkcs11js.CKA_CLASS, pkcs11js.CKO_SECRET_KEY],
      [pkcs11js.CKA_KEY_TYPE, pkcs11js.CKK_AES],
      [pkcs11js.CKA_TOKEN, false],
      [pkcs11js.CKA_SENSITIVE, false],
      [pkcs11js.CKA_EXTRACTABLE, true],
    ]);
    expect(outside.read(readable, pkcs11js.CKA_VALUE)?.equals(value)).toBe(true);
    outside.destroy(readable);

    token.destroyKeyVersions([key.materialId]);
    const asked = { ...key, label: 'x', sensitive: false, value: 'x', CKA_SENSITIVE: false };
    token.unwrapBatch([asked]);
    const restored = outside.findOne(key.materialId, pkcs11js.CKO_SECRET_KEY);
    expect(outside.read(restored, pkcs11js.CKA_VALUE)).toBeUndefined();
    expect(outside.flags(restored, ['CKA_SENSITIVE', 'CKA_WRAP', 'CKA_UNWRAP'])).toEqual({
      CKA_SENSITIVE: true,
      CKA_WRAP: false,
      CKA_UNWRAP: false,
    });
    // RBK itself neither decrypts a blob nor can be given the right to later on its way through Strongroom.
    expect(outside.flags(rbk, ['CKA_DECRYPT', 'CKA_ENCRYPT', 'CKA_SIGN'])).toEqual({
      CKA_DECRYPT: false,
      CKA_ENCRYPT: false,
      CKA_SIGN: false,
    });
  });

  it('rule R42: restores a version that its entry marks as not extractable that way', () => {
    const { token, outside } = open();
    const key = backedUp(token, AES_256);
    token.destroyKeyVersions([key.materialId]);
    token.unwrapBatch([{ ...key, extractable: false, label: 'x' }]);
    const restored = outside.findOne(key.materialId, pkcs11js.CKO_SECRET_KEY);
    expect(outside.flags(restored, ['CKA_EXTRACTABLE'])).toEqual({ CKA_EXTRACTABLE: false });
  });
});
