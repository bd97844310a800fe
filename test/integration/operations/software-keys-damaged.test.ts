import { randomBytes } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenSession } from '../../../main/hsm/token-session.ts';
import {
  protectDataKey,
  undoInterruptedProtectors,
} from '../../../main/operations/software-key-protector.ts';
import { destroyTokenOrphans } from '../../../main/operations/token-orphans.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { beneathOperations } from '../../support/beneath-operations.ts';
import type { Beneath } from '../../support/beneath-operations.ts';
import { openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

const AES = { algorithm: 'AES', length: 32 } as const;
const PROTECTOR = { algorithm: 'AES', length: 32 } as const;

describe('SOFTWARE keys whose catalog or token is not as it was', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let key: ResponseOf<'key.create'>;
  let other: ResponseOf<'key.create'>;
  const message = randomBytes(1000);

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    key = await create('key');
    other = await create('other');
    await writeFile(regions.path('message'), message);
    await regions.call('crypto.encrypt', {
      keyId: key.id,
      in: regions.path('message'),
      out: regions.path('encrypted'),
    });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const create = (displayName: string) =>
    regions.call('key.create', {
      vaultId: vault.id,
      displayName,
      keyShape: AES,
      protectionMode: 'SOFTWARE',
    });
  const decrypt = async (): Promise<Buffer> => {
    const out = regions.path(`decrypted-${randomBytes(4).toString('hex')}`);
    await regions.call('crypto.decrypt', { in: regions.path('encrypted'), out });
    return readFile(out);
  };

  /** Changes the catalog as somebody with the disk could, tries, and puts it back. */
  async function whileAltered(alter: (database: Database.Database) => void, attempt: () => Promise<unknown>) {
    const database = new Database(`${regions.path('home')}/catalog.sqlite`);
    const rows = database.prepare('SELECT * FROM software_key_materials').all() as Record<string, unknown>[];
    const keyShape = database.prepare('SELECT key_shape FROM keys WHERE id = ?').pluck().get(key.id);
    try {
      alter(database);
      await attempt();
    } finally {
      database.exec('DELETE FROM software_key_materials');
      const insert = database.prepare('INSERT INTO software_key_materials VALUES (?, ?, ?, ?)');
      for (const row of rows) insert.run(...Object.values(row));
      database.prepare('UPDATE keys SET key_shape = ? WHERE id = ?').run(keyShape, key.id);
      database.close();
    }
    expect((await decrypt()).equals(message)).toBe(true);
  }

  const isDamaged = async (): Promise<void> => {
    await expect(decrypt()).rejects.toMatchObject({
      code: 'IncorrectState',
      reason: 'SoftwareKeyMaterialDamaged',
      message: `The sealed value of the SOFTWARE key version ${key.currentKeyVersion} was altered, or is another version's.`,
    });
  };

  it.each(['encrypted_data_key', 'sealed_material'])(
    'rule R10: a bit changed in %s is found',
    async (column) => {
      for (const at of [0, 20, -1]) {
        await whileAltered((database) => {
          const read = database.prepare(
            `SELECT ${column} FROM software_key_materials WHERE key_version_id = ?`,
          );
          const bytes = read.pluck().get(key.currentKeyVersion) as Buffer;
          bytes[at < 0 ? bytes.length + at : at]! ^= 0x10;
          database
            .prepare(`UPDATE software_key_materials SET ${column} = ? WHERE key_version_id = ?`)
            .run(bytes, key.currentKeyVersion);
        }, isDamaged);
      }
    },
  );

  it('rule R10: the row of another version does not pass for this one’s', async () => {
    await whileAltered((database) => {
      database
        .prepare(
          `UPDATE software_key_materials SET (encrypted_data_key, sealed_material) = (
             SELECT encrypted_data_key, sealed_material FROM software_key_materials WHERE key_version_id = ?)
           WHERE key_version_id = ?`,
        )
        .run(other.currentKeyVersion, key.currentKeyVersion);
    }, isDamaged);
  });

  it('rule R10: a version does not open under another shape', async () => {
    await whileAltered((database) => {
      database
        .prepare('UPDATE keys SET key_shape = ? WHERE id = ?')
        .run(JSON.stringify({ algorithm: 'AES', length: 16 }), key.id);
    }, isDamaged);
  });

  it('rule R10: a version without its row says so', async () => {
    await whileAltered(
      (database) => {
        database
          .prepare('DELETE FROM software_key_materials WHERE key_version_id = ?')
          .run(key.currentKeyVersion);
      },
      async () => {
        await expect(decrypt()).rejects.toMatchObject({ reason: 'SoftwareKeyMaterialMissing' });
      },
    );
  });

  it('rule R10: a copied home is of no use with another token of the realm, where new keys get a protector of their own', async () => {
    await regions.strongroom.close();
    await cp(regions.path('home'), regions.path('copied home'), { recursive: true });
    await regions.reopen();
    await using copied = await openHome(regions.path('copied home'), [regions.zrh]);
    // Zurich's token holds the same realm keys: the region may be bound to it.
    await copied.call('region.detach', { region: ZRH });
    await copied.call('region.attach', { region: vault.region, ...tokenFields(regions.zrh) });
    await expect(
      copied.call('crypto.decrypt', { in: regions.path('encrypted'), out: regions.path('never') }),
    ).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound', reason: 'SoftwareKeyProtectorMissing' });
    const later = await copied.call('key.create', {
      vaultId: vault.id,
      displayName: 'later',
      keyShape: AES,
      protectionMode: 'SOFTWARE',
    });
    await copied.call('crypto.encrypt', {
      keyId: later.id,
      in: regions.path('message'),
      out: regions.path('later'),
    });
    await copied.call('crypto.decrypt', { in: regions.path('later'), out: regions.path('later.decrypted') });
    expect((await readFile(regions.path('later.decrypted'))).equals(message)).toBe(true);
  });

  /** A session whose token really makes the key, after which something else happens. */
  const afterGenerating = (session: TokenSession, then: () => Promise<void>): TokenSession => ({
    ...session,
    generateKeyVersion: async (...parameters) => {
      const generated = await session.generateKeyVersion(...parameters);
      await then();
      return generated;
    },
  });
  const inventoryOf = async ({ session }: Beneath): Promise<string[]> =>
    (await Array.fromAsync(session.inventory())).map(({ materialId }) => materialId).sort();

  it('rule R73: a protector that is just being made survives a login, and one that was cut off is destroyed by the next', async () => {
    await beneathOperations(regions, async (beneath) => {
      const { catalog, session } = beneath;
      const known = catalog.softwareKeyProtectors.listEnabled(vault.region);
      const before = await inventoryOf(beneath);
      // As on a token of its own: no protector is known to be on it.
      const region = 'uk-london-1';
      const cut = afterGenerating(session, () => Promise.reject(new Error('the answer never came')));
      await expect(
        protectDataKey({ ...beneath, openRegion: () => Promise.resolve(cut) }, region, randomBytes(32)),
      ).rejects.toThrow('never came');
      expect(catalog.softwareKeyProtectors.list({ region }).data).toEqual([]);
      expect(catalog.tokenOrphans.listOf(region)).toHaveLength(1);
      expect(await inventoryOf(beneath)).toHaveLength(before.length + 1);

      const login = afterGenerating(session, () => destroyTokenOrphans(catalog, region, session));
      const { protectorMaterialId } = await protectDataKey(
        { ...beneath, openRegion: () => Promise.resolve(login) },
        region,
        randomBytes(32),
      );
      expect(catalog.softwareKeyProtectors.listEnabled(region)).toMatchObject([
        { materialId: protectorMaterialId },
      ]);
      expect(catalog.tokenOrphans.listOf(region)).toEqual([]);
      expect(await inventoryOf(beneath)).toEqual([...before, protectorMaterialId].sort());

      // A program that was killed in the midst has left its record, too.
      const materialId = randomBytes(16).toString('hex');
      catalog.softwareKeyProtectors.insert({
        materialId,
        region,
        lifecycleState: 'CREATING',
        timeCreated: new Date().toISOString(),
      });
      catalog.tokenOrphans.add([{ region, materialId }]);
      await session.generateKeyVersion(materialId, PROTECTOR, 'software key protector');
      undoInterruptedProtectors(catalog);
      await destroyTokenOrphans(catalog, region, session);
      expect(await inventoryOf(beneath)).toEqual([...before, protectorMaterialId].sort());
      expect(catalog.softwareKeyProtectors.listEnabled(vault.region)).toEqual(known);
      await session.destroyKeyVersions([protectorMaterialId]);
      catalog.softwareKeyProtectors.delete(protectorMaterialId);
    });
  });

  it('rules R2, R72: the protector that is on the token is used; a token that fails is not taken for one without', async () => {
    await beneathOperations(regions, async (beneath) => {
      const { catalog } = beneath;
      const before = await inventoryOf(beneath);
      const pulled = { ...beneath.session, encryptDataKey: () => Promise.reject(new Error('pulled')) };
      const openRegion = () => Promise.resolve(pulled);
      await expect(protectDataKey({ ...beneath, openRegion }, vault.region, randomBytes(32))).rejects.toThrow(
        'pulled',
      );

      // As where the region was bound to another token meanwhile.
      const [own] = catalog.softwareKeyProtectors.listEnabled(vault.region);
      const newer = { materialId: 'f'.repeat(32), timeCreated: new Date().toISOString() };
      catalog.softwareKeyProtectors.insert({ ...newer, region: vault.region, lifecycleState: 'ENABLED' });
      const { protectorMaterialId } = await protectDataKey(beneath, vault.region, randomBytes(32));
      expect(protectorMaterialId).toBe(own?.materialId);
      expect(await inventoryOf(beneath)).toEqual(before);
    });
  });

  it('rule R13: a value that was destroyed leaves no byte in the catalog', async () => {
    const path = `${regions.path('home')}/catalog.sqlite`;
    await regions.strongroom.close();
    const database = new Database(path, { readonly: true });
    const sealed = database
      .prepare('SELECT sealed_material FROM software_key_materials WHERE key_version_id = ?')
      .pluck()
      .get(other.currentKeyVersion) as Buffer;
    database.close();
    expect((await readFile(path)).includes(sealed.subarray(0, 32))).toBe(true);
    await regions.reopen();
    await regions.call('key.schedule-deletion', { keyId: other.id, isOverrideCoverage: true });
    regions.clock.daysAhead = 31;
    await regions.call('deletion.execute', { ids: [other.id] });
    await regions.strongroom.close();
    const afterwards = await readFile(path);
    for (let at = 0; at + 16 <= sealed.length; at += 16) {
      expect(afterwards.includes(sealed.subarray(at, at + 16))).toBe(false);
    }
    await regions.reopen();
  });
});
