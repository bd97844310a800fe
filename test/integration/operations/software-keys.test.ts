import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  verify,
} from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import { useSoftwareMaterial } from '../../../main/operations/software-key-material.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { signingAlgorithmsOf } from '../../../shared/domain/key-shape.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import { beneathOperations } from '../../support/beneath-operations.ts';
import { TwoRegions } from '../../support/two-regions.ts';

const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 16 },
  { algorithm: 'AES', length: 24 },
  { algorithm: 'AES', length: 32 },
  { algorithm: 'RSA', length: 256 },
  { algorithm: 'RSA', length: 384 },
  { algorithm: 'RSA', length: 512 },
  { algorithm: 'ECDSA', length: 32 },
  { algorithm: 'ECDSA', length: 48 },
  { algorithm: 'ECDSA', length: 66 },
];
/** The token gives a data key only, whatever the shape: four of them show that another token does it as well. */
const SHAPES_ON_NSS = SHAPES.filter(({ length }) => length === 24 || length === 256 || length === 32);
const nameOf = ({ algorithm, length }: KeyShape): string => `${algorithm}-${length}`;
/** An AES key, or what is private in a private key: the rest of its PKCS#8 is anybody's. */
function secretPartsOf(material: Buffer): Buffer[] {
  if (material.length <= 32) return [material];
  const { d, p, q } = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' }).export({
    format: 'jwk',
  });
  return [d, p, q].flatMap((part) => (part === undefined ? [] : [Buffer.from(part, 'base64url')]));
}

/** Layout of an encrypted file ([Note: encrypted files]): where the encrypted data key begins. */
const DATA_KEY_AT = 8 + 1 + 16 + 2;

