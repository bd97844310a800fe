import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { OperationName, RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import type { Instant } from '../../support/interrupted-program.ts';
import { killDuring as interrupt } from '../../support/kill-during.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

/** More than two batches of 64, so that kills fall between batches too. */
const VERSIONS = 150;

describe('a program that is killed in the middle of its work', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let aes: ResponseOf<'key.create'>;
  let signing: ResponseOf<'key.create'>;
  let disabled: ResponseOf<'key.create'>;
  const versionIds: string[] = [];
  /** File names of what the first, a middle and the last version encrypted. */
  const sealed: string[] = [];
  const message = Buffer.from('what was encrypted before the disaster');

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    await writeFile(regions.path('message'), message);
    vault = await regions.makeVault();
    aes = await regions.makeKey(vault.id, 'aes', { algorithm: 'AES', length: 32 });
    signing = await regions.makeKey(vault.id, 'signing', { algorithm: 'ECDSA', length: 32 });
    disabled = await regions.makeKey(vault.id, 'disabled', { algorithm: 'AES', length: 16 });
    await regions.call('key.disable', { keyId: disabled.id });
    versionIds.push(aes.currentKeyVersion);
    while (versionIds.length < VERSIONS) {
      if ([1, 70].includes(versionIds.length)) await encryptWithCurrent();
      versionIds.push((await regions.call('key-version.create', { keyId: aes.id })).id);
    }
    await encryptWithCurrent();
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  async function encryptWithCurrent(): Promise<void> {
    const out = `sealed-${versionIds.length}`;
    await regions.call('crypto.encrypt', {
      keyId: aes.id,
      in: regions.path('message'),
      out: regions.path(out),
    });
    sealed.push(out);
  }

  const killDuring = <Name extends OperationName>(
    operation: Name,
    request: RequestInput<Name>,
    instant: Instant,
  ): Promise<ResponseOf<Name> | undefined> => interrupt(regions, operation, request, instant);

  async function logIn(region: string): Promise<void> {
    if (region === FRA) {
      const out = regions.path('signature');
      await rm(out, { force: true });
      await regions.call('crypto.sign', {
        keyId: signing.id,
        in: regions.path('message'),
        signature: out,
      });
    } else {
      await regions.call('backup.verify', { ...restoreRequest(), depth: 'seal' });
    }
  }

  /** What every interruption must leave behind (rules R46, R73). Logs in to the region whose token was written to. */
  async function expectSound(writtenTo?: string): Promise<void> {
    const { call } = regions;
    for (const { status } of (await call('work-request.list', { limit: 100 })).data) {
      expect(['SUCCEEDED', 'FAILED']).toContain(status);
    }
    for (const { reference, region, token } of [
      { region: FRA, token: regions.fra, reference: 'fra' },
      { region: ZRH, token: regions.zrh, reference: 'zrh' },
    ]) {
      const usable: string[] = [];
      for (const each of (await call('vault.list', { region })).data) {
        expect(each.lifecycleState).toBe('ACTIVE');
        for (const key of (await call('key.list', { vaultId: each.id, limit: 100 })).data) {
          expect(key.lifecycleState, key.displayName).toBe(
            key.displayName === 'disabled' ? 'DISABLED' : 'ENABLED',
          );
          for (const version of (await call('key-version.list', { keyId: key.id, limit: 1000 })).data) {
            expect(version.lifecycleState).toBe('ENABLED');
            usable.push(version.materialId);
          }
        }
      }
      if (region === writtenTo) {
        await logIn(region);
        expect((await materialsOn(token)).sort(), region).toEqual(usable.sort());
      }
      const left = readdirSync(regions.path(`bucket-${reference}`), { recursive: true, encoding: 'utf8' });
      // What a copy has staged stays, hidden, to be gone on with (rule R30); everything else is swept.
      expect(left.filter((name) => /\.(staging-r|publishing)/.test(name))).toEqual([]);
    }
    // What a bucket shows is known and whole; what the catalog knows of is there.
    for (const [region, bucketName] of [
      [FRA, 'fra'],
      [ZRH, 'zrh'],
    ] as const) {
      const objects = (await call('object.list', { bucketName, region })).data.map((object) => object.name);
      const known = (await call('backup.list', { limit: 100 })).data;
      const copies = (
        await Promise.all(known.map((backup) => call('backup.get', { backupId: backup.id })))
      ).flatMap((backup) => backup.copies);
      const here = copies.flatMap((copy) =>
        copy.region === region && copy.place.kind === 'bucket' ? [copy.place.objectName] : [],
      );
      expect(objects.sort()).toEqual(here.sort());
    }
  }

  const backupRequest = (): RequestInput<'vault.backup'> => ({
    vaultId: vault.id,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
  });
  let objectName = '';

  it.each([
    ['sealing', { activity: 'Sealing', event: 40 }, 'FAILED'],
    ['proving what was sealed', { activity: 'Publishing', event: 1 }, 'FAILED'],
  ] as const)('rules R24, R47, R73: killed while %s, a backup is undone', async (_name, instant, outcome) => {
    expect(await killDuring('vault.backup', backupRequest(), instant)).toBeUndefined();
    expect(regions.strongroom.recovery).toMatchObject([{ operationType: 'BACKUP_VAULT', outcome }]);
    await expectSound();
    expect((await regions.call('backup.list', {})).data).toEqual([]);
  });

  it('rules R24, R73: killed between publishing and recording, a backup is finished or was not made', async () => {
    await killDuring('vault.backup', backupRequest(), { newFileIn: regions.path('bucket-fra') });
    const backups = (await regions.call('backup.list', {})).data;
    expect(backups).toHaveLength(1);
    await expectSound();
  });

  it('rules R24, R73: killed right after it was reported, a backup is there', async () => {
    const done = await killDuring('vault.backup', backupRequest(), 'after the answer');
    expect(regions.strongroom.recovery).toEqual([]);
    expect(done?.backup).toMatchObject({ keyCount: 3, keyVersionCount: VERSIONS + 2, leftOut: [] });
    if (done?.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    ({ objectName } = done.copy.place);
    await expectSound();
    await expectVerified();
  });

  /** Every backup of the catalog proves every key, wherever it lies. */
  async function expectVerified(): Promise<void> {
    for (const { name } of (await regions.call('object.list', { bucketName: 'fra', region: FRA })).data) {
      const verified = await regions.call('backup.verify', {
        backupLocation: { destination: 'BUCKET', bucketName: 'fra', objectName: name },
        region: FRA,
        depth: 'keys',
      });
      expect(verified).toMatchObject({ provenKeyVersionCount: VERSIONS + 2 });
    }
  }

  it('rules R30, R73: a killed copy goes on when it is asked for again, and is finished if it was published', async () => {
    const request: RequestInput<'object.copy'> = {
      bucketName: 'fra',
      sourceObjectName: objectName,
      region: FRA,
      destinationBucket: 'zrh',
      destinationRegion: ZRH,
    };
    await killDuring('object.copy', request, { activity: 'Copying', event: 1 });
    expect(regions.strongroom.recovery).toMatchObject([{ operationType: 'COPY_OBJECT', outcome: 'FAILED' }]);
    await expectSound();
    await killDuring('object.copy', request, { newFileIn: regions.path('bucket-zrh') });
    expect(readdirSync(regions.path('bucket-zrh'))).toContain(objectName);
    await expectSound();
    // Asked for once more it finds itself done.
    expect(await regions.call('object.copy', request)).toMatchObject({ objectName, region: ZRH });
    await expectSound();
  });

  const restoreRequest = (): RequestInput<'vault.restore'> => ({
    backupLocation: { destination: 'BUCKET', bucketName: 'zrh', objectName },
    region: ZRH,
  });

  it.each([
    ['after the first batch', { activity: 'Restoring key version', event: 1 }],
    ['before its end', { activity: 'Restoring key version', event: VERSIONS + 2 }],
  ] as const)('rules R46, R73: killed %s, a restore is undone', async (_name, instant) => {
    expect(await killDuring('vault.restore', restoreRequest(), instant)).toBeUndefined();
    expect(regions.strongroom.recovery).toMatchObject([
      { operationType: 'RESTORE_VAULT', outcome: 'FAILED' },
    ]);
    expect((await regions.call('vault.list', { region: ZRH })).data).toEqual([]);
    await expectSound(ZRH);
  });

  it('rules R26, R46: restored at last, every version is there, the current one current, and decrypts', async () => {
    const { call } = regions;
    const restored = await call('vault.restore', restoreRequest());
    expect(restored).toMatchObject({ keyCount: 3, keyVersionCount: VERSIONS + 2 });
    await expectSound(ZRH);
    const keys = (await call('key.list', { vaultId: restored.vault.id })).data;
    const key = keys.find((each) => each.restoredFromKeyId === aes.id)!;
    const versions = (await call('key-version.list', { keyId: key.id, limit: 1000 })).data;
    expect(versions.map((version) => version.restoredFromKeyVersionId).sort()).toEqual(versionIds.sort());
    const current = versions.find((version) => version.id === key.currentKeyVersion);
    const lastVersion = await call('key.get', { keyId: aes.id });
    expect(current?.restoredFromKeyVersionId).toBe(lastVersion.currentKeyVersion);
    for (const file of sealed) {
      const out = regions.path(`${file}.opened`);
      await call('crypto.decrypt', { keyId: key.id, in: regions.path(file), out });
      expect(message.equals(await readFile(out))).toBe(true);
    }
  });

  it('rule R73: killed in the middle, a key creation is undone or whole', async () => {
    const request: RequestInput<'key.create'> = {
      vaultId: vault.id,
      displayName: 'made',
      keyShape: { algorithm: 'RSA', length: 512 },
    };
    const logInWith = {
      keyId: signing.id,
      in: regions.path('message'),
      signature: regions.path('signature-before'),
    };
    const done = await killDuring('key.create', request, { milliseconds: 20, logInWith });
    await expectSound(FRA);
    if (done !== undefined) expect(await regions.call('key.get', { keyId: done.id })).toEqual(done);
    const made = await regions.call('key.create', { ...request, keyShape: { algorithm: 'AES', length: 32 } });
    expect(made.lifecycleState).toBe('ENABLED');
    await expectSound(FRA);
  });
});

/** Material ids of the keys on a token, read past the product's own sessions. */
async function materialsOn(token: PracticeToken): Promise<string[]> {
  const tokens = new Tokens({ environment: { ...process.env, ...token.environment } });
  try {
    const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
    const found: string[] = [];
    for await (const { materialId } of session.inventory()) found.push(materialId);
    return found;
  } finally {
    await tokens.close();
  }
}
