import pkcs11js from 'pkcs11js';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOcid } from '../../../shared/domain/identifiers.ts';
import { errorOf } from '../../support/error-of.ts';
import { OpenPracticeToken } from '../../support/open-practice-token.ts';
import { practiceToken } from '../../support/practice-tokens.ts';

const NAMES = { realmName: 'Meridian', tenancyName: 'Meridian Bank, Zürich' };

describe.each(['SoftHSM', 'NSS'] as const)('realm keys on %s', (vendor) => {
  let open: OpenPracticeToken;
  beforeAll(async () => {
    open = new OpenPracticeToken(await practiceToken(vendor));
  });
  afterAll(async () => {
    open.module.finalise();
    await open.practice.remove();
  });

  it('rules R1, R40: are found again with all that they say, whoever looks', () => {
    open.empty();
    expect(open.token.findRealmKeys()).toBeUndefined();
    expect(errorOf(() => open.token.authenticate(randomBytes(3))).reason).toBe('RealmKeysMissing');
    const made = open.token.createRealmKeys(NAMES);
    expect(made).toMatchObject(NAMES);
    expect(parseOcid(made.tenancyId)).toMatchObject({ type: 'tenancy' });
    expect(new Set([made.realmId, made.rbkId, made.rakId, made.rbkCheckValue, made.rakCheckValue]).size).toBe(
      5,
    );
    expect(open.token.findRealmKeys()).toEqual(made);
    expect(open.loginAgain().findRealmKeys()).toEqual(made);
    expect(open.token.wrapProbe()).toHaveLength(40);
    expect(open.token.authenticate(randomBytes(1_000))).toHaveLength(32);
    expect(open.token.inventory()).toEqual([]);
  });

  it('rule R1: have one role each, and values that nobody reads', () => {
    const { rbkId, rakId } = open.empty().token.createRealmKeys(NAMES);
    const { outside } = open;
    const all = [
      'ENCRYPT',
      'DECRYPT',
      'SIGN',
      'VERIFY',
      'WRAP',
      'UNWRAP',
      'DERIVE',
      'TOKEN',
      'PRIVATE',
      'SENSITIVE',
      'EXTRACTABLE',
      'TRUSTED',
    ];
    for (const [id, allowed] of [
      [rbkId, ['WRAP', 'UNWRAP']],
      [rakId, ['SIGN', 'VERIFY']],
    ] as const) {
      const handle = outside.findOne(id, pkcs11js.CKO_SECRET_KEY);
      const flags = outside.flags(
        handle,
        all.map((name) => `CKA_${name}` as const),
      );
      const set = Object.keys(flags).filter((name) => flags[name]);
      expect(set.sort()).toEqual(
        [...allowed, 'TOKEN', 'PRIVATE', 'SENSITIVE', 'EXTRACTABLE'].map((name) => `CKA_${name}`).sort(),
      );
      expect(outside.read(handle, pkcs11js.CKA_VALUE)).toBeUndefined();
    }
  });

  it('rule R1: are never made twice, and never found in doubt', () => {
    const { rbkId, rakId } = open.empty().token.createRealmKeys(NAMES);
    expect(errorOf(() => open.token.createRealmKeys(NAMES))).toMatchObject({
      code: 'Conflict',
      reason: 'RealmKeysExist',
    });
    const copy = (id: string, copyId: string, label: string): Buffer =>
      open.outside.native.C_CopyObject(
        open.outside.session,
        open.outside.findOne(id, pkcs11js.CKO_SECRET_KEY),
        [
          { type: pkcs11js.CKA_LABEL, value: label },
          { type: pkcs11js.CKA_ID, value: Buffer.from(copyId, 'hex') },
        ],
      );
    const second = randomBytes(16).toString('hex');
    copy(rbkId, second, 'strongroom-rbk|Other|Other');
    expect(errorOf(() => open.loginAgain().findRealmKeys()).reason).toBe('SeveralRealms');
    open.outside.destroy(open.outside.findOne(second, pkcs11js.CKO_SECRET_KEY));
    expect(open.loginAgain().findRealmKeys()?.rbkId).toBe(rbkId);

    const third = randomBytes(16).toString('hex');
    copy(rakId, third, 'strongroom-rak|Other|Other');
    open.outside.destroy(open.outside.findOne(rakId, pkcs11js.CKO_SECRET_KEY));
    expect(errorOf(() => open.loginAgain().findRealmKeys()).reason).toBe('SeveralRealms');
    open.outside.destroy(open.outside.findOne(third, pkcs11js.CKO_SECRET_KEY));
    expect(errorOf(() => open.loginAgain().findRealmKeys())).toMatchObject({
      code: 'IncorrectState',
      reason: 'RealmKeysIncomplete',
    });
    expect(errorOf(() => open.token.createRealmKeys(NAMES)).reason).toBe('RealmKeysExist');
  });

  it('rule R1: are refused where another program gave them a second role', () => {
    const { rbkId } = open.empty().token.createRealmKeys(NAMES);
    open.outside.set(open.outside.findOne(rbkId, pkcs11js.CKO_SECRET_KEY), [[pkcs11js.CKA_DECRYPT, true]]);
    const error = errorOf(() => open.loginAgain().findRealmKeys());
    expect(error).toMatchObject({ code: 'NotAllowed', reason: 'RealmKeyNotProtected' });
    expect(error.message).toContain('CKA_DECRYPT');
  });

  it('rule R74: names that could not be read back are refused, and nothing is made', () => {
    open.empty();
    for (const realmName of ['', 'a|b', 'a\nb', 'x'.repeat(101)]) {
      expect(errorOf(() => open.token.createRealmKeys({ ...NAMES, realmName })).reason).toBe(
        'NameNotAllowed',
      );
      expect(errorOf(() => open.token.createRealmKeys({ ...NAMES, tenancyName: realmName })).reason).toBe(
        'NameNotAllowed',
      );
    }
    expect(open.outside.tokenObjects()).toEqual([]);
  });

  it('rule R4: the probe says what was measured of this token, and leaves nothing behind', () => {
    const before = open.outside.find([]).length;
    const timeProbed = '2026-11-24T08:00:00.000Z';
    const profile = open.token.probe(timeProbed);
    expect(open.outside.find([])).toHaveLength(before);
    expect(profile).toMatchObject({ timeProbed, missing: [], keyTypes: ['AES', 'RSA', 'ECDSA'] });
    expect(profile.token.label).toBe(open.practice.reference.tokenLabel);
    expect(profile.weaknesses[0]).toContain("Whoever holds this token's PIN can extract its keys");
    const measured = {
      SoftHSM: {
        keyWrapMechanism: 0x210a,
        oaepHashes: ['SHA-1'],
        enforces: {
          wrapWithTrusted: true,
          trustedWhilePrivate: false,
          allowedMechanisms: true,
          extractable: true,
        },
      },
      NSS: {
        keyWrapMechanism: 0x210b,
        oaepHashes: ['SHA-512', 'SHA-384', 'SHA-256', 'SHA-1'],
        enforces: {
          wrapWithTrusted: false,
          trustedWhilePrivate: false,
          allowedMechanisms: false,
          extractable: false,
        },
      },
    }[vendor];
    expect(profile).toMatchObject(measured);
    const words = profile.weaknesses.join(' ');
    expect(words.includes('SHA-1 only')).toBe(vendor === 'SoftHSM');
    expect(words.includes('multiple of eight')).toBe(vendor === 'SoftHSM');
    expect(words.includes('marked as not extractable')).toBe(vendor === 'NSS');
  });
});
