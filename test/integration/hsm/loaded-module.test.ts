import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pkcs11js from 'pkcs11js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModule } from '../../../main/hsm/load-module.ts';
import type { Pkcs11Module } from '../../../main/hsm/pkcs11-token.ts';
import { errorOf } from '../../support/error-of.ts';
import { faultEnvironment, faultModulePath } from '../../support/fault-module.ts';
import { findModule, nssParameters, practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';

/** SoftHSM behind the fault shim, which injects nothing here: it writes down every call that reaches the token. */
let softhsm: Pkcs11Module;
let nss: Pkcs11Module;
let practice: PracticeToken;
let other: PracticeToken;
let trace: string;

beforeAll(async () => {
  practice = await practiceToken('SoftHSM', { label: 'practice' });
  other = await practiceToken('SoftHSM', { label: 'other', beside: practice });
  const folder = path.dirname(practice.pinFile);
  trace = path.join(folder, 'trace');
  writeFileSync(trace, '');
  Object.assign(process.env, practice.environment, faultEnvironment(findModule('SoftHSM'), undefined, trace));
  softhsm = loadModule(faultModulePath(), undefined);
  const store = path.join(folder, 'uninitialised');
  await mkdir(store);
  nss = loadModule(findModule('NSS'), nssParameters(store, 'fresh'));
});

afterAll(async () => {
  softhsm.finalise();
  nss.finalise();
  await practice.remove();
});

const loginsTried = (): number =>
  readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('C_Login')).length;

describe('logging in', () => {
  it('lists the tokens, and never the slot of NSS that has no keys', () => {
    expect(softhsm.listTokens().map(({ label, isUserPinSet }) => [label, isUserPinSet])).toEqual(
      expect.arrayContaining([
        ['practice', true],
        ['other', true],
        ['', false],
      ]),
    );
    expect(nss.listTokens()).toMatchObject([{ label: 'fresh', isInitialised: false, isUserPinSet: false }]);
  });

  it('names the labels that are there when one is not', () => {
    const error = errorOf(() => softhsm.login('practise', undefined, practice.pin));
    expect(error).toMatchObject({ code: 'NotAuthorizedOrNotFound', reason: 'TokenNotFound' });
    expect(error.message).toContain('"practice"');
    expect(error.message).toContain('"other"');
    expect(errorOf(() => softhsm.login('practice', '0123456789abcdef', practice.pin)).reason).toBe(
      'TokenNotFound',
    );
  });

  it('rule R71: a wrong PIN is tried once, is not shown, and the flags of the token are told', () => {
    const before = loginsTried();
    const error = errorOf(() => softhsm.login('practice', undefined, '11223344'));
    expect(loginsTried() - before).toBe(1);
    expect(error).toMatchObject({ code: 'NotAuthenticated', reason: 'PinIncorrect' });
    expect(error.message).toContain('No second try was made');
    expect(error.message).toContain('few left');
    expect(JSON.stringify([error.message, error.next, String(error.cause)])).not.toContain('11223344');
    expect(softhsm.findToken('practice', undefined).isPinCountLow).toBe(true);

    softhsm.login('practice', undefined, practice.pin).logout();
    expect(softhsm.findToken('practice', undefined).isPinCountLow).toBe(false);
  });

  it('rule R71: a PIN that cannot be right does not cost a try', () => {
    const before = loginsTried();
    for (const pin of ['', '1', 'x'.repeat(256), '1234\u0000678']) {
      expect(errorOf(() => softhsm.login('practice', undefined, pin)).reason).toBe('PinNotAcceptable');
    }
    expect(loginsTried()).toBe(before);
  });

  it('does not let a second login in, which PKCS#11 would with any PIN', () => {
    const token = softhsm.login('practice', undefined, practice.pin);
    expect(errorOf(() => softhsm.login('practice', undefined, '11223344')).reason).toBe('AlreadyLoggedIn');
    expect(errorOf(() => softhsm.login('practice', undefined, practice.pin)).reason).toBe('AlreadyLoggedIn');
    token.logout();
    token.logout();
    expect(errorOf(() => token.inventory())).toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'SessionLost',
    });
    softhsm.login('practice', undefined, practice.pin).logout();
  });

  it('says that a token is not initialised', () => {
    expect(errorOf(() => nss.login('fresh', undefined, '123456'))).toMatchObject({
      code: 'IncorrectState',
      reason: 'TokenNotInitialised',
    });
  });
});

