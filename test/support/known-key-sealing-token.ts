import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';
import type { ProvableKey, SealingIdentity, SealingToken } from '../../main/sealing/sealing-token.ts';

/** The alternative initial value of RFC 5649, 3. */
const KEY_WRAP_INITIAL_VALUE = Buffer.from('a65959a6', 'hex');
/** What the probe wraps: any public key will do, as long as it never changes. */
const PROBE_KEY = Buffer.alloc(32, 0x50);

/**
 * A sealing token in software whose realm keys are known. It exists so that test vectors of the sealed backup can be
 * written down and read by anybody: a real token gives neither its keys away nor the same backup twice.
 */
export class KnownKeySealingToken implements SealingToken {
  readonly #rak: Buffer;
  readonly #rbk: Buffer;
  /** Values that `wrapKeyVersions` knows: raw bytes of AES keys, PKCS#8 of private keys. */
  readonly #values = new Map<string, Uint8Array>();

  /** @param keys 32 bytes each. */
  constructor(keys: { readonly rak: Uint8Array; readonly rbk: Uint8Array }) {
    this.#rak = Buffer.from(keys.rak);
    this.#rbk = Buffer.from(keys.rbk);
  }

  hold(materialId: string, value: Uint8Array): void {
    this.#values.set(materialId, value);
  }

  authenticate(message: Uint8Array): Promise<Uint8Array> {
    return Promise.resolve(createHmac('sha256', this.#rak).update(message).digest());
  }

  identify(): Promise<SealingIdentity> {
    const derive = (key: Buffer, name: string) =>
      createHmac('sha256', key).update(`known-key/${name}`).digest();
    const hex = (key: Buffer, name: string) => derive(key, name).toString('hex', 0, 16);
    return Promise.resolve({
      realmId: hex(this.#rak, 'realm'),
      tenancyId: formatOcid({ type: 'tenancy', uniqueId: ocidCharacters(derive(this.#rak, 'tenancy'), 60) }),
      rbkId: hex(this.#rbk, 'id'),
      rakId: hex(this.#rak, 'id'),
      rakCheckValue: hex(this.#rak, 'check value'),
    });
  }

  wrapProbe(): Promise<Uint8Array> {
    return Promise.resolve(this.wrap(PROBE_KEY));
  }

  async *wrapKeyVersions(materialIds: Iterable<string> | AsyncIterable<string>) {
    for await (const materialId of materialIds) {
      const value = this.#values.get(materialId);
      if (value === undefined) throw new Error(`no value is held for ${materialId}`);
      yield { materialId, wrappedKey: this.wrap(value) };
    }
  }

  async *proveKeyVersions(keys: Iterable<ProvableKey> | AsyncIterable<ProvableKey>): AsyncGenerator<string> {
    for await (const key of keys) {
      if (!this.#isProven(key)) {
        throw new StrongroomError(
          'InvalidParameter',
          `The key ${key.materialId} is not what its entry says.`,
          'Stop.',
          {
            reason: 'WrappedKeyNotProven',
          },
        );
      }
      yield key.materialId;
    }
  }

  /** RFC 5649 under RBK. */
  wrap(value: Uint8Array): Uint8Array {
    const cipher = createCipheriv('id-aes256-wrap-pad', this.#rbk, KEY_WRAP_INITIAL_VALUE);
    return Uint8Array.from(Buffer.concat([cipher.update(value), cipher.final()]));
  }

  #isProven(key: ProvableKey): boolean {
    try {
      const decipher = createDecipheriv('id-aes256-wrap-pad', this.#rbk, KEY_WRAP_INITIAL_VALUE);
      const value = Buffer.concat([decipher.update(key.wrappedKey), decipher.final()]);
      if (key.keyShape.algorithm === 'AES') return value.length === key.keyShape.length;
      const privateKey = createPrivateKey({ key: value, format: 'der', type: 'pkcs8' });
      const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
      return key.publicKey !== undefined && publicKey.equals(key.publicKey);
    } catch {
      return false;
    }
  }
}
