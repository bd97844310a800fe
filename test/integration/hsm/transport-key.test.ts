import { generateKeyPairSync, randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../../support/error-of.ts';
import { grantKnownRealmKeys, makeKnownRealmKeys } from '../../support/known-realm-keys.ts';
import { OpenPracticeToken } from '../../support/open-practice-token.ts';
import { practiceToken } from '../../support/practice-tokens.ts';

const NAMES = { realmName: 'Meridian', tenancyName: 'Meridian Bank' };
const goodTransportKey = generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey.export({
  type: 'spki',
  format: 'der',
});
let softhsm: OpenPracticeToken;
let secondSofthsm: OpenPracticeToken;
let nss: OpenPracticeToken;

beforeAll(async () => {
  const first = await practiceToken('SoftHSM', { label: 'first' });
  const second = await practiceToken('SoftHSM', { label: 'second', beside: first });
  softhsm = new OpenPracticeToken(first);
  secondSofthsm = new OpenPracticeToken(second);
  nss = new OpenPracticeToken(await practiceToken('NSS'));
});

afterAll(async () => {
  for (const { practice } of [secondSofthsm, softhsm, nss]) await practice.remove();
});

const DIRECTIONS = [
  { name: 'SoftHSM to SoftHSM', from: () => softhsm, to: () => secondSofthsm, hash: 'SHA-1' },
  { name: 'SoftHSM to NSS', from: () => softhsm, to: () => nss, hash: 'SHA-1' },
  { name: 'NSS to SoftHSM', from: () => nss, to: () => softhsm, hash: 'SHA-1' },
] as const;

describe.each(DIRECTIONS)('realm keys from $name', ({ from, to, hash }) => {
  it('rule R3: arrive whole, under the best hash that both tokens have, and as protected as they left', () => {
    const granting = from().empty();
    const joining = to().empty();
    const realm = granting.token.createRealmKeys(NAMES);
    const { publicKey, oaepHashes } = joining.token.createTransportKey('request-1');
    const wrapped = granting.token.wrapRealmKeys(publicKey, oaepHashes);
    expect(wrapped.oaepHash).toBe(hash);
    joining.token.unwrapRealmKeys('request-1', wrapped, realm);
    joining.token.destroyTransportKey('request-1');

    expect(joining.token.findRealmKeys()).toEqual(realm);
    const message = randomBytes(100);
    expect(joining.token.authenticate(message)).toEqual(granting.token.authenticate(message));
    expect(joining.token.wrapProbe()).toEqual(granting.token.wrapProbe());
    expect(joining.outside.find([[pkcs11js.CKA_CLASS, pkcs11js.CKO_PRIVATE_KEY]])).toEqual([]);
    for (const id of [realm.rbkId, realm.rakId]) {
      const handle = joining.outside.findOne(id, pkcs11js.CKO_SECRET_KEY);
      expect(joining.outside.read(handle, pkcs11js.CKA_VALUE)).toBeUndefined();
      expect(joining.outside.flags(handle, ['CKA_TOKEN', 'CKA_PRIVATE', 'CKA_SENSITIVE'])).toEqual({
        CKA_TOKEN: true,
        CKA_PRIVATE: true,
        CKA_SENSITIVE: true,
      });
    }
  });
});

describe.each(['SoftHSM', 'NSS'] as const)('an enrolment on %s', (vendor) => {
  const joiningToken = (): OpenPracticeToken => (vendor === 'NSS' ? nss : softhsm).empty();

  it('rule R3: the transport key unwraps, does nothing else and never leaves', () => {
    const { token, outside } = joiningToken();
    const { oaepHashes } = token.createTransportKey('request-1');
    expect(oaepHashes).toEqual(vendor === 'NSS' ? ['SHA-512', 'SHA-384', 'SHA-256', 'SHA-1'] : ['SHA-1']);
    const found = outside.tokenObjects();
    expect(found).toHaveLength(1);
    const names = ['CKA_UNWRAP', 'CKA_DECRYPT', 'CKA_SIGN', 'CKA_DERIVE', 'CKA_EXTRACTABLE'] as const;
    expect(outside.flags(found[0]!, names)).toEqual({
      CKA_UNWRAP: true,
      CKA_DECRYPT: false,
      CKA_SIGN: false,
      CKA_DERIVE: false,
      CKA_EXTRACTABLE: false,
    });
    expect(errorOf(() => token.createTransportKey('request-1')).reason).toBe('TransportKeyExists');
    token.destroyTransportKey('request-1');
    token.destroyTransportKey('request-1');
    expect(outside.tokenObjects()).toEqual([]);
  });

  it('rule R3: takes realm keys of known values, and says of them what node:crypto says', () => {
    const { token } = joiningToken();
    const known = makeKnownRealmKeys();
    const { publicKey, oaepHashes } = token.createTransportKey('request-1');
    for (const hash of oaepHashes) {
      const wrapped = grantKnownRealmKeys(known, publicKey, hash);
      // Accepting the same grant twice is accepting it once: the answer to the first may have been lost.
      token.unwrapRealmKeys('request-1', wrapped, known.description);
    }
    expect(token.findRealmKeys()).toEqual(known.description);
    expect(errorOf(() => token.createTransportKey('request-2'))).toMatchObject({
      code: 'Conflict',
      reason: 'RealmKeysExist',
    });
    const other = makeKnownRealmKeys();
    expect(
      errorOf(() =>
        token.unwrapRealmKeys(
          'request-1',
          grantKnownRealmKeys(other, publicKey, oaepHashes[0]!),
          other.description,
        ),
      ).reason,
    ).toBe('RealmKeysExist');
  });

  it('rule R3: a grant of other keys than expected writes nothing', () => {
    const { token, outside } = joiningToken();
    const known = makeKnownRealmKeys();
    const { publicKey, oaepHashes } = token.createTransportKey('request-1');
    const hash = oaepHashes[0]!;
    const good = grantKnownRealmKeys(known, publicKey, hash);
    const before = outside.tokenObjects().length;
    const altered = Uint8Array.from(good.wrappedRak);
    altered[100]! ^= 1;
    const bad = [
      { ...good, wrappedRbk: good.wrappedRak },
      { ...good, wrappedRak: good.wrappedRbk },
      { ...good, wrappedRak: altered },
      { ...good, wrappedRak: good.wrappedRak.subarray(1) },
      { ...good, wrappedRbk: new Uint8Array(0) },
      grantKnownRealmKeys({ ...known, rbk: randomBytes(32) }, publicKey, hash),
      grantKnownRealmKeys({ ...known, rak: randomBytes(32) }, publicKey, hash),
      grantKnownRealmKeys({ ...known, rbk: known.rbk.subarray(0, 16) }, publicKey, hash),
    ];
    for (const wrapped of bad) {
      expect(errorOf(() => token.unwrapRealmKeys('request-1', wrapped, known.description)).reason).toBe(
        'CheckValueMismatch',
      );
    }
    for (const field of ['realmId', 'rbkCheckValue', 'rakCheckValue'] as const) {
      const expected = { ...known.description, [field]: '0'.repeat(32) };
      expect(errorOf(() => token.unwrapRealmKeys('request-1', good, expected)).reason).toBe(
        'CheckValueMismatch',
      );
    }
    const tenancyId = makeKnownRealmKeys().description.tenancyId;
    const expected = { ...known.description, tenancyId };
    expect(errorOf(() => token.unwrapRealmKeys('request-1', good, expected)).reason).toBe(
      'CheckValueMismatch',
    );
    expect(outside.tokenObjects()).toHaveLength(before);
    expect(token.findRealmKeys()).toBeUndefined();
    expect(errorOf(() => token.unwrapRealmKeys('request-9', good, known.description)).reason).toBe(
      'TransportKeyMissing',
    );
  });

  it('rule R73: an accept that was broken off after the first key is finished by the second try', () => {
    const open = joiningToken();
    const known = makeKnownRealmKeys();
    const { publicKey, oaepHashes } = open.token.createTransportKey('request-1');
    const wrapped = grantKnownRealmKeys(known, publicKey, oaepHashes[0]!);
    open.token.unwrapRealmKeys('request-1', wrapped, known.description);
    open.outside.destroy(open.outside.findOne(known.description.rakId, pkcs11js.CKO_SECRET_KEY));
    const again = open.loginAgain();
    expect(errorOf(() => again.findRealmKeys()).reason).toBe('RealmKeysIncomplete');
    again.unwrapRealmKeys('request-1', wrapped, known.description);
    expect(again.findRealmKeys()).toEqual(known.description);
  });

  it('rule R3: once the ceremony is closed the realm keys do not leave, whatever the token itself would do', () => {
    const { token, outside } = joiningToken();
    const realm = token.createRealmKeys(NAMES);
    expect(token.wrapRealmKeys(goodTransportKey, ['SHA-1']).wrappedRbk).toHaveLength(384);
    outside.set(outside.findOne(realm.rbkId, pkcs11js.CKO_SECRET_KEY), [[pkcs11js.CKA_EXTRACTABLE, false]]);
    expect(errorOf(() => token.wrapRealmKeys(goodTransportKey, ['SHA-1']))).toMatchObject({
      code: 'NotAllowed',
      reason: 'CeremonyClosed',
    });
  });

  it('rule R74: refuses transport keys that Strongroom never makes', () => {
    const { token } = joiningToken();
    token.createRealmKeys(NAMES);
    const short = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const odd = generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }).publicKey;
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const keys = [short, odd, elliptic].map((key) => key.export({ type: 'spki', format: 'der' }));
    for (const key of [...keys, new Uint8Array(0), randomBytes(422)]) {
      expect(errorOf(() => token.wrapRealmKeys(key, ['SHA-1'])).reason).toBe('TransportKeyRefused');
    }
    expect(errorOf(() => token.wrapRealmKeys(goodTransportKey, [])).reason).toBe('OaepMissing');
    expect(errorOf(() => token.createTransportKey('a|b')).reason).toBe('RequestIdNotAllowed');
  });
});
