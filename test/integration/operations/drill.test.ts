import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { drillReportSchema } from '../../../shared/domain/drill-report.ts';
import type { DrillReport } from '../../../shared/domain/drill-report.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import { OFFICER } from '../../support/operators.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { contentsOf, scratchTokensOf } from '../../support/scratch-tokens.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 16 },
  { algorithm: 'AES', length: 32 },
  { algorithm: 'RSA', length: 256 },
  { algorithm: 'ECDSA', length: 32 },
  { algorithm: 'ECDSA', length: 66 },
];
/** The second AES key is rotated once. */
const VERSIONS = SHAPES.length + 1;

/** As docs/drill.md writes it down. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

async function readReport(path: string): Promise<DrillReport> {
  return drillReportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

interface Prepared {
  readonly regions: TwoRegions;
  readonly scratch: PracticeToken;
  readonly backup: ResponseOf<'vault.backup'>;
  readonly backupLocation: Extract<
    RequestInput<'backup.verify'>['backupLocation'],
    { destination: 'BUCKET' }
  >;
}

/** A backup made on a token of one vendor, and a scratch token of the other. */
async function prepare(here: KnownVendor, there: KnownVendor): Promise<Prepared> {
  const regions = await TwoRegions.make(here, 'SoftHSM');
  const scratch =
    there === 'SoftHSM'
      ? await practiceToken('SoftHSM', { label: 'scratch', beside: regions.zrh })
      : await practiceToken('NSS', { label: 'scratch' });
  await regions.strongroom.close();
  regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh, scratch]);
  const vault = await regions.makeVault();
  for (const [number, shape] of SHAPES.entries()) {
    const key = await regions.makeKey(vault.id, `key ${number}`, shape);
    if (number === 1) await regions.call('key-version.create', { keyId: key.id });
  }
  const backup = await regions.call('vault.backup', {
    vaultId: vault.id,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
  });
  if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
  return {
    regions,
    scratch,
    backup,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra', objectName: backup.copy.place.objectName },
  };
}

/** Drills into the scratch token, and expects all that a good drill is to show. */
async function expectProven(
  { regions, scratch, backup, backupLocation }: Prepared,
  out: string,
): Promise<void> {
  const drilled = await regions.call('backup.drill', {
    backupLocation,
    region: FRA,
    out,
    ...tokenFields(scratch),
  });
  expect(drilled).toMatchObject({
    isProven: true,
    outcome: 'PROVEN',
    backupId: backup.backup.id,
    backupSha256: backup.backup.sha256,
    region: FRA,
    keyCount: SHAPES.length,
    keyVersionCount: VERSIONS,
    provenKeyVersionCount: VERSIONS,
    failures: [],
  });
  expect(await contentsOf(scratch)).toEqual({ realm: undefined, keys: [] });
  const report = await readReport(out);
  expect(report.scratchToken).toMatchObject({ label: 'scratch', isPractice: false });
  expect(report.keys.map((key) => [key.shape, key.keyVersionCount, key.proofs])).toEqual([
    ['AES-128', 1, { encryptAndDecrypt: 1, exchangeWithRegion: 1, signature: 0 }],
    ['AES-256', 2, { encryptAndDecrypt: 2, exchangeWithRegion: 2, signature: 0 }],
    ['RSA-2048', 1, { encryptAndDecrypt: 1, exchangeWithRegion: 0, signature: 1 }],
    ['ECDSA P-256', 1, { encryptAndDecrypt: 0, exchangeWithRegion: 0, signature: 1 }],
    ['ECDSA P-521', 1, { encryptAndDecrypt: 0, exchangeWithRegion: 0, signature: 1 }],
  ]);
  expect(report.restoredKeyVersionCount).toBe(VERSIONS);
  expect(drilled.reportSha256).toBe(
    createHash('sha256')
      .update(await readFile(out))
      .digest('hex'),
  );
  const { verify, restore, prove, empty, total } = report.milliseconds;
  expect(verify + restore + prove + empty).toBeLessThanOrEqual(total + 4);
}

describe('rule R51: a drill of a backup made on NSS', { timeout: 60_000 }, () => {
  let prepared: Prepared;

  beforeAll(async () => {
    prepared = await prepare('NSS', 'SoftHSM');
  }, 60_000);

  afterAll(async () => {
    await prepared.scratch.remove();
    await prepared.regions[Symbol.asyncDispose]();
  });

  it('into a scratch token of SoftHSM proves every key by use and leaves the token empty', async () => {
    await expectProven(prepared, prepared.regions.path('named.json'));
  });
});

