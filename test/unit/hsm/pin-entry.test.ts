import { describe, expect, it } from 'vitest';
import { PinEntry } from '../../../main/hsm/pin-entry.ts';

function typed(...pieces: readonly string[]): { outcome: string; pin: string | undefined } {
  const entry = new PinEntry();
  let outcome = 'typing';
  for (const piece of pieces) outcome = entry.type(Buffer.from(piece));
  return { outcome, pin: entry.read() };
}

describe('a PIN as it is typed (rule R71)', () => {
  it('ends at Enter, whichever byte the terminal sends for it', () => {
    expect(typed('1', '2', '3\r')).toEqual({ outcome: 'entered', pin: '123' });
    expect(typed('123\n')).toEqual({ outcome: 'entered', pin: '123' });
  });

  it('takes back whole characters, not bytes', () => {
    expect(typed('1ä€\u{1f511}', '\x7f\x7f\b', '2\r').pin).toBe('12');
    expect(typed('\x7f\x7f1\r').pin).toBe('1');
  });

  it('starts over at Ctrl-U', () => {
    expect(typed('wrong\x15right\r').pin).toBe('right');
  });

  it('is cancelled by Ctrl-C and Ctrl-D', () => {
    expect(typed('12\x03').outcome).toBe('cancelled');
    expect(typed('12', '\x04').outcome).toBe('cancelled');
  });

  it('passes over keys that are no characters: a stray one must not cost a try', () => {
    expect(typed('1\x1b[A2', '\x1bOP', '\x1b[15~', '\x1b', '3\t\r').pin).toBe('123');
  });

  it('has no PIN for nothing, too much, or broken text', () => {
    expect(typed('\r')).toEqual({ outcome: 'entered', pin: undefined });
    expect(typed('x'.repeat(255), '\r').pin).toBe('x'.repeat(255));
    expect(typed('x'.repeat(300), '\r').pin).toBeUndefined();
    const entry = new PinEntry();
    entry.type(Uint8Array.of(0xc3, 0x28));
    expect(entry.read()).toBeUndefined();
  });

  it('is gone once wiped', () => {
    const entry = new PinEntry();
    entry.type(Buffer.from('1234'));
    entry.wipe();
    expect(entry.read()).toBeUndefined();
  });
});
