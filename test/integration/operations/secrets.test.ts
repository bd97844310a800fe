import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import { sealingTokenOf } from '../../../main/operations/sealing-token-of-session.ts';
import { useSoftwareMaterial } from '../../../main/operations/software-key-material.ts';
import { openSealedBackup } from '../../../main/sealing/open-sealed-backup.ts';
import { offlineFile } from '../../../main/storage/offline-file.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { SECRET_CONTENT_LIMIT } from '../../../shared/domain/secret.ts';
import { beneathOperations } from '../../support/beneath-operations.ts';
import { FRA, TwoRegions } from '../../support/two-regions.ts';

const AES = { algorithm: 'AES', length: 32 } as const;
const RSA = { algorithm: 'RSA', length: 256 } as const;
const ECDSA = { algorithm: 'ECDSA', length: 32 } as const;

describe.each<KnownVendor>(['SoftHSM', 'NSS'])('secrets (rule R15) under %s', (vendor) => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  const keys = new Map<string, ResponseOf<'key.create'>>();
  const password = Buffer.from(`correct horse ${randomBytes(8).toString('hex')}`);

  beforeAll(async () => {
    regions = await TwoRegions.make(vendor, 'SoftHSM');
    vault = await regions.makeVault();
    for (const protectionMode of ['HSM', 'SOFTWARE'] as const) {
      for (const keyShape of [AES, RSA, ECDSA]) {
        const displayName = `${protectionMode} ${keyShape.algorithm}`;
        const asked = { vaultId: vault.id, displayName, keyShape, protectionMode };
        keys.set(displayName, await regions.call('key.create', asked));
      }
    }
    await writeFile(regions.path('password'), password);
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const idOf = (name: string): string => {
    const key = keys.get(name);
    if (key === undefined) throw new Error(`no key ${name}`);
    return key.id;
  };
  const create = (name: string, change: Partial<RequestInput<'secret.create'>> = {}) =>
    regions.call('secret.create', {
      vaultId: vault.id,
      keyId: idOf('HSM AES'),
      name,
      contentFile: regions.path('password'),
      ...change,
    });
  const read = async (secretId: string): Promise<Buffer> => {
    const out = regions.path(`read-${randomBytes(4).toString('hex')}`);
    await regions.call('secret.get', { secretId, out });
    return readFile(out);
  };
  const list = async () => (await regions.call('secret.list', { vaultId: vault.id })).data;

  it.each(['HSM AES', 'HSM RSA', 'SOFTWARE AES', 'SOFTWARE RSA'])(
    'rules R12, R15: encrypted by the %s key, is read again, after the key’s rotation as well',
    async (name) => {
      const secret = await create(`with-${name.replace(' ', '-')}`, { keyId: idOf(name) });
      expect(secret).toMatchObject({
        vaultId: vault.id,
        keyId: idOf(name),
        compartmentId: vault.compartmentId,
        lifecycleState: 'ACTIVE',
      });
      expect(await regions.call('secret.get', { secretId: secret.id })).toEqual(secret);
      await regions.call('key-version.create', { keyId: idOf(name) });
      const out = regions.path(`${name}.secret`);
      const answer = await regions.call('secret.get', { secretId: secret.id, out });
      expect(answer).toEqual({ ...secret, content: { path: out, bytes: password.length } });
      expect((await readFile(out)).equals(password)).toBe(true);
      expect((await stat(out)).mode & 0o777).toBe(0o600);
    },
  );

  it('rule R15: takes contents of 1 to 25,600 bytes of any kind', async () => {
    for (const length of [1, SECRET_CONTENT_LIMIT]) {
      const content = randomBytes(length);
      await writeFile(regions.path('content'), content);
      const secret = await create(`of-${length}`, { contentFile: regions.path('content') });
      expect((await read(secret.id)).equals(content)).toBe(true);
    }
    const before = (await list()).length;
    for (const length of [0, SECRET_CONTENT_LIMIT + 1]) {
      await writeFile(regions.path('content'), randomBytes(length));
      await expect(create('refused', { contentFile: regions.path('content') })).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason: 'SecretLength',
      });
    }
    await expect(create('refused', { contentFile: regions.path('nothing here') })).rejects.toMatchObject({
      reason: 'FileNotFound',
    });
    await expect(create('refused', { contentFile: regions.folder })).rejects.toMatchObject({
      reason: 'NotAFile',
    });
    expect(await list()).toHaveLength(before);
  });

  it('rule R15: refuses keys that do not encrypt, are not enabled or not of the vault', async () => {
    for (const name of ['HSM ECDSA', 'SOFTWARE ECDSA']) {
      await expect(create('refused', { keyId: idOf(name) })).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason: 'KeyCannotEncrypt',
      });
    }
    const elsewhere = await regions.call('vault.create', {
      compartmentId: vault.compartmentId,
      displayName: 'Elsewhere',
      region: FRA,
    });
    await expect(create('refused', { vaultId: elsewhere.id })).rejects.toMatchObject({
      code: 'InvalidParameter',
      reason: 'KeyOfAnotherVault',
    });
    const secret = await create('of-a-disabled-key', { keyId: idOf('SOFTWARE AES') });
    await regions.call('key.disable', { keyId: idOf('SOFTWARE AES') });
    await expect(create('refused', { keyId: idOf('SOFTWARE AES') })).rejects.toMatchObject({ status: 409 });
    await expect(read(secret.id)).rejects.toMatchObject({ status: 409 });
    await regions.call('key.enable', { keyId: idOf('SOFTWARE AES') });
    expect((await read(secret.id)).equals(password)).toBe(true);
    expect((await list()).filter(({ name }) => name === 'refused')).toEqual([]);
  });

  it('rule R15: has a name that is unique in its vault, and never replaces a file', async () => {
    const secret = await create('taken');
    await expect(create('taken')).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'SecretNameTaken',
    });
    const both = await Promise.allSettled([create('raced'), create('raced')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const name of ['', 'two words', 'a/b', 'ü', 'x'.repeat(101)]) {
      await expect(create(name)).rejects.toMatchObject({ code: 'InvalidParameter' });
    }
    const out = regions.path('mine');
    await writeFile(out, 'mine');
    await expect(regions.call('secret.get', { secretId: secret.id, out })).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
    });
    expect(await readFile(out, 'utf8')).toBe('mine');
  });

  it('rules R15, R74: is listed by page, and no answer has its content', async () => {
    const all = await list();
    const first = await regions.call('secret.list', { vaultId: vault.id, limit: 2 });
    const second = await regions.call('secret.list', { vaultId: vault.id, limit: 2, page: first.nextPage });
    expect([...first.data, ...second.data]).toEqual(all.slice(0, 4));
    const shown = JSON.stringify(all);
    for (const encoding of ['utf8', 'hex', 'base64'] as const) {
      expect(shown.includes(password.toString(encoding))).toBe(false);
    }
    const path = `${regions.path('home')}/catalog.sqlite`;
    const catalog = Buffer.concat([await readFile(path), await readFile(`${path}-wal`)]);
    expect(catalog.includes('of-a-disabled-key')).toBe(true);
    expect(catalog.includes(password.subarray(0, 14))).toBe(false);
  });

  it('rule R74: a content that was altered, cut or exchanged is refused, and no file appears', async () => {
    const secret = await create('altered');
    const other = await create('other');
    const database = new Database(`${regions.path('home')}/catalog.sqlite`);
    const contents = database.prepare('SELECT content FROM secret_contents WHERE secret_id = ?').pluck();
    const update = database.prepare('UPDATE secret_contents SET content = ? WHERE secret_id = ?');
    const sound = contents.get(secret.id) as Buffer;
    const wrong = [
      contents.get(other.id) as Buffer,
      sound.subarray(0, -1),
      sound.subarray(0, 20),
      Buffer.of(),
    ];
    for (const at of [0, 8, 26, 30, sound.length - 20, sound.length - 1]) {
      const copy = Buffer.from(sound);
      copy[at]! ^= 1;
      wrong.push(copy);
    }
    for (const bytes of wrong) {
      update.run(bytes, secret.id);
      const out = regions.path('never');
      await expect(regions.call('secret.get', { secretId: secret.id, out })).rejects.toMatchObject({
        code: 'IncorrectState',
        reason: 'SecretDamaged',
      });
      await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
    }
    // Nor does it pass for a file.
    await writeFile(regions.path('as a file'), sound);
    await expect(
      regions.call('crypto.decrypt', { in: regions.path('as a file'), out: regions.path('never') }),
    ).rejects.toMatchObject({ reason: 'ChunkNotAuthentic' });
    update.run(sound, secret.id);
    database.close();
    expect((await read(secret.id)).equals(password)).toBe(true);
  });

  it('rules R15, R47: a vault that is not ACTIVE takes none; reading goes on while it is backed up', async () => {
    const secret = await create('stateful');
    const database = new Database(`${regions.path('home')}/catalog.sqlite`);
    const setState = (state: string): void => {
      database.prepare('UPDATE vaults SET lifecycle_state = ? WHERE id = ?').run(state, vault.id);
    };
    setState('BACKUP_IN_PROGRESS');
    await expect(create('refused')).rejects.toMatchObject({ status: 409, code: 'IncorrectState' });
    expect((await read(secret.id)).equals(password)).toBe(true);
    for (const state of ['PENDING_DELETION', 'RESTORING', 'DELETED']) {
      setState(state);
      await expect(create('refused')).rejects.toMatchObject({ status: 409, code: 'IncorrectState' });
      await expect(read(secret.id)).rejects.toMatchObject({ status: 409, code: 'IncorrectState' });
      expect((await regions.call('secret.get', { secretId: secret.id })).name).toBe('stateful');
    }
    setState('ACTIVE');
    database.close();
  });

  it('rules R15, R21, R22: no backup has a secret or a SOFTWARE key, and each says how many secrets it left out', async () => {
    const secrets = (await list()).length;
    expect(secrets).toBeGreaterThan(5);
    await expect(
      regions.call('key.backup', {
        keyId: idOf('SOFTWARE AES'),
        backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
      }),
    ).rejects.toMatchObject({ status: 400, reason: 'SoftwareKeyNotBackedUp' });
    const ofVault = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('vault.backup') },
    });
    expect(ofVault.backup.secretsLeftOut).toBe(secrets);
    const software = [...keys.values()].filter(({ protectionMode }) => protectionMode === 'SOFTWARE');
    expect(ofVault.backup.leftOut).toEqual(
      software.map(({ id, displayName }) => ({
        id,
        displayName,
        reason: 'SOFTWARE keys have no backup; only HSM keys do.',
      })),
    );
    const ofKey = await regions.call('key.backup', {
      keyId: idOf('HSM AES'),
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('key.backup') },
    });
    expect(ofKey.backup.secretsLeftOut).toBe(secrets);
    const words = `${secrets} secrets were left out: secrets are never in a backup`;
    for (const { workRequestId } of [ofVault, ofKey]) {
      const logs = (await regions.call('work-request.logs', { workRequestId })).data;
      expect(logs.map(({ message }) => message)).toContain(`${words}.`);
    }
    const plan = await regions.call('backup.plan-restore', {
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('vault.backup') },
      region: FRA,
    });
    expect(plan.warnings).toContain(`Of the vault ${vault.displayName}, ${words}.`);

    await beneathOperations(regions, async (beneath) => {
      const { catalog, session } = beneath;
      const forbidden: Buffer[] = [password.subarray(0, 14)];
      for (const secret of catalog.secrets.iterate({ vaultId: vault.id })) {
        forbidden.push(Buffer.from(secret.id), Buffer.from(secret.name));
        forbidden.push(Buffer.from(catalog.secrets.contentOf(secret.id) ?? []).subarray(-16));
      }
      for (const key of software) {
        forbidden.push(Buffer.from(key.id), Buffer.from(key.displayName));
        for (const version of catalog.keyVersions.iterateOfKey(key.id)) {
          const usable = { key: catalog.keys.require(key.id), version };
          const copy = (material: Uint8Array): Buffer => Buffer.from(material);
          const material = await useSoftwareMaterial(beneath, usable, copy);
          const middle = Math.max(0, Math.floor(material.length / 2) - 16);
          forbidden.push(material.subarray(middle, middle + 32), Buffer.from(version.materialId, 'hex'));
          forbidden.push(
            Buffer.from(catalog.softwareKeyMaterials.require(version.id).sealedMaterial).subarray(0, 32),
          );
        }
      }
      for (const file of ['vault.backup', 'key.backup']) {
        await using source = await offlineFile(regions.path(file)).open();
        const reader = await openSealedBackup(source, sealingTokenOf(session));
        const entries = await Array.fromAsync(reader.entries());
        reader.close();
        expect(entries.find((entry) => entry.kind === 'vault')).toMatchObject({ secretsLeftOut: secrets });
        const plain = Buffer.concat(entries.flatMap(bytesIn));
        expect(plain.includes('HSM AES')).toBe(true);
        for (const bytes of forbidden) expect(plain.includes(bytes), bytes.toString('latin1')).toBe(false);
      }
    });
  }, 60_000);
});

/** All strings and bytes of an entry. */
function bytesIn(value: unknown): Buffer[] {
  if (typeof value === 'string')
    return [Buffer.from(/^[0-9a-f]{32}$/.test(value) ? Buffer.from(value, 'hex') : value)];
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}
