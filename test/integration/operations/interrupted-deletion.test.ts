import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import type { InterruptedProgram } from '../../support/interrupted-program.ts';
import { materialsOnToken } from '../../support/materials-on-token.ts';
import { FRA, openHome, TwoRegions } from '../../support/two-regions.ts';

const PROGRAM = fileURLToPath(new URL('../../support/interrupted-program.ts', import.meta.url));
/** More than one batch of 64: the first progress event comes when some objects are gone and some are not. */
const VERSIONS = 70;

describe('a program killed while it destroys what is due', () => {
  let regions: TwoRegions;
  let kept: ResponseOf<'key.create'>;
  let keptMaterial: string[];

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const other = await regions.makeVault('Other Vault');
    kept = await regions.makeKey(other.id, 'kept', { algorithm: 'ECDSA', length: 32 });
    keptMaterial = await materialsOf(kept.id);
    await writeFile(regions.path('message'), 'a message');
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

  async function materialsOf(keyId: string): Promise<string[]> {
    return (await call('key-version.list', { keyId, limit: 1000 })).data.map((version) => version.materialId);
  }

  /** A vault with many versions that is due, and a program that was killed in the midst of destroying it. */
  async function interrupted() {
    const vault = await regions.makeVault('Doomed Vault');
    const key = await regions.makeKey(vault.id, 'doomed', { algorithm: 'AES', length: 32 });
    for (let made = 1; made < VERSIONS; made += 1) await call('key-version.create', { keyId: key.id });
    await call('vault.schedule-deletion', { vaultId: vault.id, isOverrideCoverage: true });
    await regions.strongroom.close();
    regions.clock.daysAhead += 31;
    const program: InterruptedProgram = {
      home: regions.path('home'),
      tokens: [regions.fra, regions.zrh],
      operation: 'deletion.execute',
      request: { region: FRA },
      instant: { activity: 'Destroying', event: 1 },
      daysAhead: regions.clock.daysAhead,
    };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(program)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    await once(child, 'close');
    expect(child.signalCode, complaint).toBe('SIGKILL');
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh], regions.clock.now);
    return { vault, key };
  }

  async function expectDeleted(vaultId: string, keyId: string): Promise<void> {
    expect((await call('vault.get', { vaultId })).lifecycleState).toBe('DELETED');
    expect((await call('key.get', { keyId })).lifecycleState).toBe('DELETED');
    const versions = (await call('key-version.list', { keyId, limit: 1000 })).data;
    expect(versions.map((version) => version.lifecycleState)).toEqual(Array(VERSIONS).fill('DELETED'));
    expect(await materialsOnToken(regions.fra)).toEqual(keptMaterial);
    expect((await call('deletion.list', {})).data).toEqual([]);
  }

  it('rules R13, R73: nothing of it is usable, recovery tells, and the next login destroys the rest', async () => {
    const { vault, key } = await interrupted();
    expect(regions.strongroom.recovery).toMatchObject([
      { operationType: 'EXECUTE_DELETIONS', outcome: 'FAILED' },
    ]);
    expect((await call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('DELETING');
    expect((await call('deletion.list', {})).data.map((one) => one.lifecycleState)).toEqual([
      'DELETING',
      'DELETING',
    ]);
    const left = (await materialsOnToken(regions.fra)).length - keptMaterial.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(VERSIONS);
    for (const refused of [
      () => call('vault.cancel-deletion', { vaultId: vault.id }),
      () =>
        call('crypto.encrypt', {
          keyId: key.id,
          in: regions.path('message'),
          out: regions.path('refused'),
        }),
    ]) {
      await expect(refused()).rejects.toThrow(/is DELETING/);
    }
    await call('crypto.sign', {
      keyId: kept.id,
      in: regions.path('message'),
      signature: regions.path('signature'),
    });
    await expectDeleted(vault.id, key.id);
  }, 60_000);

  it('rules R13, R73: deletion execute ends it too, and says what is gone', async () => {
    const { vault, key } = await interrupted();
    const executed = await call('deletion.execute', {});
    expect(executed).toMatchObject({ vaultCount: 1, keyCount: 1, keyVersionCount: VERSIONS });
    await expectDeleted(vault.id, key.id);
    await rm(regions.path('signature'), { force: true });
    await call('crypto.sign', {
      keyId: kept.id,
      in: regions.path('message'),
      signature: regions.path('signature'),
    });
  }, 60_000);
});
