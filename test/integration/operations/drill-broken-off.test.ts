import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { commandLineOn } from '../../support/command-line-on-home.ts';
import { faultEnvironment, faultModulePath } from '../../support/fault-module.ts';
import type { Fault } from '../../support/fault-module.ts';
import { killDuring } from '../../support/kill-during.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { contentsOf, scratchTokensOf } from '../../support/scratch-tokens.ts';
import { sealedAnew, withValuesExchanged } from '../../support/sealed-anew.ts';
import { FRA, openHome, tokenFields, TwoRegions } from '../../support/two-regions.ts';

/** Of the AES key, before the ECDSA key. */
const AES_VERSIONS = 3;
const EMPTY = { realm: undefined, keys: [] };

describe('a drill that is refused, fails or breaks off', { timeout: 120_000 }, () => {
  let regions: TwoRegions;
  let scratch: PracticeToken;
  /** The same token behind the fault shim, which writes its calls to `trace`. */
  let faulty: PracticeToken;
  let trace: string;
  let backup: ResponseOf<'vault.backup'>;
  let location: Extract<RequestInput<'backup.verify'>['backupLocation'], { destination: 'BUCKET' }>;
  let out: string;
  let reports = 0;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    scratch = await practiceToken('SoftHSM', { label: 'scratch', beside: regions.fra });
    trace = regions.path('trace');
    writeFileSync(trace, '');
    faulty = { ...scratch, reference: { ...scratch.reference, modulePath: faultModulePath() } };
    const vault = await regions.makeVault();
    const aes = await regions.makeKey(vault.id, 'aes', { algorithm: 'AES', length: 32 });
    for (let version = 1; version < AES_VERSIONS; version += 1) {
      await regions.call('key-version.create', { keyId: aes.id });
    }
    await regions.makeKey(vault.id, 'ecdsa', { algorithm: 'ECDSA', length: 32 });
    backup = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    location = {
      destination: 'BUCKET',
      bucketName: 'fra',
      objectName: backup.copy.place.objectName,
    };
    await reopenWith();
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    reports += 1;
    out = regions.path(`report-${reports}.json`);
  });

  /** Starts the program again; the scratch token then meets this fault behind the shim. */
  async function reopenWith(fault?: Fault): Promise<void> {
    await regions.strongroom.close();
    truncateSync(trace);
    const environment = {
      ...scratch.environment,
      ...faultEnvironment(scratch.reference.modulePath, fault, trace),
    };
    regions.strongroom = await openHome(regions.path('home'), [
      regions.fra,
      regions.zrh,
      { ...scratch, environment },
    ]);
  }

  function drill(token?: PracticeToken): Promise<ResponseOf<'backup.drill'>> {
    return regions.call('backup.drill', {
      backupLocation: location,
      region: FRA,
      out,
      ...(token === undefined ? {} : tokenFields(token)),
    });
  }

  /** How often the scratch token's process made a call, by the shim. */
  function callsOf(name: string): number {
    return readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line === name).length;
  }

  describe('rules R51, R74: is refused before anything', () => {
    it.each([
      ['without a backup or a report', {}, 'MissingParameter', undefined],
      ['without a place for the report', { backupLocation: true }, 'MissingParameter', undefined],
      [
        'with a token without its module',
        { backupLocation: true, out: true, tokenLabel: 'x' },
        'MissingParameter',
        undefined,
      ],
      [
        'with a backup and a report',
        { backupLocation: true, check: true },
        'InvalidParameter',
        'ContradictoryParameters',
      ],
      [
        'with a report to check and one to write',
        { check: true, out: true },
        'InvalidParameter',
        'ContradictoryParameters',
      ],
    ])('%s', async (_, fields, code, reason) => {
      const request = Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          value !== true ? value : name === 'backupLocation' ? location : regions.path(`asked-${name}`),
        ]),
      );
      await expect(regions.call('backup.drill', { region: FRA, ...request })).rejects.toMatchObject({
        code,
        ...(reason === undefined ? {} : { reason }),
      });
    });

    it('on a token that holds realm keys, whether of a region or not', async () => {
      const before = await contentsOf(regions.zrh);
      for (const token of [regions.zrh, regions.fra]) {
        await expect(drill(token)).rejects.toMatchObject({ code: 'Conflict', reason: 'ScratchInUse' });
      }
      expect(await contentsOf(regions.zrh)).toEqual(before);
    });

    it('on a token that holds keys of Strongroom, which it keeps', async () => {
      const mine = 'c'.repeat(32);
      const tokens = new Tokens({ environment: { ...process.env, ...scratch.environment } });
      const session = await tokens.openSession(scratch.reference, { kind: 'file', path: scratch.pinFile });
      await session.generateKeyVersion(mine, { algorithm: 'AES', length: 32 }, 'somebody’s');
      await expect(drill(scratch)).rejects.toMatchObject({ code: 'Conflict', reason: 'ScratchInUse' });
      expect((await contentsOf(scratch)).keys).toEqual([mine]);
      await session.destroyKeyVersions([mine]);
      await tokens.close();
    });

    it('where the report would replace a file', async () => {
      await writeFile(out, 'mine');
      await expect(drill()).rejects.toMatchObject({ code: 'NotAuthorizedOrResourceAlreadyExists' });
      expect(await readFile(out, 'utf8')).toBe('mine');
    });

    it('of a damaged backup', async () => {
      const bytes = await readFile(`${regions.path('bucket-fra')}/${location.objectName}`);
      bytes[bytes.length - 300]! ^= 1;
      const file = regions.path('damaged');
      await writeFile(file, bytes);
      await expect(
        regions.call('backup.drill', {
          backupLocation: { destination: 'OFFLINE_FILE', file },
          region: FRA,
          out,
          ...tokenFields(scratch),
        }),
      ).rejects.toMatchObject({ code: 'InvalidParameter', reason: 'CiphertextHashMismatch' });
    });

    it('and then nothing was put on any scratch token, and there is no report', async () => {
      expect(await contentsOf(scratch)).toEqual(EMPTY);
      expect(scratchTokensOf(regions.path('home'))).toEqual([]);
      expect(existsSync(regions.path('asked-out'))).toBe(false);
    });
  });

  it('rule R51: finds two AES keys that a holder of the realm keys exchanged, which no verification can', async () => {
    const good = await readFile(`${regions.path('bucket-fra')}/${location.objectName}`);
    const file = regions.path('exchanged');
    await writeFile(
      file,
      await sealedAnew(regions.fra, good, (entries) =>
        withValuesExchanged(entries, (version) => version.keyShape.algorithm === 'AES'),
      ),
    );
    const backupLocation = { destination: 'OFFLINE_FILE', file } as const;
    const verified = await regions.call('backup.verify', { backupLocation, region: FRA, depth: 'keys' });
    expect(verified.provenKeyVersionCount).toBe(AES_VERSIONS + 1);
    await expect(regions.call('backup.drill', { backupLocation, region: FRA, out })).rejects.toMatchObject({
      code: 'IncorrectState',
      reason: 'DrillFailed',
    });
    const shown = await commandLineOn(
      regions.strongroom,
      ['backup', 'drill', '--check', out, '--region', FRA, '--output', 'json'],
      regions.folder,
    );
    // An authentic report of a failure: told on stdout, and no success.
    expect(shown.exitCode).toBe(1);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      isProven: false,
      outcome: 'FAILED',
      provenKeyVersionCount: AES_VERSIONS - 1,
    });
    expect(await readFile(out, 'utf8')).toContain('made under another key version');
  });

  describe('on a token that does wrong', () => {
    /** In one drill without a fault: what the token is asked from first to last. */
    let usual: Readonly<Record<'C_Decrypt' | 'C_UnwrapKey' | 'C_DestroyObject', number>>;

    beforeAll(async () => {
      const path = regions.path('usual.json');
      await reopenWith();
      const drilled = await regions.call('backup.drill', {
        backupLocation: location,
        region: FRA,
        out: path,
        ...tokenFields(faulty),
      });
      expect(drilled.isProven).toBe(true);
      usual = {
        C_Decrypt: callsOf('C_Decrypt'),
        C_UnwrapKey: callsOf('C_UnwrapKey'),
        C_DestroyObject: callsOf('C_DestroyObject'),
      };
    }, 60_000);

    it('rule R51: a key that decrypts to something else fails the drill; the signed report says which', async () => {
      // The scratch token decrypts twice for each AES version: what itself and what the original encrypted.
      await reopenWith({ call: 'C_Decrypt', kind: 'wrong', at: usual.C_Decrypt - 3 });
      await expect(drill(faulty)).rejects.toMatchObject({ code: 'IncorrectState', reason: 'DrillFailed' });
      expect(await contentsOf(scratch)).toEqual(EMPTY);
      const checked = await regions.call('backup.drill', { check: out, region: FRA });
      expect(checked).toMatchObject({
        isProven: false,
        outcome: 'FAILED',
        keyVersionCount: AES_VERSIONS + 1,
        provenKeyVersionCount: AES_VERSIONS - 1,
      });
      const versions = (
        await regions.call('key-version.list', {
          keyId: (await regions.call('key.list', { vaultId: backup.backup.vaultId })).data[0]!.id,
        })
      ).data;
      expect(checked.failures.map((failure) => failure.keyVersionId)).toEqual(
        versions.slice(1).map((version) => version.id),
      );
      const [newest] = (await regions.call('work-request.list', { limit: 1 })).data;
      expect(newest).toMatchObject({ operationType: 'DRILL', status: 'FAILED' });
      // Rule R52: such a backup covers nothing until a later drill of it succeeds.
      expect((await regions.call('backup.coverage', {})).data[0]?.status).toBe('NEVER_BACKED_UP');
    });

    it('rule R72: a module that crashes while keys are restored breaks the drill off, and the token is emptied', async () => {
      await reopenWith({
        call: 'C_UnwrapKey',
        kind: 'crash',
        at: usual.C_UnwrapKey - 1,
        once: regions.path('crashed'),
      });
      await expect(drill(faulty)).rejects.toMatchObject({
        code: 'ServiceUnavailable',
        reason: 'ModuleCrashed',
      });
      expect(existsSync(out)).toBe(false);
      expect(await contentsOf(scratch)).toEqual(EMPTY);
      expect(scratchTokensOf(regions.path('home'))).toEqual([]);
    });

    it('rule R73: a token that cannot be emptied is named, and every drill says so until it is', async () => {
      await reopenWith({ call: 'C_DestroyObject', kind: 'removed', at: usual.C_DestroyObject - 1 });
      const failed = await drill(faulty).catch((thrown: unknown) => thrown);
      expect(failed).toMatchObject({ code: 'ServiceUnavailable', reason: 'ScratchNotEmptied' });
      expect(String(failed)).toContain('scratch');
      expect(existsSync(out)).toBe(false);
      expect((await contentsOf(scratch)).keys).toEqual([]);
      await reopenWith();
      expect(scratchTokensOf(regions.path('home'))).toHaveLength(1);
    });

    it('rule R73: a drill with a practice token tells of the other one', async () => {
      expect((await drill()).warnings.join()).toContain('The scratch token scratch');
    });

    it('rules R51, R73: a drill with the token itself empties it first, and makes the backup count again', async () => {
      expect((await drill(scratch)).isProven).toBe(true);
      expect(await contentsOf(scratch)).toEqual(EMPTY);
      expect(scratchTokensOf(regions.path('home'))).toEqual([]);
      expect((await regions.call('backup.coverage', {})).data[0]?.status).toBe('TOO_FEW_COPIES');
    });
  });

  describe('rule R73: in a program that is killed', () => {
    function killDrill(token: PracticeToken | undefined): Promise<unknown> {
      return killDuring(
        regions,
        'backup.drill',
        {
          backupLocation: location,
          region: FRA,
          out,
          ...(token === undefined ? {} : tokenFields(token)),
        },
        { activity: 'Proving key version', event: 1 },
        [scratch],
      );
    }

    it('a practice token is deleted at the next start', async () => {
      await killDrill(undefined);
      const [report] = regions.strongroom.recovery;
      expect(report).toMatchObject({ operationType: 'DRILL', outcome: 'FAILED' });
      const folder = /\/\S*strongroom-drill-[0-9a-f]{16}/.exec(report?.message ?? '')?.[0];
      expect(folder).toBeDefined();
      expect(existsSync(folder ?? '')).toBe(false);
      expect(scratchTokensOf(regions.path('home'))).toEqual([]);
      expect(existsSync(out)).toBe(false);
    });

    it('another scratch token is named at the next start, and emptied by the next drill with it', async () => {
      await killDrill(scratch);
      expect(regions.strongroom.recovery).toMatchObject([{ operationType: 'DRILL', outcome: 'FAILED' }]);
      expect(regions.strongroom.recovery[0]?.message).toContain('scratch token scratch');
      expect((await contentsOf(scratch)).keys).toHaveLength(AES_VERSIONS + 1);
      await reopenWith();
      const drilled = await drill(scratch);
      expect(drilled.isProven).toBe(true);
      expect(drilled.warnings.join()).toContain('left by the drill');
      expect(await contentsOf(scratch)).toEqual(EMPTY);
      expect(scratchTokensOf(regions.path('home'))).toEqual([]);
    });

    it('what a token got since the drill broke off is not destroyed with its leftovers', async () => {
      await killDrill(scratch);
      await reopenWith();
      const mine = 'd'.repeat(32);
      const tokens = new Tokens({ environment: { ...process.env, ...scratch.environment } });
      const session = await tokens.openSession(scratch.reference, { kind: 'file', path: scratch.pinFile });
      await session.generateKeyVersion(mine, { algorithm: 'AES', length: 32 }, 'another home’s');
      await expect(drill(scratch)).rejects.toMatchObject({ code: 'Conflict', reason: 'TokenInUse' });
      const contents = await contentsOf(scratch);
      expect(contents.keys).toEqual([mine]);
      expect(contents.realm).toBeDefined();
      await session.destroyKeyVersions([mine]);
      await tokens.close();
    });
  });
});
