import { randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from '../../support/error-of.ts';
import {
  enrolWithKnownRealmKeys,
  kwpUnwrap,
  kwpWrap,
  makeKnownRealmKeys,
} from '../../support/known-realm-keys.ts';
import { OpenPracticeToken } from '../../support/open-practice-token.ts';
import { practiceToken } from '../../support/practice-tokens.ts';

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

/** A fresh copy each time: the token wipes what it is given. */
const escrow = (value: Buffer): Uint8Array => new Uint8Array(value);

describe.each([
  { name: 'SoftHSM to NSS', from: () => softhsm, to: () => nss },
  { name: 'NSS to SoftHSM', from: () => nss, to: () => softhsm },
  { name: 'SoftHSM to SoftHSM', from: () => softhsm, to: () => secondSofthsm },
])('realm keys in escrow from $name', ({ from, to }) => {
  it('rule R5: are wrapped as RFC 5649 says, arrive whole and as protected as they left', () => {
    const known = makeKnownRealmKeys();
    const here = from().empty();
    enrolWithKnownRealmKeys(here.token, known);
    const value = randomBytes(32);
    const wrapped = here.token.wrapRealmKeysForEscrow(escrow(value));
    // A second implementation: node:crypto's.
    expect(kwpUnwrap(value, wrapped.wrappedRbk).equals(known.rbk)).toBe(true);
    expect(kwpUnwrap(value, wrapped.wrappedRak).equals(known.rak)).toBe(true);
    here.token.proveRealmKeysFromEscrow(escrow(value), wrapped, known.description);

    const there = to().empty();
    there.token.unwrapRealmKeysFromEscrow(escrow(value), wrapped, known.description);
    expect(there.token.findRealmKeys()).toEqual(known.description);
    expect(there.loginAgain().findRealmKeys()).toEqual(known.description);
    expect(there.outside.tokenObjects()).toHaveLength(2);
    for (const id of [known.description.rbkId, known.description.rakId]) {
      const handle = there.outside.findOne(id, pkcs11js.CKO_SECRET_KEY);
      expect(there.outside.read(handle, pkcs11js.CKA_VALUE)).toBeUndefined();
      expect(
        there.outside.flags(handle, ['CKA_PRIVATE', 'CKA_SENSITIVE', 'CKA_ENCRYPT', 'CKA_DECRYPT']),
      ).toEqual({ CKA_PRIVATE: true, CKA_SENSITIVE: true, CKA_ENCRYPT: false, CKA_DECRYPT: false });
    }
  });
});

describe.each(['SoftHSM', 'NSS'] as const)('escrow on %s', (vendor) => {
  const emptyToken = (): OpenPracticeToken => (vendor === 'NSS' ? nss : softhsm).empty();

  function kitOf(known: ReturnType<typeof makeKnownRealmKeys>, value: Buffer) {
    return { wrappedRbk: kwpWrap(value, known.rbk), wrappedRak: kwpWrap(value, known.rak) };
  }

  it('rule R5: the escrow key is wiped after every call, and nothing of it stays on the token', () => {
    const open = emptyToken();
    const realm = open.token.createRealmKeys({ realmName: 'Realm', tenancyName: 'Tenancy' });
    const value = randomBytes(32);
    const given = [escrow(value), escrow(value), escrow(value), new Uint8Array(31).fill(7)];
    const wrapped = open.token.wrapRealmKeysForEscrow(given[0]!);
    open.token.proveRealmKeysFromEscrow(given[1]!, wrapped, realm);
    expect(() => {
      open.token.unwrapRealmKeysFromEscrow(given[2]!, wrapped, realm);
    }).toThrow();
    expect(() => open.token.wrapRealmKeysForEscrow(given[3]!)).toThrow();
    for (const bytes of given) expect(bytes.every((byte) => byte === 0)).toBe(true);
    // Session objects included: the realm keys are all that is there.
    expect(open.outside.find([])).toHaveLength(2);
  });

  it('rule R5: other keys than expected are refused, and nothing is written', () => {
    const { token, outside } = emptyToken();
    const known = makeKnownRealmKeys();
    const value = randomBytes(32);
    const good = kitOf(known, value);
    const altered = Uint8Array.from(good.wrappedRak);
    altered[20]! ^= 1;
    const refused = (wrapped: typeof good, expected = known.description, key = value): void => {
      for (const call of ['proveRealmKeysFromEscrow', 'unwrapRealmKeysFromEscrow'] as const) {
        expect(
          errorOf(() => {
            token[call](escrow(key), wrapped, expected);
          }).reason,
        ).toBe('CheckValueMismatch');
      }
    };
    refused({ ...good, wrappedRbk: good.wrappedRak });
    refused({ ...good, wrappedRak: good.wrappedRbk });
    refused({ ...good, wrappedRak: Buffer.from(altered) });
    refused({ ...good, wrappedRak: good.wrappedRak.subarray(8) });
    refused({ ...good, wrappedRbk: Buffer.alloc(0) });
    refused(kitOf({ ...known, rbk: randomBytes(32) }, value));
    refused(kitOf({ ...known, rak: randomBytes(32) }, value));
    refused(good, known.description, randomBytes(32));
    for (const field of ['realmId', 'rbkCheckValue', 'rakCheckValue'] as const) {
      refused(good, { ...known.description, [field]: '0'.repeat(32) });
    }
    refused(good, { ...known.description, tenancyId: makeKnownRealmKeys().description.tenancyId });
    expect(outside.find([])).toEqual([]);
    expect(token.findRealmKeys()).toBeUndefined();
  });

  it('rule R1: a token that has realm keys takes no others, and not the same ones twice', () => {
    const { token, outside } = emptyToken();
    const known = makeKnownRealmKeys();
    const value = randomBytes(32);
    token.unwrapRealmKeysFromEscrow(escrow(value), kitOf(known, value), known.description);
    const other = makeKnownRealmKeys();
    for (const { keys, expected } of [
      { keys: known, expected: known.description },
      { keys: other, expected: other.description },
    ]) {
      expect(
        errorOf(() => {
          token.unwrapRealmKeysFromEscrow(escrow(value), kitOf(keys, value), expected);
        }),
      ).toMatchObject({ code: 'Conflict', reason: 'RealmKeysExist' });
    }
    expect(outside.tokenObjects()).toHaveLength(2);
    expect(token.findRealmKeys()).toEqual(known.description);
  });

  it('rule R73: half a pair that was left behind is replaced by the whole one', () => {
    const open = emptyToken();
    const known = makeKnownRealmKeys();
    const value = randomBytes(32);
    open.token.unwrapRealmKeysFromEscrow(escrow(value), kitOf(known, value), known.description);
    open.outside.destroy(open.outside.findOne(known.description.rakId, pkcs11js.CKO_SECRET_KEY));
    const again = open.loginAgain();
    again.unwrapRealmKeysFromEscrow(escrow(value), kitOf(known, value), known.description);
    expect(again.findRealmKeys()).toEqual(known.description);
    expect(open.outside.tokenObjects()).toHaveLength(2);
  });

  it('rule R5: scratch keys are destroyed, and no others', () => {
    const { token, outside } = emptyToken();
    const known = makeKnownRealmKeys();
    token.destroyRealmKeys(known.description);
    enrolWithKnownRealmKeys(token, known);
    const refusal = (expected: typeof known.description): unknown =>
      errorOf(() => {
        token.destroyRealmKeys(expected);
      }).reason;
    expect(refusal(makeKnownRealmKeys().description)).toBe('OtherRealm');
    expect(refusal({ ...known.description, rakCheckValue: '0'.repeat(32) })).toBe('OtherRealm');
    const materialId = randomBytes(16).toString('hex');
    token.generateKeyVersion(materialId, { algorithm: 'AES', length: 32 }, 'a key in use');
    expect(refusal(known.description)).toBe('TokenInUse');
    expect(token.findRealmKeys()).toEqual(known.description);
    token.destroyKeyVersions([materialId]);
    token.destroyRealmKeys(known.description);
    expect(token.findRealmKeys()).toBeUndefined();
    expect(outside.tokenObjects()).toEqual([]);
  });

  it('rule R3: closing the ceremony is for good, and says whether the token itself keeps to it', () => {
    const open = emptyToken();
    const realm = open.token.createRealmKeys({ realmName: 'Realm', tenancyName: 'Tenancy' });
    expect(open.token.isCeremonyClosed()).toBe(false);
    const closed = open.token.closeCeremony();
    expect(closed).toEqual({ isEnforced: vendor === 'SoftHSM' });
    expect(open.token.closeCeremony()).toEqual(closed);
    for (const login of [() => open.token, () => open.loginAgain()]) {
      const token = login();
      expect(token.isCeremonyClosed()).toBe(true);
      expect(errorOf(() => token.wrapRealmKeysForEscrow(escrow(randomBytes(32))))).toMatchObject({
        code: 'NotAllowed',
        reason: 'CeremonyClosed',
      });
      // What they are for they still do.
      expect(token.findRealmKeys()).toEqual(realm);
      expect(token.authenticate(randomBytes(8))).toHaveLength(32);
      const materialId = randomBytes(16).toString('hex');
      token.generateKeyVersion(materialId, { algorithm: 'AES', length: 32 }, 'a key');
      expect(token.wrapBatch([materialId])).toHaveLength(1);
    }
    for (const id of [realm.rbkId, realm.rakId]) {
      const handle = open.outside.findOne(id, pkcs11js.CKO_SECRET_KEY);
      expect(open.outside.flags(handle, ['CKA_EXTRACTABLE'])).toEqual({ CKA_EXTRACTABLE: false });
    }
  });

  it('rules R3, R73: a ceremony closed by half is refused like a closed one, and closed by the second try', () => {
    const { token, outside } = emptyToken();
    const realm = token.createRealmKeys({ realmName: 'Realm', tenancyName: 'Tenancy' });
    outside.set(outside.findOne(realm.rbkId, pkcs11js.CKO_SECRET_KEY), [[pkcs11js.CKA_EXTRACTABLE, false]]);
    expect(token.isCeremonyClosed()).toBe(false);
    expect(errorOf(() => token.wrapRealmKeysForEscrow(escrow(randomBytes(32)))).reason).toBe(
      'CeremonyClosed',
    );
    token.closeCeremony();
    expect(token.isCeremonyClosed()).toBe(true);
  });
});
