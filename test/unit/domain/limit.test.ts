import { describe, expect, it } from 'vitest';
import { headroom, keyVersionWeight, LIMITS, limitNameSchema } from '../../../shared/domain/limit.ts';

describe('limits', () => {
  it('rule R45: are the reference’s', () => {
    expect(limitNameSchema.options.map((name) => [name, LIMITS[name].defaultValue])).toEqual([
      ['virtual-vault-count', 10],
      ['virtual-private-vault-count', 10],
      ['key-version-count-per-virtual-private-vault', 3000],
      ['bucket-count', 10_000],
    ]);
    for (const name of limitNameSchema.options) expect(LIMITS[name].name).toBe(name);
  });

  it('rule R45: RSA and ECDSA versions count twice', () => {
    expect(keyVersionWeight({ algorithm: 'AES' })).toBe(1);
    expect(keyVersionWeight({ algorithm: 'RSA' })).toBe(2);
    expect(keyVersionWeight({ algorithm: 'ECDSA' })).toBe(2);
  });

  it.each([
    [10, 9, 1, false],
    [10, 10, 1, true],
    [10, 9, 2, true],
    [0, 0, 1, true],
    // Nothing is added: what a lowered limit leaves over is not refused again.
    [10, 12, 0, false],
  ])('rule R45: of %i with %i used, adding %i is too much: %s', (value, used, added, isExceeded) => {
    expect(headroom('bucket-count', value, used, added)).toEqual({
      name: 'bucket-count',
      value,
      used,
      after: used + added,
      isExceeded,
    });
  });
});