describe('rule R51: a drill of a backup made on SoftHSM', { timeout: 60_000 }, () => {
  let prepared: Prepared;
  let regions: TwoRegions;
  let backup: Prepared['backup'];
  let backupLocation: Prepared['backupLocation'];

  beforeAll(async () => {
    prepared = await prepare('SoftHSM', 'NSS');
    ({ regions, backup, backupLocation } = prepared);
  }, 60_000);

  afterAll(async () => {
    await prepared.scratch.remove();
    await regions[Symbol.asyncDispose]();
  });

  it('into a scratch token of NSS proves every key by use and leaves the token empty', async () => {
    await expectProven(prepared, regions.path('named.json'));
  });

  it('into a practice token leaves nothing of it behind, and tells that it was one', async () => {
    const out = regions.path('practice.json');
    const progress: number[] = [];
    const folders = new Set<string>();
    const drilled = await regions.strongroom.call(
      'backup.drill',
      { backupLocation, region: FRA, out },
      {
        onProgress: ({ percentComplete }) => {
          progress.push(percentComplete);
          for (const { practiceFolder } of scratchTokensOf(regions.path('home'))) {
            if (practiceFolder !== undefined && existsSync(practiceFolder)) folders.add(practiceFolder);
          }
        },
      },
    );
    expect(drilled).toMatchObject({ isProven: true, provenKeyVersionCount: VERSIONS });
    expect(drilled.warnings.join()).toContain('software token');
    expect(folders.size).toBe(1);
    expect([...folders].filter((folder) => existsSync(folder))).toEqual([]);
    expect(scratchTokensOf(regions.path('home'))).toEqual([]);
    expect((await readReport(out)).scratchToken.isPractice).toBe(true);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(progress.at(-1)).toBe(100);
    const request = await regions.call('work-request.get', { workRequestId: drilled.workRequestId ?? '' });
    expect(request).toMatchObject({ operationType: 'DRILL', status: 'SUCCEEDED' });
  });

  it('of what the region’s token does not have does without the exchange', async () => {
    const copied = await regions.call('object.copy', {
      bucketName: 'fra',
      region: FRA,
      sourceObjectName: backupLocation.objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
    const out = regions.path('zurich.json');
    await regions.call('backup.drill', {
      backupLocation: { destination: 'BUCKET', bucketName: 'zrh', objectName: copied.objectName },
      region: ZRH,
      out,
    });
    const report = await readReport(out);
    expect(report).toMatchObject({ outcome: 'PROVEN', region: ZRH, provenKeyVersionCount: VERSIONS });
    expect(report.keys.map((key) => key.proofs.exchangeWithRegion)).toEqual(SHAPES.map(() => 0));
  });

  it('has its report checked by another machine, with another token and no catalog of the backup', async () => {
    await using other = await openHome(regions.path('other-home'), [regions.zrh]);
    await other.call('region.attach', {
      region: ZRH,
      ...tokenFields(regions.zrh),
      administrator: OFFICER,
    });
    const checked = await other.call('backup.drill', { check: regions.path('named.json') });
    expect(checked).toMatchObject({
      isProven: true,
      backupId: backup.backup.id,
      backupSha256: backup.backup.sha256,
      region: FRA,
      provenKeyVersionCount: VERSIONS,
      reportFile: regions.path('named.json'),
    });
    expect(checked).not.toHaveProperty('workRequestId');
    // HMAC under a shared key: it says so.
    expect(checked.warnings.join()).toContain('could also have made it');
    expect((await other.call('work-request.list', {})).data).toEqual([]);
  });

  it('has its report signed as docs/drill.md says: recomputed by other code with the other region’s token', async () => {
    const { authentication, ...statement } = JSON.parse(
      await readFile(regions.path('named.json'), 'utf8'),
    ) as DrillReport;
    const { mac, ...unsigned } = authentication;
    const message = Buffer.concat([
      Buffer.from('strongroom/v1/drill-report', 'ascii'),
      createHash('sha256')
        .update(canonical({ ...statement, authentication: unsigned }))
        .digest(),
    ]);
    const tokens = new Tokens({ environment: { ...process.env, ...regions.zrh.environment } });
    const session = await tokens.openSession(regions.zrh.reference, {
      kind: 'file',
      path: regions.zrh.pinFile,
    });
    expect(Buffer.from(await session.authenticate(message)).toString('hex')).toBe(mac);
    await tokens.close();
  });

  it('has an altered, cut or foreign report refused, each with its reason', async () => {
    const text = await readFile(regions.path('named.json'), 'utf8');
    const report = drillReportSchema.parse(JSON.parse(text));
    const written = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
    const foreign = { ...report, realm: { ...report.realm, realmId: '0'.repeat(32) } };
    const cases: readonly (readonly [string, string, string])[] = [
      [
        'a count',
        text.replace(`"provenKeyVersionCount": ${VERSIONS}`, '"provenKeyVersionCount": 999'),
        'DrillReportAltered',
      ],
      ['the outcome', text.replace('"PROVEN"', '"FAILED"'), 'DrillReportAltered'],
      ['a key taken out', written({ ...report, keys: report.keys.slice(1) }), 'DrillReportAltered'],
      ['keys in another order', written({ ...report, keys: report.keys.toReversed() }), 'DrillReportAltered'],
      [
        'a byte of the code',
        text.replace(
          /("mac": ")(.)/,
          (_, name: string, digit: string) => `${name}${digit === '0' ? '1' : '0'}`,
        ),
        'DrillReportAltered',
      ],
      [
        'a second statement',
        text.replace('"statement"', '"statement": "All is lost.",\n  "statement"'),
        'DrillReportAltered',
      ],
      ['white space', text.replace('"version": 1', '"version":  1'), 'DrillReportAltered'],
      ['a field added', text.replace('"version": 1', '"version": 1,\n  "note": "x"'), 'DrillReportAltered'],
      ['a newer version', text.replace('"version": 1', '"version": 2'), 'UnsupportedVersion'],
      ['its end', text.slice(0, -20), 'DrillReportTruncated'],
      ['its last character', text.slice(0, -1), 'DrillReportTruncated'],
      ['its beginning', text.slice(20), 'NotADrillReport'],
      ['all of it', '', 'NotADrillReport'],
      ['its realm', written(foreign), 'OtherRealm'],
    ];
    for (const [what, content, reason] of cases) {
      expect(content, what).not.toBe(text);
      const path = regions.path('forged.json');
      await writeFile(path, content);
      await expect(regions.call('backup.drill', { check: path, region: FRA }), what).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason,
      });
    }
  });
});
