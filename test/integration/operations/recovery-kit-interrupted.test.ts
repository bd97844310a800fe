import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { OFFICER } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields, ZRH } from '../../support/two-regions.ts';

/**
 * What a kill leaves is made here by setting a finished work request back to where it would have been cut off: the catalog,
 * the files and the token are then as a kill at that instant leaves them.
 */
describe('work on a recovery kit that was cut off', () => {
  let folder: string;
  let realmToken: PracticeToken;
  let scratch: PracticeToken;
  let home: Strongroom;
  let kit: ResponseOf<'recovery-kit.create'>;

  const path = (name: string): string => join(folder, name);
  const call: Strongroom['call'] = (name, request, options) => home.call(name, request, options);
  const rehearseOnScratch = () =>
    call('recovery-kit.rehearse', {
      kit: kit.kitFile,
      shareFile: kit.shareFiles.slice(0, 2),
      ...tokenFields(scratch),
    });

  beforeAll(async () => {
    folder = practiceTokenFolder();
    realmToken = await practiceToken('SoftHSM', { label: 'realm' });
    scratch = await practiceToken('SoftHSM', { label: 'scratch', beside: realmToken });
    home = await openHome(path('home'), [realmToken, scratch]);
    await call('realm.create', {
      name: 'Realm',
      tenancyName: 'Tenancy',
      region: FRA,
      ...tokenFields(realmToken),
      administrator: OFFICER,
    });
    kit = await call('recovery-kit.create', { threshold: 2, shares: 3, out: path('kit') });
  }, 60_000);

  afterAll(async () => {
    await home.close();
    await realmToken.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Ends the program, changes its catalog, and starts it again. @returns what recovery said. */
  async function cutOff(
    workRequestId: string,
    change: (database: Database.Database) => void = () => undefined,
  ) {
    await home.close();
    const database = new Database(path('home/catalog.sqlite'));
    database
      .prepare(
        `UPDATE work_requests SET status = 'IN_PROGRESS', percent_complete = 50, time_finished = NULL WHERE id = ?`,
      )
      .run(workRequestId);
    change(database);
    database.close();
    home = await openHome(path('home'), [realmToken, scratch]);
    return home.recovery.map(({ operationType, outcome, message }) => ({ operationType, outcome, message }));
  }

  async function realmKeysOn(token: PracticeToken) {
    const tokens = new Tokens({ environment: token.environment });
    try {
      const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
      return await session.findRealmKeys();
    } finally {
      await tokens.close();
    }
  }

  it('rules R5, R73: shares of a kit that was not finished are removed, and nothing else in their folder is', async () => {
    const unfinished = await call('recovery-kit.create', {
      threshold: 2,
      shares: 3,
      out: path('unfinished'),
    });
    rmSync(join(path('unfinished'), 'recovery-kit.json'));
    writeFileSync(join(path('unfinished'), 'share-3-of-3.txt'), readFileSync(kit.shareFiles[2]!));
    writeFileSync(join(path('unfinished'), 'a note'), 'of somebody');
    const said = await cutOff(unfinished.workRequestId, (database) => {
      database.prepare('DELETE FROM recovery_kits WHERE set_id = ?').run(unfinished.recoveryKit.setId);
    });
    expect(said).toMatchObject([{ operationType: 'CREATE_RECOVERY_KIT', outcome: 'FAILED' }]);
    expect(said[0]?.message).toContain('its files were removed');
    // The third share was exchanged for one of another set, which is not ours to remove.
    expect(readdirSync(path('unfinished')).sort()).toEqual(['a note', 'share-3-of-3.txt']);
    expect((await call('recovery-kit.list', {})).data).toEqual([kit.recoveryKit]);
  });

  it('rules R5, R73: the practice token of a rehearsal that was cut off is deleted', async () => {
    const rehearsed = await call('recovery-kit.rehearse', {
      kit: kit.kitFile,
      shareFile: kit.shareFiles.slice(1),
    });
    let left = '';
    const said = await cutOff(rehearsed.workRequestId, (database) => {
      const { intent } = database
        .prepare('SELECT intent FROM work_requests WHERE id = ?')
        .get(rehearsed.workRequestId) as { intent: string };
      left = (JSON.parse(intent) as { scratch: { folder: string } }).scratch.folder;
      mkdirSync(left);
      writeFileSync(join(left, 'a token'), 'with realm keys');
    });
    expect(said[0]?.message).toContain('practice token was destroyed');
    expect(existsSync(left)).toBe(false);
  });

  it('rule R73: a catalog that names another folder does not get it deleted', async () => {
    const rehearsed = await call('recovery-kit.rehearse', {
      kit: kit.kitFile,
      shareFile: kit.shareFiles.slice(1),
    });
    mkdirSync(path('precious'));
    const said = await cutOff(rehearsed.workRequestId, (database) => {
      const intent = {
        setId: kit.recoveryKit.setId,
        scratch: { kind: 'practice', folder: path('precious') },
      };
      database
        .prepare('UPDATE work_requests SET intent = ? WHERE id = ?')
        .run(JSON.stringify(intent), rehearsed.workRequestId);
    });
    expect(said).toMatchObject([{ operationType: 'REHEARSE_RECOVERY_KIT', outcome: 'UNFINISHED' }]);
    expect(existsSync(path('precious'))).toBe(true);
    await cutOff(rehearsed.workRequestId, (database) => {
      const intent = { setId: kit.recoveryKit.setId, scratch: { kind: 'nowhere' } };
      database
        .prepare('UPDATE work_requests SET intent = ? WHERE id = ?')
        .run(JSON.stringify(intent), rehearsed.workRequestId);
    });
  });

  it('rules R5, R73: what a rehearsal left on a scratch token is destroyed by the next one, and only then', async () => {
    const rehearsed = await rehearseOnScratch();
    // Realm keys that no rehearsal left: put there by another home.
    const restore = async (): Promise<void> => {
      const name = `home-${readdirSync(folder).length}`;
      await using other = await openHome(path(name), [scratch]);
      await other.call('recovery-kit.restore', {
        kit: kit.kitFile,
        shareFile: kit.shareFiles.slice(0, 2),
        region: ZRH,
        ...tokenFields(scratch),
        administrator: OFFICER,
      });
    };
    await restore();
    await expect(rehearseOnScratch()).rejects.toMatchObject({ code: 'Conflict', reason: 'RealmKeysExist' });
    expect(await realmKeysOn(scratch)).toBeDefined();

    const said = await cutOff(rehearsed.workRequestId, (database) => {
      database
        .prepare(`DELETE FROM work_request_journal WHERE work_request_id = ? AND step = 'destroyed'`)
        .run(rehearsed.workRequestId);
    });
    expect(said[0]?.message).toContain('may still be on token scratch');
    await rehearseOnScratch();
    expect(await realmKeysOn(scratch)).toBeUndefined();
    await restore();
    await expect(rehearseOnScratch()).rejects.toMatchObject({ reason: 'RealmKeysExist' });
  }, 60_000);

  it('rule R5: a kit of another realm is refused wherever it is brought', async () => {
    const other = await practiceToken('SoftHSM', { label: 'other', beside: realmToken });
    await using stranger = await openHome(path('stranger'), [other, scratch]);
    await stranger.call('realm.create', {
      name: 'Other',
      tenancyName: 'Other',
      region: FRA,
      ...tokenFields(other),
      administrator: OFFICER,
    });
    const given = { kit: kit.kitFile, shareFile: kit.shareFiles };
    const refusal = { code: 'Conflict', reason: 'RecoveryKitOfOtherRealm' };
    await expect(stranger.call('recovery-kit.confirm', given)).rejects.toMatchObject(refusal);
    await expect(stranger.call('recovery-kit.rehearse', given)).rejects.toMatchObject(refusal);
    await expect(
      stranger.call('recovery-kit.restore', { ...given, region: ZRH, ...tokenFields(scratch) }),
    ).rejects.toMatchObject(refusal);
    expect((await stranger.call('recovery-kit.list', {})).data).toEqual([]);
  });

  it('rule R5: a kit that another home of the realm made is taken in by confirming it', async () => {
    await using second = await openHome(path('second-home'), [realmToken]);
    await second.call('region.attach', { region: FRA, ...tokenFields(realmToken), administrator: OFFICER });
    const confirmed = await second.call('recovery-kit.confirm', {
      kit: kit.kitFile,
      shareFile: kit.shareFiles,
    });
    expect(confirmed).toMatchObject({ setId: kit.recoveryKit.setId, kitSha256: kit.recoveryKit.kitSha256 });
    expect((await second.call('realm.get', {})).warnings.join(' ')).not.toContain('No recovery kit');
  });

  it('rule R3: without a confirmed kit the ceremony is closed only by an explicit word', async () => {
    await expect(call('region.close-ceremony', { region: FRA })).rejects.toMatchObject({
      code: 'IncorrectState',
      reason: 'NoConfirmedRecoveryKit',
    });
    expect((await call('region.get', { region: FRA })).isCeremonyClosed).toBe(false);
    const closed = await call('region.close-ceremony', { region: FRA, isWithoutRecoveryKit: true });
    expect(closed).toMatchObject({ isCeremonyClosed: true, isEnforcedByToken: true });
  });
});
