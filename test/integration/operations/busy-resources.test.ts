import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { faultEnvironment, faultModulePath } from '../../support/fault-module.ts';
import type { Fault } from '../../support/fault-module.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

/** More than two batches of 64: there is time for what must be refused meanwhile. */
const VERSIONS = 150;
/** A call that no process comes to. */
const NEVER = 1_000_000;

/** A call that must fail while its resource is busy, and what it was refused with. */
function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'not refused',
    (thrown: unknown) => (thrown as { code: string }).code,
  );
}

const BUSY = expect.stringMatching(/^(IncorrectState|Conflict)$/) as string;

describe('while a backup or a restore runs', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let key: ResponseOf<'key.create'>;
  let backup: ResponseOf<'vault.backup'>;
  const message = Buffer.from('a message');

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    await writeFile(regions.path('message'), message);
    vault = await regions.makeVault();
    key = await regions.makeKey(vault.id, 'key', { algorithm: 'AES', length: 32 });
    for (let made = 1; made < VERSIONS; made += 1)
      await regions.call('key-version.create', { keyId: key.id });
    await regions.call('crypto.encrypt', {
      keyId: key.id,
      in: regions.path('message'),
      out: regions.path('sealed'),
    });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  const backupLocation = { destination: 'BUCKET' as const, bucketName: 'fra' };

  it('rule R47: changes to what is backed up are 409 and change nothing; its use goes on', async () => {
    const { call } = regions;
    const before = await call('key.get', { keyId: key.id });
    let refused: Promise<string[]> | undefined;
    let used: Promise<void> | undefined;
    let states: Promise<string[]> | undefined;
    backup = await call(
      'vault.backup',
      { vaultId: vault.id, backupLocation },
      {
        onProgress: ({ activity }) => {
          if (refused !== undefined || !activity.startsWith('Sealing')) return;
          states = Promise.all([
            call('vault.get', { vaultId: vault.id }).then((found) => found.lifecycleState),
            call('key.get', { keyId: key.id }).then((found) => found.lifecycleState),
          ]);
          refused = Promise.all([
            refusal(call('key-version.create', { keyId: key.id })),
            refusal(call('key.disable', { keyId: key.id })),
            refusal(call('vault.backup', { vaultId: vault.id, backupLocation })),
            refusal(call('key.backup', { keyId: key.id, backupLocation })),
            refusal(regions.makeKey(vault.id, 'another', { algorithm: 'AES', length: 32 })),
          ]);
          used = useKey();
        },
      },
    );
    expect(await states).toEqual(['BACKUP_IN_PROGRESS', 'BACKUP_IN_PROGRESS']);
    expect(await refused).toEqual([BUSY, BUSY, BUSY, BUSY, BUSY]);
    await used;
    expect(await call('key.get', { keyId: key.id })).toEqual(before);
    expect((await call('key.list', { vaultId: vault.id })).data).toHaveLength(1);
    expect((await call('key-version.list', { keyId: key.id, limit: 1000 })).data).toHaveLength(VERSIONS);
    expect((await call('backup.list', {})).data).toHaveLength(1);
    expect((await call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
  });

  async function useKey(): Promise<void> {
    const { call } = regions;
    const out = regions.path('opened-during');
    await Promise.all([
      call('crypto.encrypt', {
        keyId: key.id,
        in: regions.path('message'),
        out: regions.path('sealed-during'),
      }),
      call('crypto.decrypt', { keyId: key.id, in: regions.path('sealed'), out }),
    ]);
    expect(message.equals(await readFile(out))).toBe(true);
  }

  it('rule R46: what changes while a backup still logs in is backed up as it then is', async () => {
    const { call } = regions;
    const other = await regions.makeVault('Other Vault');
    const late = await regions.makeKey(other.id, 'late', { algorithm: 'AES', length: 32 });
    await regions.reopen();
    const file = regions.path('other.backup');
    const running = call('vault.backup', {
      vaultId: other.id,
      backupLocation: { destination: 'OFFLINE_FILE', file },
    });
    await call('key.disable', { keyId: late.id });
    await running;
    const plan = await call('backup.plan-restore', {
      backupLocation: { destination: 'OFFLINE_FILE', file },
      region: ZRH,
    });
    expect(plan.items.find((item) => item.entityType === 'key')?.lifecycleState).toBe('DISABLED');
    expect((await call('key.get', { keyId: late.id })).lifecycleState).toBe('DISABLED');
  });

  function objectName(): string {
    if (backup.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    return backup.copy.place.objectName;
  }

  /** What Zurich has of the backup so far. */
  async function restored() {
    const [vaultHere] = (await regions.call('vault.list', { region: ZRH })).data;
    if (vaultHere === undefined) return undefined;
    const [keyHere] = (await regions.call('key.list', { vaultId: vaultHere.id })).data;
    return keyHere === undefined ? undefined : { vault: vaultHere, key: keyHere };
  }

  const restoreRequest = () => ({
    backupLocation: { destination: 'BUCKET' as const, bucketName: 'zrh', objectName: objectName() },
    region: ZRH,
  });

  function withFault(token: PracticeToken, fault: Fault): PracticeToken {
    const environment = faultEnvironment(regions.fra.reference.modulePath, fault);
    return { ...token, environment: { ...token.environment, ...environment } };
  }

  /** Starts the program anew with Zurich's token behind the fault shim: real tokens do not crash on demand. */
  async function reopenWithFault(fault: Fault): Promise<void> {
    await regions.strongroom.close();
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, withFault(regions.zrh, fault)]);
  }

  it('rules R46, R47, R72: a token that crashes in the middle of a restore fails it; asked again, it works', async () => {
    const { call } = regions;
    await call('object.copy', {
      bucketName: 'fra',
      region: FRA,
      sourceObjectName: objectName(),
      destinationBucket: 'zrh',
      destinationRegion: ZRH,
    });
    const shim = { ...regions.zrh.reference, modulePath: faultModulePath() };
    await reopenWithFault({ call: 'C_UnwrapKey', kind: 'crash', at: NEVER });
    await call('region.detach', { region: ZRH });
    await call('region.attach', { region: ZRH, ...tokenFields({ ...regions.zrh, reference: shim }) });
    // Every key is unwrapped once to prove it, and once more to keep it: this is in the second batch of those.
    const once = regions.path('struck-restore');
    await reopenWithFault({ call: 'C_UnwrapKey', kind: 'crash', at: VERSIONS + 70, once });
    expect(await refusal(call('vault.restore', restoreRequest()))).toBe('ServiceUnavailable');
    expect(existsSync(once)).toBe(true);
    await expectFailed('RESTORE_VAULT', 'Verified');
    expect(await restored()).toBeUndefined();

    // The same program goes on. What the failed restore left on the token must not pass for restored, as the next
    // login destroys it.
    let during: ReturnType<typeof actDuringRestore> | undefined;
    await call('vault.restore', restoreRequest(), {
      onProgress: ({ activity }) => {
        if (activity.startsWith('Restoring')) during ??= actDuringRestore();
      },
    });
    expect(await during).toEqual({ states: ['RESTORING', 'RESTORING'], refused: Array(7).fill(BUSY) });
    await proveRestored();
    await reopenWithFault({ call: 'C_UnwrapKey', kind: 'crash', at: NEVER });
    await proveRestored();
  });

  /** Rules R46, R47: nothing of a restore is usable before its end, nor can it be changed. */
  async function actDuringRestore() {
    const { call } = regions;
    const here = (await restored())!;
    const use = { keyId: here.key.id, in: regions.path('sealed'), out: regions.path('too-early') };
    const refused = await Promise.all([
      refusal(call('crypto.encrypt', use)),
      refusal(call('crypto.decrypt', use)),
      refusal(call('key.disable', { keyId: here.key.id })),
      refusal(call('key-version.create', { keyId: here.key.id })),
      refusal(call('vault.restore', restoreRequest())),
      refusal(
        call('vault.backup', {
          vaultId: here.vault.id,
          backupLocation: { destination: 'BUCKET', bucketName: 'zrh' },
        }),
      ),
      refusal(regions.makeKey(here.vault.id, 'another', { algorithm: 'AES', length: 32 })),
    ]);
    return { states: [here.vault.lifecycleState, here.key.lifecycleState], refused };
  }

  it('rules R24, R72: a token that goes away in the middle of a backup fails it; asked again, it works', async () => {
    const { call } = regions;
    const once = regions.path('struck-backup');
    await reopenWithFault({ call: 'C_WrapKey', kind: 'removed', at: 40, once });
    const { vault: vaultHere } = (await restored())!;
    const request = {
      vaultId: vaultHere.id,
      backupLocation: { destination: 'BUCKET' as const, bucketName: 'zrh' },
    };
    expect(await refusal(call('vault.backup', request))).toMatch(/Unavailable|IncorrectState/);
    expect(existsSync(once)).toBe(true);
    await expectFailed('BACKUP_VAULT');
    const here = (await restored())!;
    expect([here.vault.lifecycleState, here.key.lifecycleState]).toEqual(['ACTIVE', 'ENABLED']);
    expect((await call('object.list', { bucketName: 'zrh', region: ZRH })).data).toHaveLength(1);
    const again = await call('vault.backup', request);
    expect(again.backup).toMatchObject({ keyVersionCount: VERSIONS });
    expect((await call('object.list', { bucketName: 'zrh', region: ZRH })).data).toHaveLength(2);
  });

  async function expectFailed(operationType: string, logged = ''): Promise<void> {
    const [failed] = (await regions.call('work-request.list', {})).data;
    expect(failed).toMatchObject({ operationType, status: 'FAILED' });
    const logs = (await regions.call('work-request.logs', { workRequestId: failed!.id })).data;
    expect(logs.map((entry) => entry.message).join()).toContain(logged);
  }

  async function proveRestored(): Promise<void> {
    const here = (await restored())!;
    expect(here.key.lifecycleState).toBe('ENABLED');
    const out = regions.path('opened');
    await rm(out, { force: true });
    await regions.call('crypto.decrypt', { keyId: here.key.id, in: regions.path('sealed'), out });
    expect(message.equals(await readFile(out))).toBe(true);
    const verified = await regions.call('backup.plan-restore', restoreRequest());
    expect(verified).toMatchObject({ keyVersionsToAdd: 0, keyVersionsPresent: VERSIONS, refused: [] });
  }
});
