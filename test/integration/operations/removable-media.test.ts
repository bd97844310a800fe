import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { MANIFEST_NAME } from '../../../shared/domain/media-manifest.ts';
import type { MediaManifest } from '../../../shared/domain/media-manifest.ts';
import { killDuring } from '../../support/kill-during.ts';
import { OFFICER } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

/** A sealed backup of another realm. */
const FOREIGN = fileURLToPath(new URL('../../vectors/sealed-backup/vault-with-keys.sealed', import.meta.url));

describe('backups on removable media', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let key: ResponseOf<'key.create'>;
  /** Three of the vault, the first oldest, and one of the key. */
  const backups: ResponseOf<'vault.backup'>['backup'][] = [];
  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    key = await regions.makeKey(vault.id, 'card data', { algorithm: 'AES', length: 32 });
    await regions.makeKey(vault.id, 'signing', { algorithm: 'ECDSA', length: 32 });
    for (let made = 0; made < 3; made += 1) {
      const { backup } = await call('vault.backup', {
        vaultId: vault.id,
        backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
      });
      backups.push(backup);
    }
    const { backup } = await call('key.backup', {
      keyId: key.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    backups.push(backup);
    await using zurich = await openHome(regions.path('zurich-home'), [regions.zrh]);
    await zurich.call('region.attach', {
      region: ZRH,
      ...tokenFields(regions.zrh),
      administrator: OFFICER,
    });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const idsOf = (rows: readonly { readonly backupId: string }[]): string[] =>
    rows.map((row) => row.backupId).sort();
  const allIds = (): string[] => backups.map(({ id }) => id).sort();
  const manifestOf = (folder: string): MediaManifest =>
    JSON.parse(readFileSync(join(folder, MANIFEST_NAME), 'utf8')) as MediaManifest;
  const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  const fileOf = (folder: string, backup: { readonly sha256: string }): string =>
    join(folder, readdirSync(folder).find((name) => name.endsWith(backup.sha256)) ?? 'nothing');

  async function exported(name: string, request: Partial<RequestInput<'backup.export'>> = {}) {
    const out = regions.path(name);
    const selection = Object.keys(request).length > 0 ? request : { backupIds: allIds() };
    return { out, answer: await call('backup.export', { out, ...selection }) };
  }

  describe('export', () => {
    it('rule R31: copies every backup and lists it, adds to an earlier export and overwrites nothing', async () => {
      const [first] = backups;
      const { out, answer } = await exported('stick', { backupIds: [first?.id ?? ''] });
      expect(idsOf(answer.exported)).toEqual([first?.id]);
      const there = fileOf(out, backups[0]!);
      const { ino } = statSync(there);
      const all = await call('backup.export', { out });
      expect(idsOf(all.kept)).toEqual([first?.id]);
      expect([...idsOf(all.exported), ...idsOf(all.kept)].sort()).toEqual(allIds());
      expect(statSync(there).ino).toBe(ino);
      expect(all).toMatchObject({ isComplete: true, failed: [], manifest: { backupCount: 4 } });
      expect(all.statement).toContain('proves nothing');
      const manifest = manifestOf(out);
      const realm = await call('realm.get', {});
      expect(manifest).toMatchObject({
        format: 'strongroom-media-manifest',
        version: 1,
        realmId: realm.realmId,
        tenancyId: realm.tenancyId,
      });
      for (const entry of manifest.backups) {
        expect(sha256Of(join(out, entry.fileName))).toBe(entry.sha256);
        expect(backups).toContainEqual(
          expect.objectContaining({
            id: entry.backupId,
            sha256: entry.sha256,
            size: entry.size,
            sequence: entry.sequence,
            kind: entry.kind,
            sourceRegion: entry.sourceRegion,
            timeCreated: entry.timeCreated,
          }),
        );
      }
      expect(readdirSync(out).sort()).toEqual(
        [...manifest.backups.map((entry) => entry.fileName), MANIFEST_NAME].sort(),
      );
    });

    it('rule R25: file names and manifest have no name or id of a vault or key', async () => {
      const { out } = await exported('names');
      const texts = [...readdirSync(out), readFileSync(join(out, MANIFEST_NAME), 'utf8')].join('\n');
      for (const name of ['Payments', 'card data', 'signing', vault.id, key.id])
        expect(texts).not.toContain(name);
    });

    it('rule R31: every exported file is a copy of its backup, as well verified as what it was copied from', async () => {
      const { out } = await exported('tracked', { keyId: key.id });
      const { copies } = await call('backup.get', { backupId: backups[3]!.id });
      expect(copies).toContainEqual(
        expect.objectContaining({
          place: { kind: 'file', path: fileOf(out, backups[3]!) },
          etag: backups[3]!.sha256,
          verifiedDepth: 'keys',
        }),
      );
    });

    it('rule R31: takes another copy where the best one is gone or damaged, and tells what has none', async () => {
      await using bench = await Bench.make(regions, 'worn');
      const { backupIds, objects } = bench;
      // The first has a good copy elsewhere; the second has none.
      await bench.call('object.copy', {
        bucketName: 'worn',
        sourceObjectName: objects[0]!,
        destinationRegion: ZRH,
        destinationBucket: 'zrh',
        destinationObjectName: 'of-worn',
      });
      for (const object of objects) await writeFile(join(bench.folder, object), 'damaged', { flag: 'a' });
      const { answer } = await exported('from-worn', { backupIds: [...backupIds] });
      expect(idsOf(answer.exported)).toEqual([backupIds[0]]);
      expect(answer).toMatchObject({
        isComplete: false,
        failed: [{ backupId: backupIds[1], reason: 'NoReadableCopy' }],
        manifest: { backupCount: 1 },
      });
    });

    it('rule R23: leaves what has a name and another content, and tells', async () => {
      const { out } = await exported('altered', { keyId: key.id });
      const path = fileOf(out, backups[3]!);
      await writeFile(path, 'somebody needs this');
      const again = await call('backup.export', { out, keyId: key.id });
      expect(again).toMatchObject({ isComplete: false, failed: [{ reason: 'NameTaken' }] });
      expect(readFileSync(path, 'utf8')).toBe('somebody needs this');
      expect(manifestOf(out).backups).toHaveLength(1);
    });

    it('rule R74: a link under the name of a backup is not taken for the backup', async () => {
      const { out } = await exported('linked', { keyId: key.id });
      const path = fileOf(out, backups[3]!);
      await rename(path, regions.path('elsewhere'));
      await symlink(regions.path('elsewhere'), path);
      const again = await call('backup.export', { out, keyId: key.id });
      expect(again).toMatchObject({ isComplete: false, failed: [{ reason: 'NotAFile' }] });
    });

    it.each([
      [
        'of another realm',
        (manifest: MediaManifest) => ({ ...manifest, realmId: 'e'.repeat(32) }),
        'ManifestOfOtherRealm',
      ],
      [
        'of a later version',
        (manifest: MediaManifest) => ({ ...manifest, version: 2 }),
        'ManifestVersionUnknown',
      ],
      ['that is none', () => ({ backups: 'many' }), 'ManifestUnreadable'],
    ])('rule R74: a manifest %s is left as it is, and nothing is exported', async (what, change, reason) => {
      const { out } = await exported(`manifest ${what}`, { keyId: key.id });
      await writeFile(join(out, MANIFEST_NAME), JSON.stringify(change(manifestOf(out))));
      const before = readdirSync(out).map((name) => [name, sha256Of(join(out, name))]);
      await expect(call('backup.export', { out })).rejects.toMatchObject({ code: 'Conflict', reason });
      expect(readdirSync(out).map((name) => [name, sha256Of(join(out, name))])).toEqual(before);
    });

    it.each([
      ['two selections', () => ({ keyId: key.id, vaultId: vault.id }), 'ContradictorySelection'],
      ['a region without backups', () => ({ region: ZRH }), 'NothingToExport'],
      ['a bucket', () => ({ out: regions.path('bucket-fra') }), 'FolderIsBucket'],
      ['a folder whose parent is not there', () => ({ out: regions.path('no/such') }), 'ParentFolderMissing'],
    ])('rule R74: refuses %s', async (_what, request, reason) => {
      const out = regions.path('never-made');
      await expect(call('backup.export', { out, ...request() })).rejects.toMatchObject({ reason });
      expect(readdirSync(regions.folder)).not.toContain('never-made');
    });

    it('rule R73: killed in its midst it has nothing partial, and goes on when it is asked for again', async () => {
      const out = regions.path('killed');
      await mkdir(out, { mode: 0o700 });
      const request = { out, backupIds: allIds() };
      await killDuring(regions, 'backup.export', request, { newFileIn: out });
      expect(regions.strongroom.recovery).toMatchObject([
        { operationType: 'EXPORT_BACKUPS', outcome: 'FAILED' },
      ]);
      const left = readdirSync(out).filter((name) => !name.startsWith('.'));
      for (const name of left) expect(name.endsWith(sha256Of(join(out, name))), name).toBe(true);
      const again = await call('backup.export', request);
      expect(again.isComplete).toBe(true);
      expect(again.kept).toHaveLength(left.length);
      expect(manifestOf(out).backups).toHaveLength(4);
      expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
    });
  });

  it('rules R31, R62: who may back a vault up may carry its backups out; importing and rebuilding need more', async () => {
    await call('group.create', { groupName: 'Carriers' });
    await call('operator.create', { operatorName: 'carrier' });
    await call('group.add-member', { groupName: 'Carriers', operatorName: 'carrier' });
    await call('policy.create', {
      policyName: 'carriers',
      statements: [`Allow group Carriers to {VAULT_BACKUP} in compartment id ${vault.compartmentId}`],
    });
    const { tenancyId } = await call('realm.get', {});
    const { backup } = await call('vault.backup', {
      vaultId: (await call('vault.create', { compartmentId: tenancyId, displayName: 'Root', region: FRA }))
        .id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    await regions.strongroom.signIn('carrier');
    const out = regions.path('carrier');
    expect(await call('backup.export', { out, backupIds: allIds() })).toMatchObject({ isComplete: true });
    const elsewhere = { out: regions.path('forbidden'), backupIds: [...allIds(), backup.id] };
    const refused = { code: 'NotAuthorized' };
    await expect(call('backup.export', elsewhere)).rejects.toMatchObject(refused);
    expect(readdirSync(regions.folder)).not.toContain('forbidden');
    await expect(call('backup.import', { from: out, region: FRA })).rejects.toMatchObject(refused);
    await expect(call('backup.rebuild-catalog', { location: [out] })).rejects.toMatchObject(refused);
    await expect(call('object.delete', { bucketName: 'fra', objectName: 'any' })).rejects.toMatchObject(
      refused,
    );
    await regions.strongroom.signIn(OFFICER);
  });

  /** A home that never saw this realm's vaults: a copy of one that has nothing but Zurich's token. */
  async function freshHome(name: string): Promise<Strongroom> {
    const home = regions.path(`${name}-home`);
    await cp(regions.path('zurich-home'), home, { recursive: true });
    return openHome(home, [regions.zrh]);
  }

  describe('import', () => {
    it('rule R31: a home that never saw the vault takes the backups in, knows what they cover, and restores', async () => {
      const { out } = await exported('carried');
      await using fresh = await freshHome('carried');
      const imported = await fresh.call('backup.import', { from: out });
      expect(idsOf(imported.imported)).toEqual(allIds());
      expect(imported).toMatchObject({ isComplete: true, refused: [], alreadyKnown: [], warnings: [] });
      for (const backup of backups) {
        const { copies, ...known } = await fresh.call('backup.get', { backupId: backup.id });
        const { workRequestId: _made, ...rest } = backup;
        expect(known).toEqual({ ...rest, warnings: [] });
        expect(copies).toMatchObject([
          { place: { kind: 'file', path: fileOf(out, backup) }, verifiedDepth: 'keys', etag: backup.sha256 },
        ]);
      }
      const again = await fresh.call('backup.import', { from: out, depth: 'seal' });
      expect(again).toMatchObject({ imported: [], isComplete: true });
      expect(idsOf(again.alreadyKnown)).toEqual(allIds());
      const restored = await fresh.call('vault.restore-from-file', {
        restoreVaultFromFileLocation: fileOf(out, backups[2]!),
      });
      expect(restored).toMatchObject({ keyCount: 2, keyVersionCount: 2 });
    });

    it('rule R31: copies into a bucket too, each once', async () => {
      const { out } = await exported('into-bucket');
      await using fresh = await freshHome('into-bucket');
      await fresh.call('bucket.create', { name: 'vaulted', location: regions.path('vaulted') });
      await fresh.call('backup.import', { from: out, bucketName: 'vaulted' });
      await fresh.call('backup.import', { from: out, bucketName: 'vaulted' });
      const objects = (await fresh.call('object.list', { bucketName: 'vaulted' })).data;
      expect(objects.map(({ etag }) => etag).sort()).toEqual(backups.map(({ sha256 }) => sha256).sort());
      const { copies } = await fresh.call('backup.get', { backupId: backups[0]!.id });
      expect(copies).toHaveLength(2);
      expect(copies).toContainEqual(expect.objectContaining({ region: ZRH, verifiedDepth: 'keys' }));
    });

    it('rules R31, R74: tells each file that does not hold with its reason, and takes in all others', async () => {
      const { out } = await exported('mixed', {
        backupIds: [backups[0]!.id, backups[1]!.id, backups[2]!.id],
      });
      const [missing, altered] = [fileOf(out, backups[0]!), fileOf(out, backups[1]!)];
      await rm(missing);
      const bytes = await readFile(altered);
      bytes[bytes.length - 300] = (bytes[bytes.length - 300] ?? 0) ^ 1;
      await writeFile(altered, bytes);
      await writeFile(join(out, 'cut.sealed'), (await readFile(fileOf(out, backups[2]!))).subarray(0, 4000));
      await writeFile(join(out, `empty-${'0'.repeat(64)}`), '');
      await copyFile(FOREIGN, join(out, 'foreign.sealed'));
      await call('key.backup', {
        keyId: key.id,
        backupLocation: { destination: 'OFFLINE_FILE', file: join(out, 'not in the manifest (1)') },
      });
      await symlink(fileOf(out, backups[2]!), join(out, 'link'));
      expect(spawnSync('mkfifo', [join(out, 'pipe')]).status).toBe(0);
      await writeFile(join(out, 'huge'), '');
      await truncate(join(out, 'huge'), 6 * 1024 ** 3);
      await mkdir(join(out, 'folder'));
      await copyFile(fileOf(out, backups[2]!), join(out, 'folder', 'below'));
      await writeFile(join(out, '.hidden'), 'nothing');
      for (let index = 0; index < 2000; index += 1) await writeFile(join(out, `photo ${index}.jpg`), 'jpeg');
      await using fresh = await freshHome('mixed');
      const imported = await fresh.call('backup.import', { from: out });
      const reasons = Object.fromEntries(
        imported.refused.map(({ path, reason }) => [path.slice(out.length + 1), reason]),
      );
      expect(reasons).toEqual({
        [missing.slice(out.length + 1)]: 'FileMissing',
        [altered.slice(out.length + 1)]: expect.stringMatching(
          /^(CiphertextHashMismatch|SealMismatch|TrailerMalformed|HeaderHashMismatch)$/,
        ) as string,
        'cut.sealed': expect.stringMatching(/^(SealedBackupTruncated|TrailerMalformed)$/) as string,
        [`empty-${'0'.repeat(64)}`]: 'SealedBackupEmpty',
        'foreign.sealed': 'OtherRealm',
        link: 'NotAFile',
        pipe: 'NotAFile',
      });
      expect(imported.imported.map(({ path }) => path.slice(out.length + 1)).sort()).toEqual(
        ['not in the manifest (1)', fileOf(out, backups[2]!).slice(out.length + 1)].sort(),
      );
      expect(imported).toMatchObject({ isComplete: false, ignoredFileCount: 2001 });
      for (const { message } of imported.refused) expect(message).toMatch(/\. \w/);
    }, 20_000);

    it('rule R31: an authentic backup under the name of another is taken in as what it is, and told', async () => {
      const { out } = await exported('swapped');
      const [one, other] = [fileOf(out, backups[0]!), fileOf(out, backups[1]!)];
      await copyFile(other, one);
      await using fresh = await freshHome('swapped');
      const imported = await fresh.call('backup.import', { from: out, depth: 'seal' });
      expect(imported.warnings.join()).toContain('is not what the manifest lists');
      expect(idsOf(imported.imported)).toEqual(allIds().filter((id) => id !== backups[0]!.id));
      expect(imported.imported.length + imported.alreadyKnown.length).toBe(4);
    });

    it.each([
      ['garbage', async (path: string) => writeFile(path, '{')],
      [
        'a link',
        async (path: string) => {
          await rename(path, `${path}.moved`);
          await symlink(`${path}.moved`, path);
        },
      ],
      [
        'a manifest of another realm',
        async (path: string) =>
          writeFile(
            path,
            (await readFile(path, 'utf8')).replace(
              /"realmId": "[0-9a-f]+"/,
              `"realmId": "${'e'.repeat(32)}"`,
            ),
          ),
      ],
    ])('rule R31: %s instead of the manifest keeps nothing from being imported', async (what, change) => {
      const { out } = await exported(`instead ${what}`);
      await change(join(out, MANIFEST_NAME));
      await using fresh = await freshHome(`instead ${what}`);
      const imported = await fresh.call('backup.import', { from: out, depth: 'seal' });
      expect(idsOf(imported.imported)).toEqual(allIds());
      expect(imported.warnings).not.toEqual([]);
    });

    it('rule R31: takes one file; refuses what is none, and one that is no backup', async () => {
      const { out } = await exported('single');
      await using fresh = await freshHome('single');
      const imported = await fresh.call('backup.import', { from: fileOf(out, backups[1]!) });
      expect(idsOf(imported.imported)).toEqual([backups[1]!.id]);
      await writeFile(join(out, 'text'), 'no backup, but long enough to be looked at');
      expect(await fresh.call('backup.import', { from: join(out, 'text') })).toMatchObject({
        isComplete: false,
        refused: [{ reason: 'NotASealedBackup' }],
      });
      spawnSync('mkfifo', [join(out, 'pipe')]);
      for (const [from, reason] of [
        [join(out, 'pipe'), 'NotAFile'],
        [join(out, 'nothing'), 'FileNotFound'],
        [regions.path('bucket-fra'), 'FolderIsBucket'],
      ] as const) {
        await expect(fresh.call('backup.import', { from })).rejects.toMatchObject({ reason });
      }
    });

    it('rule R31: a gap in the sequence is told by import, list and get, until it is filled', async () => {
      const { out } = await exported('gap');
      await rename(fileOf(out, backups[1]!), regions.path('second'));
      await using fresh = await freshHome('gap');
      const missing = expect.stringContaining(
        `Number ${backups[1]!.sequence} of ${FRA} is missing`,
      ) as string;
      expect((await fresh.call('backup.import', { from: out, depth: 'seal' })).warnings).toEqual([missing]);
      expect((await fresh.call('backup.list', {})).warnings).toEqual([missing]);
      expect((await fresh.call('backup.get', { backupId: backups[2]!.id })).warnings).toEqual([missing]);
      expect((await fresh.call('backup.get', { backupId: backups[0]!.id })).warnings).toEqual([]);
      await fresh.call('backup.import', { from: regions.path('second') });
      expect((await fresh.call('backup.list', {})).warnings).toEqual([]);
    });

    it('rule R31: backups of homes that did not know each other are told', async () => {
      const { out } = await exported('two-homes');
      await using other = await openHome(regions.path('other-home'), [regions.fra]);
      await other.call('region.attach', { region: FRA, ...tokenFields(regions.fra), administrator: OFFICER });
      await other.signIn(OFFICER);
      await other.call('backup.import', { from: fileOf(out, backups[0]!) });
      await other.call('vault.restore-from-file', { restoreVaultFromFileLocation: fileOf(out, backups[0]!) });
      // The second of Frankfurt here, as there.
      await other.call('vault.backup', {
        vaultId: vault.id,
        backupLocation: { destination: 'OFFLINE_FILE', file: join(out, 'other') },
      });
      await using fresh = await freshHome('two-homes');
      const { warnings } = await fresh.call('backup.import', { from: out, depth: 'seal' });
      expect(warnings.join('\n')).toContain(`2 backups of ${FRA} have the number ${backups[1]!.sequence}`);
    });
  });
});

/** A bucket of Frankfurt with two backups of its own. */
class Bench implements AsyncDisposable {
  readonly folder: string;
  readonly backupIds: readonly string[];
  readonly objects: readonly string[];
  readonly call: TwoRegions['call'];

  private constructor(folder: string, made: readonly ResponseOf<'vault.backup'>[], call: TwoRegions['call']) {
    this.folder = folder;
    this.backupIds = made.map(({ backup }) => backup.id);
    this.objects = made.map(({ copy }) => (copy.place.kind === 'bucket' ? copy.place.objectName : ''));
    this.call = call;
  }

  static async make(regions: TwoRegions, bucketName: string): Promise<Bench> {
    const location = regions.path(bucketName);
    await regions.call('bucket.create', { name: bucketName, location, region: FRA });
    const vault = await regions.makeVault(`Vault of ${bucketName}`);
    const made: ResponseOf<'vault.backup'>[] = [];
    for (let count = 0; count < 2; count += 1) {
      made.push(
        await regions.call('vault.backup', {
          vaultId: vault.id,
          backupLocation: { destination: 'BUCKET', bucketName },
        }),
      );
    }
    return new Bench(location, made, regions.call);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
