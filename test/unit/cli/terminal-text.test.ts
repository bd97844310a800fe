import { describe, expect, it } from 'vitest';
import {
  bulletLines,
  jsonDocument,
  neutralise,
  neutraliseBlock,
  wrapWords,
} from '../../../main/cli/terminal-text.ts';

const DANGEROUS = [
  '\u0000',
  '\u0007',
  '\b',
  '\n',
  '\r',
  '\t',
  '\u001b',
  '\u007f',
  '\u009b',
  '\u2028',
  '\u202e',
  '\u2066',
  '\ufeff',
];

describe('rule R74: text for a terminal', () => {
  it.each(DANGEROUS)('escapes %j', (character) => {
    const text = neutralise(`a${character}b`);
    expect(text).toMatch(/^a\\u[0-9a-f]{4}b$/);
    expect(neutraliseBlock(`a${character}b`)).toBe(text);
  });

  it('leaves the letters of every language alone', () => {
    expect(neutralise('Zürich – 東京 🔑 مفتاح')).toBe('Zürich – 東京 🔑 مفتاح');
  });

  it('keeps the lines of PEM, and of nothing that only looks like it', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nMFkw+/=\n-----END PUBLIC KEY-----\n';
    expect(neutraliseBlock(pem)).toBe(pem.trimEnd());
    expect(neutraliseBlock(pem.replace('MFkw', 'MF\u001bkw'))).toContain('\\u001b');
    expect(neutraliseBlock(`${pem}forged line`)).not.toContain('\n');
  });

  it('a JSON document means the same after escaping', () => {
    const value = { [`name${DANGEROUS.join('')}`]: DANGEROUS.join('x'), list: [] };
    const document = jsonDocument(value);
    expect(JSON.parse(document)).toEqual(value);
    expect(document).not.toMatch(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069\ufeff]/u);
    expect(document.endsWith('}\n')).toBe(true);
  });
});

describe('wrapping', () => {
  it('breaks between words and never inside one', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords(`see ${'x'.repeat(30)} there`, 10)).toEqual(['see', 'x'.repeat(30), 'there']);
    expect(bulletLines('aaaaaaaaaaaa bbbbbbbbbbbb', 24)).toEqual(['  - aaaaaaaaaaaa', '    bbbbbbbbbbbb']);
  });
});
