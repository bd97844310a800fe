import pkcs11js from 'pkcs11js';
import { describe, expect, it } from 'vitest';
import {
  causeOf,
  isInconclusive,
  isTokenGone,
  nameOfReturnValue,
  returnValueOf,
  toPkcs11Failure,
} from '../../../main/hsm/pkcs11-failure.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';

/** pkcs11js throws the same failure in two ways, depending on the call. */
const plain = (name: string, value: number): Error => new Error(`${name}:${value}`);
const typed = (name: string, value: number): Error => new pkcs11js.Pkcs11Error(`${name}:${value}`);

describe('failures of PKCS#11 calls', () => {
  it('are read from both kinds of error that pkcs11js throws', () => {
    for (const thrown of [plain('CKR_PIN_LOCKED', 0xa4), typed('CKR_PIN_LOCKED', 0xa4)]) {
      expect(returnValueOf(thrown)).toBe(0xa4);
      expect(toPkcs11Failure(thrown, 'log in')).toMatchObject({
        code: 'NotAuthenticated',
        reason: 'PinLocked',
        message: 'The token could not log in: CKR_PIN_LOCKED.',
      });
    }
  });

  it("go by the number: pkcs11js's name for what it does not know is wrong", () => {
    const prohibited = toPkcs11Failure(plain('CKR_VENDOR_DEFINED', 0x1b), 'change a key');
    expect(prohibited).toMatchObject({ reason: 'ActionProhibited' });
    expect(String(prohibited)).toContain('CKR_ACTION_PROHIBITED');
    const vendor = toPkcs11Failure(typed('CKR_VENDOR_DEFINED', 0x80000123), 'sign');
    expect(vendor).toMatchObject({ code: 'ServiceUnavailable', reason: 'TokenFailed' });
    expect(String(vendor)).toContain('0x80000123');
    expect(nameOfReturnValue(0xe0)).toBe('CKR_TOKEN_NOT_PRESENT');
  });

  it('leave alone what is no word of the module', () => {
    const bug = new TypeError('a bug');
    expect(toPkcs11Failure(bug, 'sign')).toBe(bug);
    const ours = new StrongroomError('Conflict', 'CKR_OK:0', 'Do nothing.');
    expect(toPkcs11Failure(ours, 'sign')).toBe(ours);
    expect(returnValueOf('CKR_PIN_LOCKED:164')).toBeUndefined();
    expect(causeOf(bug)).toBeUndefined();
  });

  it('rule R72: tell a token that is gone from one that refuses', () => {
    const failure = (value: number): unknown => toPkcs11Failure(plain('CKR_X', value), 'unwrap a key');
    for (const gone of [0x30, 0x32, 0xb0, 0xb3, 0xe0, 0xe1, 0x101, 0x190])
      expect(isTokenGone(failure(gone))).toBe(true);
    // SoftHSM answers a forged blob with CKR_GENERAL_ERROR.
    for (const refusal of [0x05, 0x06, 0x10, 0x6a, 0xd0, 0x110])
      expect(isTokenGone(failure(refusal))).toBe(false);
    expect(causeOf(failure(0x6a))).toBe(0x6a);
  });

  it('rule R44: tell a failure that says something of the data from one that does not', () => {
    const failure = (value: number): unknown => toPkcs11Failure(plain('CKR_X', value), 'unwrap a key');
    for (const unclear of [0x02, 0x30, 0x31, 0x32, 0xb3, 0x80000042])
      expect(isInconclusive(failure(unclear))).toBe(true);
    for (const refusal of [0x05, 0x06, 0x12, 0x40, 0xd0, 0x110])
      expect(isInconclusive(failure(refusal))).toBe(false);
    expect(isInconclusive(new TypeError('a bug'))).toBe(false);
  });

  it('always say what to do next', () => {
    for (let value = 1; value <= 0x200; value += 1) {
      const failure = toPkcs11Failure(plain('CKR_X', value), 'sign') as StrongroomError;
      expect(failure.next.length).toBeGreaterThan(20);
      expect(failure.reason).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    }
  });
});
