import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloneCodec } from '../../../../build/electron-stand-in/worlds/clone-codec.ts';

/** As between processes: through JSON. */
const carried = (value: unknown): unknown =>
  cloneCodec.decode(JSON.parse(JSON.stringify(cloneCodec.encode(value))));

describe('the clone codec', () => {
  it('carries what structured cloning carries', () => {
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: false,
    });
    fc.assert(
      fc.property(value, (given) => {
        expect(carried(given)).toEqual(structuredClone(given));
      }),
    );
  });

  it('keeps properties that look like its own marks', () => {
    const given = { $: 'date', v: 5, k: 'x', inner: { $: { $: 'map' } }, $$: 'two' };
    expect(carried(given)).toEqual(given);
  });

  it('hands on errors by name and message', () => {
    const error = carried(new RangeError('too far')) as Error;
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message]).toEqual(['RangeError', 'too far']);
  });

  it.each([
    ['a function', () => undefined],
    ['a symbol', Symbol('s')],
    ['a promise', Promise.resolve()],
    ['a function inside', { list: [() => undefined] }],
  ])('refuses %s', (_name, value) => {
    expect(() => cloneCodec.encode(value)).toThrow('An object could not be cloned.');
  });

  it('refuses a cycle instead of following it', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => cloneCodec.encode(cycle)).toThrow('An object could not be cloned.');
  });
});
