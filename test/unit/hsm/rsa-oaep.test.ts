import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptOaep, removeOaepPadding } from '../../../main/hsm/rsa-oaep.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = publicKey.export({ type: 'spki', format: 'der' });
const LENGTH = 256;

/** The raw RSA operation, as a token does it with CKM_RSA_X_509. */
const raw = (ciphertext: Uint8Array): Buffer =>
  privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ciphertext);

describe('RSA-OAEP with SHA-256', () => {
  it('rule R12: comes off as node:crypto put it on, at every length', () => {
    for (const length of [1, 16, 32, 100, 189, 190]) {
      const value = randomBytes(length);
      const block = raw(encryptOaep(spki, 'SHA-256', value));
      expect(Buffer.from(removeOaepPadding(block, LENGTH))).toEqual(value);
      // A token that leaves out leading zeros: the first byte of the block is always one.
      expect(Buffer.from(removeOaepPadding(block.subarray(1), LENGTH))).toEqual(value);
    }
    expect(removeOaepPadding(raw(encryptOaep(spki, 'SHA-256', new Uint8Array(0))), LENGTH)).toHaveLength(0);
  });

  it('refuses every other block with one and the same error', () => {
    const block = raw(encryptOaep(spki, 'SHA-256', randomBytes(32)));
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const labelled = publicEncrypt(
      { key: publicKey, padding, oaepHash: 'sha256', oaepLabel: Buffer.from('x') },
      randomBytes(32),
    );
    const bad = [
      ...Array.from({ length: LENGTH }, (_, at) =>
        block.map((byte, index) => (index === at ? byte ^ 0x10 : byte)),
      ),
      raw(publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, randomBytes(32))),
      raw(labelled),
      new Uint8Array(LENGTH),
      new Uint8Array(0),
      Buffer.concat([Buffer.from([0]), block]),
      block.subarray(0, 200),
    ];
    const messages = bad.map((each) => {
      try {
        removeOaepPadding(each, LENGTH);
      } catch (thrown) {
        return String(thrown);
      }
      return 'taken';
    });
    expect(new Set(messages)).toEqual(new Set(['Error: the padding is not RSA-OAEP with SHA-256']));
    expect(() => removeOaepPadding(block, 65)).toThrow();
  });
});