describe('a token that fails while a key is proven', () => {
  // The shim counts the calls that may be struck for the life of the process: the first, then the second.
  it.each([
    ['removed', 'TokenRemoved', 1],
    ['vendor', 'TokenFailed', 2],
  ] as const)('rules R44, R72: %s is told as %s, not as a bad backup', (kind, reason, at) => {
    const token = softhsm.login('other', undefined, other.pin);
    if (token.findRealmKeys() === undefined) token.createRealmKeys({ realmName: 'r', tenancyName: 't' });
    const materialId = randomBytes(16).toString('hex');
    const keyShape = { algorithm: 'AES', length: 32 } as const;
    token.generateKeyVersion(materialId, keyShape, 'label');
    const key = { ...token.wrapBatch([materialId])[0]!, keyShape, extractable: true };
    try {
      Object.assign(process.env, { FAULT_CALL: 'C_UnwrapKey', FAULT_KIND: kind, FAULT_AT: String(at) });
      expect(errorOf(() => token.proveBatch([key]))).toMatchObject({ code: 'ServiceUnavailable', reason });
    } finally {
      delete process.env.FAULT_CALL;
    }
    expect(token.proveBatch([key])).toEqual([materialId]);
    token.logout();
  });
});

describe('initialising a practice token', () => {
  it('rule R74: refuses before it changes anything', () => {
    const before = softhsm.listTokens();
    expect(errorOf(() => softhsm.initialiseToken('practice', '12345678', '12345678')).reason).toBe(
      'TokenLabelInUse',
    );
    for (const label of ['', ' x', 'x\n', 'x'.repeat(33), 'ä'.repeat(17)]) {
      expect(errorOf(() => softhsm.initialiseToken(label, '12345678', '12345678')).reason).toBe(
        'TokenLabelInvalid',
      );
    }
    expect(errorOf(() => softhsm.initialiseToken('new', '12345678', '123')).reason).toBe('PinNotAcceptable');
    expect(errorOf(() => softhsm.initialiseToken('new', '', '12345678')).reason).toBe('PinNotAcceptable');
    expect(errorOf(() => nss.initialiseToken('new', 'x', '12345678')).reason).toBe('TokenLabelFixed');
    expect(softhsm.listTokens()).toEqual(before);
  });

  it('makes a token of the spare slot, whose label may be of any script', () => {
    const label = 'Zürich ☂';
    expect(softhsm.initialiseToken(label, 'so-pin-so', '87654321')).toMatchObject({
      label,
      isInitialised: true,
      isUserPinSet: true,
    });
    softhsm.login(label, undefined, '87654321').logout();
  });

  it("makes a token of NSS's key store, once", () => {
    expect(nss.initialiseToken('fresh', 'x', '12345678')).toMatchObject({
      isInitialised: true,
      isUserPinSet: true,
    });
    nss.login('fresh', undefined, '12345678').logout();
    expect(errorOf(() => nss.initialiseToken('other', 'x', '12345678')).reason).toBe('NoUninitialisedToken');
  });

  it('asks for the serial where two tokens have one label', () => {
    const native = new pkcs11js.PKCS11();
    native.load(findModule('SoftHSM'));
    const blank = native.C_GetSlotList(true).find((slot) => native.C_GetTokenInfo(slot).label.trim() === '')!;
    native.C_InitToken(blank, 'so-pin-so', 'other'.padEnd(32));
    const error = errorOf(() => softhsm.login('other', undefined, '12345678'));
    expect(error).toMatchObject({ code: 'InvalidParameter', reason: 'TokenAmbiguous' });
    const serials = softhsm
      .listTokens()
      .filter(({ label }) => label === 'other')
      .map(({ serial }) => serial);
    expect(serials).toHaveLength(2);
    for (const serial of serials) expect(error.message).toContain(serial);
    // The new one has no user PIN yet.
    const reasons = serials.map((serial) => errorOf(() => softhsm.login('other', serial, '00000000')).reason);
    expect(reasons.sort()).toEqual(['PinIncorrect', 'TokenNotInitialised']);
  });
});
