import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDeterministic, encodeDeterministic } from '../../../main/sealing/deterministic-cbor.ts';

const decode = (hex: string) => decodeDeterministic(Buffer.from(hex, 'hex'), (value) => value);

function nested(depth: number): string {
  return '81'.repeat(depth) + '00';
}

describe('deterministic CBOR (SEALED-BACKUP 9)', () => {
  it('comes back the same for everything that the format may hold', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.maxSafeInteger().map((number) => number + 0),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 30 }), tie('value'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(value, (item) => {
        expect(decodeDeterministic(encodeDeterministic(item), (read) => read)).toEqual(item);
      }),
    );
  });

  it('orders map keys bytewise by their encoding (RFC 8949, 4.2.1)', () => {
    expect(Buffer.from(encodeDeterministic({ bb: 1, a: 2, ab: 3 })).toString('hex')).toBe(
      'a3616102626162036262620' + '1',
    );
  });

  it.each([
    ['an indefinite-length array', '9f00ff'],
    ['an indefinite-length map', 'bfff'],
    ['indefinite-length text', '7f6161ff'],
    ['indefinite-length bytes', '5f4100ff'],
    ['a tag', 'c000'],
    ['a big number', 'c24101'],
    ['a half float', 'f93e00'],
    ['a float that is a whole number', 'fb3ff0000000000000'],
    ['minus zero', 'f98000'],
    ['NaN', 'f97e00'],
    ['infinity', 'f97c00'],
    ['undefined', 'f7'],
    ['a simple value', 'e0'],
    ['a break on its own', 'ff'],
    ['a number in a longer form', '1817'],
    ['a length in a longer form', '780161'],
    ['an integer of 64 bits', '1bffffffffffffffff'],
    ['keys out of order', 'a2616200616100'],
    ['a key twice', 'a2616100616100'],
    ['a key that is a number', 'a10000'],
    ['a key that is bytes', 'a1416100'],
    ['text that is not UTF-8', '61ff'],
    ['text with half of a surrogate pair', '63eda080'],
    ['two items', '0000'],
    ['no item', ''],
    ['an array cut short', '8200'],
    ['a map cut short', 'a16161'],
    ['text that claims 4 GiB', '7affffffff'],
    ['bytes that claim 4 GiB', '5affffffff'],
    ['an array that claims 4 billion items', '9affffffff'],
    ['a map that claims 2^53 pairs', 'bb001fffffffffffff'],
    ['nine levels', nested(9)],
    ['a hundred thousand levels', nested(100_000)],
  ])('refuses %s', (_, hex) => {
    expect(() => decode(hex)).toThrow();
  });

  it('takes eight levels', () => {
    expect(decode(nested(8))).toEqual([[[[[[[[0]]]]]]]]);
    expect(decode('8281808180')).toEqual([[[]], [[]]]);
  });

  it('refuses what the reading passed over in silence', () => {
    expect(() => decodeDeterministic(Buffer.from('a2616100616200', 'hex'), () => ({ a: 0 }))).toThrow(
      'deterministic',
    );
  });

  it('does not write text that would not come back', () => {
    expect(() => encodeDeterministic({ name: 'half \ud800' })).toThrow('surrogate');
    expect(() => encodeDeterministic({ '\udc00': 1 })).toThrow('surrogate');
  });

  it('gives byte strings their own memory', () => {
    const encoded = Buffer.from('4301020' + '3', 'hex');
    const bytes = decodeDeterministic(encoded, (value) => value) as Uint8Array;
    encoded.fill(0);
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(bytes.buffer.byteLength).toBe(3);
  });
});