describe.each<readonly [KnownVendor, readonly KeyShape[]]>([
  ['SoftHSM', SHAPES],
  ['NSS', SHAPES_ON_NSS],
])('SOFTWARE keys (rule R10) under %s', (vendor, shapes) => {
  const encrypting = shapes.filter(({ algorithm }) => algorithm !== 'ECDSA').map(nameOf);
  const signing = shapes.flatMap((shape) =>
    signingAlgorithmsOf(shape).map((algorithm) => [nameOf(shape), algorithm] as const),
  );
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  const keys = new Map<string, ResponseOf<'key.create'>>();
  /** The values of the first versions, as nobody else may have them. */
  const materials = new Map<string, Buffer>();
  const message = randomBytes(150_000);

  beforeAll(async () => {
    regions = await TwoRegions.make(vendor, 'SoftHSM');
    vault = await regions.makeVault();
    await writeFile(regions.path('message'), message);
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const idOf = (name: string): string => {
    const key = keys.get(name);
    if (key === undefined) throw new Error(`no key ${name}`);
    return key.id;
  };
  const encrypt = (name: string, out: string) =>
    regions.call('crypto.encrypt', {
      keyId: idOf(name),
      in: regions.path('message'),
      out: regions.path(out),
    });
  const decrypt = async (file: string): Promise<Buffer> => {
    const out = regions.path(`${file}.${randomBytes(4).toString('hex')}`);
    await regions.call('crypto.decrypt', { in: regions.path(file), out });
    return readFile(out);
  };
  const encryptedDataKeyOf = async (file: string): Promise<Buffer> => {
    const bytes = await readFile(regions.path(file));
    return bytes.subarray(DATA_KEY_AT, DATA_KEY_AT + bytes.readUInt16BE(DATA_KEY_AT - 2));
  };
  const materialOf = (name: string): Buffer => {
    const material = materials.get(name);
    if (material === undefined) throw new Error(`no key ${name}`);
    return material;
  };

  it('rule R10: are created side by side under one token key, and make no token object of their own', async () => {
    const created = await Promise.all(
      shapes.map((keyShape) =>
        regions.call('key.create', {
          vaultId: vault.id,
          displayName: nameOf(keyShape),
          keyShape,
          protectionMode: 'SOFTWARE',
        }),
      ),
    );
    for (const key of created) {
      keys.set(key.displayName, key);
      expect(key).toMatchObject({ protectionMode: 'SOFTWARE', lifecycleState: 'ENABLED' });
    }
    expect([...keys.keys()].sort()).toEqual(shapes.map(nameOf).sort());
    await beneathOperations(regions, async (beneath) => {
      const { catalog, session } = beneath;
      const protectors = [...catalog.softwareKeyProtectors.iterate()];
      expect(protectors).toMatchObject([{ region: vault.region, lifecycleState: 'ENABLED' }]);
      expect(await Array.fromAsync(session.inventory())).toEqual([
        { materialId: protectors[0]?.materialId, algorithm: 'AES' },
      ]);
      expect(catalog.tokenOrphans.listOf(vault.region)).toEqual([]);
      for (const { displayName, id, currentKeyVersion } of created) {
        const usable = {
          key: catalog.keys.require(id),
          version: catalog.keyVersions.require(currentKeyVersion),
        };
        const copy = (material: Uint8Array): Buffer => Buffer.from(material);
        materials.set(displayName, await useSoftwareMaterial(beneath, usable, copy));
      }
    });
  }, 60_000);

  it('rule R10: HSM is what a key is where nothing is said, and both kinds live in one vault of either type', async () => {
    const other = await regions.call('vault.create', {
      compartmentId: vault.compartmentId,
      displayName: 'Default',
      vaultType: 'DEFAULT',
      region: vault.region,
    });
    const keyShape = { algorithm: 'AES', length: 32 } as const;
    for (const vaultId of [vault.id, other.id]) {
      const hsm = await regions.call('key.create', { vaultId, displayName: 'hsm', keyShape });
      expect(hsm.protectionMode).toBe('HSM');
      const software = await regions.call('key.create', {
        vaultId,
        displayName: 'software',
        keyShape,
        protectionMode: 'SOFTWARE',
      });
      keys.set('software twin', software);
      keys.set('HSM twin', hsm);
      expect((await encrypt('software twin', `software-${vaultId}`)).keyId).toBe(software.id);
      // Rule R14: nothing but the material id tells which kind of key made a file.
      await encrypt('HSM twin', `hsm-${vaultId}`);
      const [a, b] = [`software-${vaultId}`, `hsm-${vaultId}`].map((file) => readFile(regions.path(file)));
      const [first, second] = [await a!, await b!];
      expect(first.length).toBe(second.length);
      expect(first.subarray(0, 9)).toEqual(second.subarray(0, 9));
      expect(first.subarray(25, DATA_KEY_AT)).toEqual(second.subarray(25, DATA_KEY_AT));
    }
  });

  it.each(encrypting)(
    'rules R12, R14: %s encrypts, and decrypts what it made before its rotation',
    async (name) => {
      const first = await encrypt(name, `${name}.first`);
      const rotated = await regions.call('key-version.create', { keyId: idOf(name) });
      expect((await regions.call('key.get', { keyId: idOf(name) })).currentKeyVersion).toBe(rotated.id);
      const second = await encrypt(name, `${name}.second`);
      expect(second.keyVersionId).toBe(rotated.id);
      expect(first.keyVersionId).not.toBe(rotated.id);
      expect((await decrypt(`${name}.first`)).equals(message)).toBe(true);
      expect((await decrypt(`${name}.second`)).equals(message)).toBe(true);
    },
  );

  it.each(signing)('rule R14: %s signs with %s, as node:crypto verifies', async (name, signingAlgorithm) => {
    const signature = regions.path(`${name}.${signingAlgorithm}`);
    const asked = { keyId: idOf(name), in: regions.path('message'), signature };
    const made = await regions.call('crypto.sign', { ...asked, signingAlgorithm });
    await regions.call('crypto.verify', asked);
    await expect(
      regions.call('crypto.verify', { in: regions.path('AES-24.first'), signature }),
    ).rejects.toMatchObject({ reason: 'SignatureNotValid' });
    const { publicKey } = await regions.call('key-version.get', { keyVersionId: made.keyVersionId });
    const file = JSON.parse(await readFile(signature, 'utf8')) as { signature: string };
    const key = createPublicKey(publicKey ?? '');
    const hash = `sha${/256|384|512/.exec(signingAlgorithm)?.[0] ?? ''}`;
    const padding = signingAlgorithm.endsWith('PSS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(hash.slice(3)) / 8 }
      : {};
    expect(verify(hash, message, { key, ...padding }, Buffer.from(file.signature, 'base64'))).toBe(true);
    if (name.startsWith('RSA'))
      expect(key.asymmetricKeyDetails?.modulusLength).toBe(Number(name.slice(4)) * 8);
  });

  it('rule R14: refuses to do what the shape does not', async () => {
    await expect(encrypt('ECDSA-32', 'refused')).rejects.toMatchObject({ reason: 'KeyCannotEncrypt' });
    for (const [name, signingAlgorithm] of [
      ['AES-24', undefined],
      ['ECDSA-32', 'ECDSA_SHA_384'],
    ] as const) {
      await expect(
        regions.call('crypto.sign', {
          keyId: idOf(name),
          in: regions.path('message'),
          signature: regions.path('refused'),
          ...(signingAlgorithm === undefined ? {} : { signingAlgorithm }),
        }),
      ).rejects.toMatchObject({ reason: 'KeyCannotSign' });
    }
  });

  it('rule R11: a disabled key is not used, and works again once enabled', async () => {
    const keyId = idOf('AES-24');
    await regions.call('key.disable', { keyId });
    await expect(encrypt('AES-24', 'refused')).rejects.toMatchObject({ code: 'IncorrectState' });
    await expect(decrypt('AES-24.first')).rejects.toMatchObject({ code: 'IncorrectState' });
    await expect(regions.call('key-version.create', { keyId })).rejects.toMatchObject({
      code: 'IncorrectState',
    });
    await regions.call('key.enable', { keyId });
    expect((await decrypt('AES-24.first')).equals(message)).toBe(true);
  });

  it('rule R14: node:crypto alone opens the data keys with the keys’ values: AES-GCM and RSA-OAEP with SHA-256', async () => {
    const rsa = await encryptedDataKeyOf('RSA-256.first');
    const key = createPrivateKey({ key: materialOf('RSA-256'), format: 'der', type: 'pkcs8' });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    expect(privateDecrypt({ key, padding, oaepHash: 'sha256' }, rsa)).toHaveLength(32);
    const aes = await encryptedDataKeyOf('AES-24.first');
    const decipher = createDecipheriv('aes-192-gcm', materialOf('AES-24'), aes.subarray(0, 12));
    decipher.setAAD((await readFile(regions.path('AES-24.first'))).subarray(9, 25));
    decipher.setAuthTag(aes.subarray(-16));
    expect(Buffer.concat([decipher.update(aes.subarray(12, -16)), decipher.final()])).toHaveLength(32);
  });

  it.each(['AES-24', 'RSA-256'])(
    'rule R74: %s answers the same to every data key that is not its own',
    async (name) => {
      const file = await readFile(regions.path(`${name}.second`));
      const length = file.readUInt16BE(DATA_KEY_AT - 2);
      const { publicKey } = (await regions.call('key-version.list', { keyId: idOf(name) })).data.at(-1) ?? {};
      const altered = [0, length / 2, length - 1].map((offset) => {
        const copy = Buffer.from(file);
        copy[DATA_KEY_AT + offset]! ^= 1;
        return copy;
      });
      const cut = Buffer.from(file);
      cut.writeUInt16BE(length - 1, DATA_KEY_AT - 2);
      altered.push(cut);
      if (publicKey !== undefined) {
        // Whoever has the public key can encrypt another value than a data key.
        const padding = constants.RSA_PKCS1_OAEP_PADDING;
        const short = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha256' }, randomBytes(16));
        altered.push(
          Buffer.concat([file.subarray(0, DATA_KEY_AT), short, file.subarray(DATA_KEY_AT + length)]),
        );
      }
      for (const bytes of altered) {
        await writeFile(regions.path('altered'), bytes);
        await expect(decrypt('altered')).rejects.toMatchObject({
          code: 'InvalidParameter',
          reason: 'EncryptedDataInvalid',
          message: 'This ciphertext was altered, cut, or made under another key version.',
        });
      }
    },
  );

  it('rule R10: no byte of a value is in the catalog but sealed', async () => {
    const path = `${regions.path('home')}/catalog.sqlite`;
    const catalog = Buffer.concat([await readFile(path), await readFile(`${path}-wal`)]);
    const database = new Database(path, { readonly: true });
    const sealed = database
      .prepare('SELECT sealed_material FROM software_key_materials')
      .pluck()
      .all() as Buffer[];
    database.close();
    // What is looked for would be found: every sealed value is.
    expect(sealed).toHaveLength(shapes.length + encrypting.length + 2);
    for (const bytes of sealed) expect(catalog.includes(bytes.subarray(0, 32))).toBe(true);
    expect(new Set([...materials.values()].map((material) => material.toString('hex'))).size).toBe(
      shapes.length,
    );
    for (const secret of [...materials.values()].flatMap(secretPartsOf)) {
      expect(secret.length).toBeGreaterThanOrEqual(16);
      expect(catalog.includes(secret.subarray(0, 14))).toBe(false);
      expect(catalog.includes(secret.subarray(0, 14).toString('hex'))).toBe(false);
      // Base64 of something around it begins at any of three places.
      for (const start of [0, 1, 2]) {
        const whole = secret.subarray(start, start + 12);
        for (const encoding of ['base64', 'base64url'] as const)
          expect(catalog.includes(whole.toString(encoding))).toBe(false);
      }
    }
  });
});
