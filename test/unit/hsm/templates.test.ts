import pkcs11js from 'pkcs11js';
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPublicKey } from '../../../main/hsm/public-key-encoding.ts';
import {
  generatedAesKey,
  generatedKeyPair,
  realmKey,
  transportKeyPair,
  unwrappedAesKey,
  unwrappedPrivateKey,
} from '../../../main/hsm/templates.ts';
import type { KeyVersionPlace, ObjectTemplate } from '../../../main/hsm/templates.ts';
import { dialectOf } from '../../../main/hsm/token-dialect.ts';

const id = 'ab'.repeat(16);
const place = (manufacturer: string): KeyVersionPlace => ({
  dialect: dialectOf(manufacturer),
  lifetime: 'token',
  id,
  label: 'label',
  extractable: true,
});
const types = (template: ObjectTemplate): number[] => template.attributes.map(({ type }) => type);
const value = (template: ObjectTemplate, type: number): unknown =>
  template.attributes.find((attribute) => attribute.type === type)?.value;

const RSA = { algorithm: 'RSA', length: 256 } as const;
const EC = { algorithm: 'ECDSA', length: 32 } as const;
const ecKey = readPublicKey(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }),
)!;

const secretTemplates = (manufacturer: string): ObjectTemplate[] => [
  generatedAesKey(32, place(manufacturer)),
  unwrappedAesKey(place(manufacturer)),
  realmKey('RBK', { id, label: 'l', lifetime: 'token', origin: 'generated' }),
  realmKey('RAK', { id, label: 'l', lifetime: 'session', origin: 'unwrapped' }),
];
const privateTemplates = (manufacturer: string): ObjectTemplate[] => [
  generatedKeyPair(RSA, place(manufacturer)).privateHalf,
  unwrappedPrivateKey(EC, ecKey, place(manufacturer)),
  transportKeyPair(3072, { id, label: 'l', lifetime: 'token' }).privateHalf,
];

describe.each(['SoftHSM project', 'Mozilla Foundation', 'any other'])(
  'templates for tokens of %s',
  (manufacturer) => {
    it('rule R10: state every attribute that tokens assume differently', () => {
      const common = [
        'CLASS',
        'KEY_TYPE',
        'TOKEN',
        'PRIVATE',
        'SENSITIVE',
        'EXTRACTABLE',
        'LABEL',
        'ID',
        'DECRYPT',
        'SIGN',
        'UNWRAP',
        'DERIVE',
      ] as const;
      const secret = [...common, 'ENCRYPT', 'VERIFY', 'WRAP'] as const;
      const all = [
        ...secretTemplates(manufacturer).map((template) => [template, secret] as const),
        ...privateTemplates(manufacturer).map((template) => [template, common] as const),
      ];
      for (const [template, names] of all) {
        expect(types(template)).toEqual(expect.arrayContaining(names.map((name) => pkcs11js[`CKA_${name}`])));
        expect(new Set(types(template)).size).toBe(types(template).length);
        expect(value(template, pkcs11js.CKA_PRIVATE)).toBe(true);
        expect(value(template, pkcs11js.CKA_SENSITIVE)).toBe(true);
      }
    });

    it('put MODIFIABLE last, where SoftHSM takes it', () => {
      for (const template of [
        generatedAesKey(16, place(manufacturer)),
        unwrappedPrivateKey(EC, ecKey, place(manufacturer)),
      ]) {
        expect(template.attributes.at(-1)).toEqual({ type: pkcs11js.CKA_MODIFIABLE, value: false });
      }
    });
  },
);

describe('templates', () => {
  it('hold nothing that pkcs11js would crash on', () => {
    const all = [...secretTemplates('any'), ...privateTemplates('Mozilla Foundation')];
    for (const { attributes } of all) {
      for (const { value: each } of attributes) {
        expect(
          typeof each === 'boolean' || typeof each === 'number' || (Buffer.isBuffer(each) && each.length > 0),
        ).toBe(true);
      }
    }
    for (const bad of [null, 1n, [], {}, -1, 1.5, NaN, 2 ** 32, '32']) {
      expect(() => generatedAesKey(bad as number, place('any'))).toThrow(TypeError);
    }
    expect(() => generatedAesKey(32, { ...place('any'), label: '' })).toThrow(TypeError);
    expect(() =>
      generatedAesKey(32, { ...place('any'), extractable: undefined as unknown as boolean }),
    ).toThrow(TypeError);
  });

  it('give an EC point along only where the token needs it', () => {
    const withPoint = unwrappedPrivateKey(EC, ecKey, place('Mozilla Foundation'));
    const without = unwrappedPrivateKey(EC, ecKey, place('SoftHSM project'));
    expect(types(withPoint)).toContain(0xd5a0db00);
    expect(types(without)).not.toContain(0xd5a0db00);
  });

  it('rule R3: wrapping keys and transport keys have one use each', () => {
    const uses = ['ENCRYPT', 'DECRYPT', 'SIGN', 'VERIFY', 'WRAP', 'UNWRAP', 'DERIVE'] as const;
    const allowed = (template: ObjectTemplate): string[] =>
      uses.filter((use) => value(template, pkcs11js[`CKA_${use}`]) === true);
    const key = { id, label: 'l', lifetime: 'token', origin: 'generated' } as const;
    expect(allowed(realmKey('RBK', key))).toEqual(['WRAP', 'UNWRAP']);
    expect(allowed(realmKey('RAK', key))).toEqual(['SIGN', 'VERIFY']);
    const transport = transportKeyPair(3072, { id, label: 'l', lifetime: 'token' }).privateHalf;
    expect(allowed(transport)).toEqual(['UNWRAP']);
    expect(value(transport, pkcs11js.CKA_EXTRACTABLE)).toBe(false);
  });
});
