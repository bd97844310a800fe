import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { TokenSession } from '../../../main/hsm/token-session.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, TwoRegions, ZRH } from '../../support/two-regions.ts';

const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 32 },
  { algorithm: 'ECDSA', length: 32 },
];

/** What happens to a token past this program: by a process of its own. */
async function onToken(
  token: PracticeToken,
  work: (session: TokenSession) => Promise<unknown>,
): Promise<void> {
  const tokens = new Tokens({ environment: token.environment });
  try {
    await work(await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile }));
  } finally {
    await tokens.close();
  }
}

describe('doctor run', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let backup: ResponseOf<'vault.backup'>;
  let objectName: string;
  const materialIds = new Map<string, string>();

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'NSS');
    vault = await regions.makeVault();
    for (const shape of SHAPES) {
      const key = await regions.makeKey(vault.id, shape.algorithm, shape);
      const [version] = (await regions.call('key-version.list', { keyId: key.id })).data;
      materialIds.set(shape.algorithm, version!.materialId);
    }
    backup = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    ({ objectName } = backup.copy.place);
    await regions.call('object.copy', {
      bucketName: 'fra',
      sourceObjectName: objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const run = (request: RequestInput<'doctor.run'> = {}): Promise<ResponseOf<'doctor.run'>> =>
    regions.call('doctor.run', request);
  const object = (bucket: string): string => `${regions.path(bucket)}/${objectName}`;

  it('finds nothing in a sound home, at either depth, in either region', async () => {
    for (const region of [FRA, ZRH]) {
      expect(await run({ region, depth: 'full' })).toEqual({
        findings: [],
        checked: { regions: 2, keyVersions: region === FRA ? SHAPES.length : 0, buckets: 2, copies: 2 },
        isSound: true,
      });
    }
    expect(await run()).toMatchObject({ findings: [], checked: { keyVersions: 0 }, isSound: true });
  });

  it('says what to begin with in a home that has nothing', async () => {
    await using fresh = await openHome(regions.path('fresh-home'), []);
    const { findings, isSound } = await fresh.call('doctor.run', {});
    expect(isSound).toBe(true);
    expect(findings).toMatchObject([
      { severity: 'NOTE', next: expect.stringContaining('realm create') as string },
    ]);
  });

  it('rule R73: finds a bucket’s file that was altered, one that is gone, and one that nobody knows', async () => {
    const content = await readFile(object('bucket-fra'));
    const flipped = Buffer.from(content);
    flipped[500]! ^= 1;
    await chmod(object('bucket-fra'), 0o600);
    await writeFile(object('bucket-fra'), flipped);
    // Somebody who knows the cache of ETags makes it say that nothing happened.
    const cached = `${regions.path('bucket-fra')}/.etags/${objectName}.json`;
    const { mtimeNs } = await stat(object('bucket-fra'), { bigint: true });
    const record = JSON.parse(await readFile(cached, 'utf8')) as object;
    await writeFile(cached, JSON.stringify({ ...record, modified: String(mtimeNs) }));
    expect((await run()).findings).toEqual([]);
    await rm(object('bucket-zrh'));
    await writeFile(`${regions.path('bucket-zrh')}/stranger`, 'x');
    onTestFinished(async () => {
      await writeFile(object('bucket-fra'), content);
      await writeFile(object('bucket-zrh'), content);
      await rm(`${regions.path('bucket-zrh')}/stranger`);
      expect((await run({ depth: 'full' })).findings).toEqual([]);
    });
    const full = await run({ depth: 'full' });
    expect(full.isSound).toBe(false);
    expect(full.findings).toMatchObject([
      {
        severity: 'ERROR',
        subject: `object ${objectName} of bucket fra (${FRA})`,
        message: expect.stringContaining(backup.backup.sha256) as string,
        next: expect.stringContaining('backup verify') as string,
      },
      {
        severity: 'ERROR',
        subject: `bucket zrh (${ZRH})`,
        message: expect.stringContaining(`Object ${objectName} is gone`) as string,
        next: expect.stringContaining('object copy') as string,
      },
      { severity: 'NOTE', message: expect.stringContaining('stranger') as string },
    ]);
    // Another size needs no reading.
    await writeFile(object('bucket-fra'), Buffer.concat([content, Buffer.of(0)]));
    expect((await run()).findings[0]).toMatchObject({
      severity: 'ERROR',
      subject: `object ${objectName} of bucket fra (${FRA})`,
    });
  });

  it('finds a bucket that is missing, and one that is another’s', async () => {
    await rename(regions.path('bucket-fra'), regions.path('away'));
    onTestFinished(async () => {
      await rename(regions.path('bucket-fra'), regions.path('bucket-zrh'));
      await rename(regions.path('away'), regions.path('bucket-fra'));
    });
    expect((await run()).findings).toMatchObject([{ severity: 'ERROR', subject: `bucket fra (${FRA})` }]);
    await rename(regions.path('bucket-zrh'), regions.path('bucket-fra'));
    const { findings } = await run();
    expect(findings).toMatchObject([
      { severity: 'ERROR', message: expect.stringContaining('holds bucket zrh') as string },
      { severity: 'ERROR', subject: `bucket zrh (${ZRH})` },
    ]);
  });

  it('an offline copy that is not plugged in is a warning; one that was altered is an error', async () => {
    const file = regions.path('stick.backup');
    await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'OFFLINE_FILE', file },
    });
    await rename(file, `${file}.away`);
    const away = await run();
    expect(away.isSound).toBe(true);
    expect(away.findings).toMatchObject([{ severity: 'WARNING', subject: `file ${file}` }]);
    await rename(`${file}.away`, file);
    const content = await readFile(file);
    content[700]! ^= 1;
    await chmod(file, 0o600);
    await writeFile(file, content);
    expect((await run()).findings).toEqual([]);
    expect((await run({ depth: 'full' })).findings).toMatchObject([
      { severity: 'ERROR', subject: `file ${file}` },
    ]);
    content[700]! ^= 1;
    await writeFile(file, content);
  });

  it('finds a token object that is gone and which backup brings it back, and one that nobody knows', async () => {
    const stranger = 'ab'.repeat(16);
    await onToken(regions.fra, async (session) => {
      await session.destroyKeyVersions([materialIds.get('ECDSA')!]);
      await session.generateKeyVersion(stranger, { algorithm: 'AES', length: 32 }, 'stranger');
    });
    const { findings, isSound } = await run({ region: FRA });
    expect(isSound).toBe(false);
    expect(findings).toMatchObject([
      {
        severity: 'ERROR',
        subject: expect.stringContaining('key ECDSA') as string,
        message: expect.stringContaining(materialIds.get('ECDSA')!) as string,
        next: expect.stringContaining('ocid1.backup.') as string,
      },
      { severity: 'WARNING', message: expect.stringContaining(stranger) as string },
    ]);
    await onToken(regions.fra, (session) => session.destroyKeyVersions([stranger]));
    // What the finding says to do is what helps.
    await regions.call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'fra', objectName },
      region: FRA,
    });
    expect((await run({ region: FRA })).findings).toEqual([]);
  });

  it('rule R72: finds a token that was taken away, and one whose module is gone', async () => {
    await regions.strongroom.close();
    const store = `${dirname(regions.zrh.pinFile)}/nss`;
    await rename(store, `${store}-away`);
    await regions.reopen();
    const { findings, isSound } = await run({ region: ZRH });
    expect(isSound).toBe(false);
    expect(findings[0]).toMatchObject({ severity: 'ERROR', subject: `region ${ZRH}` });
    await regions.strongroom.close();
    await rm(store, { recursive: true, force: true });
    await rename(`${store}-away`, store);
    await regions.reopen();
    expect((await run({ region: ZRH })).findings).toEqual([]);
    const database = new Database(regions.path('home/catalog.sqlite'));
    const { token } = database
      .prepare<[string], { token: string }>('SELECT token FROM regions WHERE region_id = ?')
      .get(FRA)!;
    const change = database.prepare('UPDATE regions SET token = ? WHERE region_id = ?');
    change.run(JSON.stringify({ ...JSON.parse(token), modulePath: '/nowhere/module.so' }), FRA);
    expect((await run()).findings).toMatchObject([
      { severity: 'ERROR', subject: `region ${FRA}`, message: expect.stringContaining('/nowhere') as string },
    ]);
    change.run(JSON.stringify({ ...JSON.parse(token), tokenSerial: '0123456789abcdef' }), FRA);
    expect((await run()).findings).toMatchObject([
      { severity: 'ERROR', next: expect.stringContaining('region attach') as string },
    ]);
    change.run(token, FRA);
    database.close();
  });

  it('rule R71: tells of wrong PINs before they lock the token', async () => {
    const wrong = regions.path('wrong.pin');
    await writeFile(wrong, '999999\n', { mode: 0o600 });
    const tokens = new Tokens({ environment: regions.fra.environment });
    await expect(
      tokens.openSession(regions.fra.reference, { kind: 'file', path: wrong }),
    ).rejects.toMatchObject({ code: 'NotAuthenticated' });
    await tokens.close();
    expect((await run()).findings).toMatchObject([
      {
        severity: 'WARNING',
        subject: `region ${FRA}`,
        message: expect.stringContaining('wrong PIN') as string,
      },
    ]);
    expect((await run({ region: FRA })).isSound).toBe(true);
    expect((await run()).findings).toEqual([]);
  });

  it('finds a file of the home that others may read', async () => {
    const catalog = regions.path('home/catalog.sqlite');
    await chmod(catalog, 0o644);
    expect((await run()).findings).toMatchObject([
      { severity: 'WARNING', message: expect.stringContaining(catalog) as string },
    ]);
    await chmod(catalog, 0o600);
  });

  it('rule R74: finds a clock that was set back, and a catalog whose rows do not fit together', async () => {
    regions.clock.daysAhead = -2;
    expect((await run()).findings).toMatchObject([{ severity: 'WARNING', subject: 'clock' }]);
    regions.clock.daysAhead = 0;
    const database = new Database(regions.path('home/catalog.sqlite'));
    database.pragma('foreign_keys = OFF');
    database.exec(`INSERT INTO backup_key_versions VALUES (zeroblob(16), 4711)`);
    expect((await run()).findings).toMatchObject([
      {
        severity: 'ERROR',
        subject: 'catalog',
        message: expect.stringContaining('backup_key_versions') as string,
      },
    ]);
    database.exec('DELETE FROM backup_key_versions WHERE backup_number = 4711');
    database.close();
  });

  it('rule R13: says that a deletion is due', async () => {
    const doomed = await regions.makeVault('Doomed');
    await regions.call('vault.schedule-deletion', { vaultId: doomed.id, isOverrideCoverage: true });
    regions.clock.daysAhead = 31;
    const { findings, isSound } = await run();
    expect(isSound).toBe(true);
    expect(findings).toMatchObject([{ severity: 'WARNING', subject: 'deletions' }]);
    regions.clock.daysAhead = 0;
    await regions.call('vault.cancel-deletion', { vaultId: doomed.id });
  });
});
