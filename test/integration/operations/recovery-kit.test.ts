import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import { readKitFile } from '../../../main/operations/recovery-kit-file.ts';
import { readShares } from '../../../main/operations/recovery-kit-shares.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { OFFICER } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields, ZRH } from '../../support/two-regions.ts';

/** What is on a token, read by a program of its own: realm keys and how many objects of Strongroom's there are. */
async function contentOf(token: PracticeToken) {
  const tokens = new Tokens({ environment: token.environment });
  try {
    const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
    return {
      realmKeys: await session.findRealmKeys(),
      keyVersions: (await Array.fromAsync(session.inventory())).length,
    };
  } finally {
    await tokens.close();
  }
}

/** The bytes of every object on the token, as its files hold them. A failed login changes none of these. */
function objectsOf(token: PracticeToken): Record<string, string> {
  const found: Record<string, string> = {};
  const files = readdirSync(dirname(token.pinFile), { recursive: true, withFileTypes: true });
  for (const file of files.filter(({ name }) => /(?<!token)\.object$|^key4\.db$/.test(name))) {
    const path = join(file.parentPath, file.name);
    found[path] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return found;
}

function openDatabase(file: string): Disposable & { readonly database: Database.Database } {
  const database = new Database(file, { readonly: true });
  return { database, [Symbol.dispose]: () => void database.close() };
}

function sharePath(created: ResponseOf<'recovery-kit.create'>, ...indices: number[]): string[] {
  return indices.map((index) => created.shareFiles[index - 1]!);
}

/** The secret part of a share file, as it stands there. */
function secretRows(file: string): string[] {
  return readFileSync(file, 'utf8')
    .match(/^[A-D]: .*$/gm)!
    .map((row) => row.slice(3, 22));
}

describe.each([
  ['SoftHSM', 'NSS'],
  ['NSS', 'SoftHSM'],
] as const satisfies readonly (readonly [KnownVendor, KnownVendor])[])(
  'rule R5: a recovery kit made on %s, restored on %s',
  (here, there) => {
    let folder: string;
    let first: PracticeToken;
    let second: PracticeToken;
    let home: Strongroom;
    let kit: ResponseOf<'recovery-kit.create'>;
    let backupFile: string;
    let enrolment: ResponseOf<'region.enrol-request'>;
    const answers: unknown[] = [];

    const path = (name: string): string => join(folder, name);
    const call: Strongroom['call'] = async (name, request, options) => {
      const answer = await home.call(name, request, options);
      answers.push(answer);
      return answer;
    };
    /** Nothing of the catalog's knowledge of kits, and nothing on either token, differs after the refusal. */
    async function refused(work: () => Promise<unknown>, expected: object): Promise<string> {
      const look = async () => ({
        kits: (await home.call('recovery-kit.list', {})).data,
        regions: (await home.call('region.list', {})).data.map(
          ({ timeProven: _proven, ...region }) => region,
        ),
        first: objectsOf(first),
        second: objectsOf(second),
      });
      const before = await look();
      let message = '';
      await work().then(
        () => expect.fail('it was not refused'),
        (thrown: unknown) => {
          expect(thrown).toMatchObject(expected);
          message = (thrown as Error).message;
        },
      );
      expect(await look()).toEqual(before);
      answers.push(message);
      return message;
    }

    beforeAll(async () => {
      folder = practiceTokenFolder();
      first = await practiceToken(here, { label: 'first' });
      second = await practiceToken(there, { label: 'second' });
      home = await openHome(path('home'), [first, second]);
      const made = await call('realm.create', {
        name: 'Realm',
        tenancyName: 'Tenancy',
        region: FRA,
        ...tokenFields(first),
        administrator: OFFICER,
      });
      expect(made.warnings.join(' ')).toContain('No recovery kit is confirmed');
      const compartment = await call('compartment.create', { displayName: 'Payments' });
      const vault = await call('vault.create', {
        compartmentId: compartment.id,
        displayName: 'Payments Vault',
        region: FRA,
      });
      for (const keyShape of [
        { algorithm: 'AES', length: 32 },
        { algorithm: 'ECDSA', length: 32 },
      ] as const) {
        await call('key.create', { vaultId: vault.id, displayName: keyShape.algorithm, keyShape });
      }
      enrolment = await call('region.enrol-request', {
        region: ZRH,
        ...tokenFields(second),
        out: path('zrh.request'),
      });
      backupFile = path('vault.backup');
      await call('vault.backup', {
        vaultId: vault.id,
        backupLocation: { destination: 'OFFLINE_FILE', file: backupFile },
      });
    }, 60_000);

    afterAll(async () => {
      await home.close();
      await first.remove();
      await second.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is refused where it could not be: one share enough, more needed than made, a folder that is not empty', async () => {
      const ask = (threshold: number, shares: number, out = path('not-made')) =>
        call('recovery-kit.create', { threshold, shares, out });
      await refused(() => ask(1, 3), { code: 'InvalidParameter' });
      await refused(() => ask(2, 17), { code: 'InvalidParameter' });
      await refused(() => ask(4, 3), { code: 'InvalidParameter', reason: 'ThresholdAboveShares' });
      mkdirSync(path('full'));
      writeFileSync(path('full/something'), 'of somebody');
      await refused(() => ask(2, 3, path('full')), { reason: 'FolderNotEmpty' });
      await refused(() => ask(2, 3, backupFile), { reason: 'NotAFolder' });
      await refused(() => ask(2, 3, path('no/such/folder')), { reason: 'FileNotFound' });
      expect(readdirSync(path('full'))).toEqual(['something']);
      expect(existsSync(path('not-made'))).toBe(false);
    });

    it('is made into a folder that only its owner can read, and counts as unconfirmed', async () => {
      kit = await call('recovery-kit.create', { threshold: 3, shares: 5, out: path('kit') });
      expect(readdirSync(path('kit')).sort()).toEqual([
        'recovery-kit.json',
        ...[1, 2, 3, 4, 5].map((index) => `share-${index}-of-5.txt`),
      ]);
      expect(statSync(path('kit')).mode & 0o777).toBe(0o700);
      for (const file of [kit.kitFile, ...kit.shareFiles]) expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(kit.recoveryKit).toMatchObject({ threshold: 3, shareCount: 5 });
      expect(kit.recoveryKit.timeConfirmed).toBeUndefined();
      expect((await call('realm.get', {})).warnings.join(' ')).toContain('No recovery kit is confirmed');
      const request = await call('work-request.get', { workRequestId: kit.workRequestId });
      expect(request).toMatchObject({ operationType: 'CREATE_RECOVERY_KIT', status: 'SUCCEEDED' });
    });

    it('rule R3: the ceremony is not closed while no kit is confirmed', async () => {
      await refused(() => call('region.close-ceremony', { region: FRA }), {
        code: 'IncorrectState',
        reason: 'NoConfirmedRecoveryKit',
      });
    });

    it('is confirmed by every share and by nothing less; each wrong one is named', async () => {
      const confirm = (shareFile: string[], file = kit.kitFile) =>
        call('recovery-kit.confirm', { kit: file, shareFile });
      const few = await refused(() => confirm(sharePath(kit, 1, 2, 3, 4)), { reason: 'SharesMissing' });
      expect(few).toContain('not given: 5');
      await refused(() => confirm(sharePath(kit, 1, 2, 3, 4, 4)), { reason: 'ShareRepeated' });

      const other = await call('recovery-kit.create', { threshold: 3, shares: 5, out: path('other') });
      const [strange] = sharePath(other, 5);
      const mixed = await refused(() => confirm([...sharePath(kit, 1, 2, 3, 4), strange!]), {
        reason: 'ShareOfOtherSet',
      });
      expect(mixed).toContain(`${strange!} is share 5 of another recovery kit`);
      await refused(() => confirm(sharePath(kit, 1, 2, 3, 4, 5), other.kitFile), {
        reason: 'ShareOfOtherSet',
      });

      const text = readFileSync(kit.kitFile, 'utf8');
      writeFileSync(path('altered.json'), text.replace('"threshold": 3', '"threshold": 2'));
      await refused(() => confirm(sharePath(kit, 1, 2, 3, 4, 5), path('altered.json')), {
        reason: 'RecoveryKitAltered',
      });
      writeFileSync(path('reformatted.json'), JSON.stringify(JSON.parse(text)));
      await refused(() => confirm(sharePath(kit, 1, 2, 3, 4, 5), path('reformatted.json')), {
        reason: 'RecoveryKitAltered',
      });

      const confirmed = await confirm(sharePath(kit, 5, 4, 3, 2, 1));
      expect(confirmed.setId).toBe(kit.recoveryKit.setId);
      expect(confirmed.timeConfirmed).toMatch(/^2/);
      expect(await call('recovery-kit.get', { setId: confirmed.setId })).toEqual(confirmed);
      expect((await call('recovery-kit.list', {})).data).toHaveLength(2);
      expect((await call('realm.get', {})).warnings.join(' ')).not.toContain('No recovery kit');
    });

    it('is rehearsed on a practice token, of which nothing stays', async () => {
      const rehearsed = await call('recovery-kit.rehearse', {
        kit: kit.kitFile,
        shareFile: sharePath(kit, 2, 4, 5),
      });
      const { rbkCheckValue, rakCheckValue } = await call('realm.get', {});
      expect(rehearsed).toMatchObject({ isPracticeToken: true, rbkCheckValue, rakCheckValue });
      expect(rehearsed.recoveryKit.timeRehearsed).toMatch(/^2/);
      // Where it was, the work request's intent says.
      using catalog = openDatabase(path('home/catalog.sqlite'));
      const { intent } = catalog.database
        .prepare(`SELECT intent FROM work_requests WHERE id = ?`)
        .get(rehearsed.workRequestId) as { intent: string };
      const { scratch } = JSON.parse(intent) as { scratch: { folder: string } };
      expect(scratch.folder).toContain('strongroom-');
      expect(existsSync(scratch.folder)).toBe(false);
      await refused(
        () => call('recovery-kit.rehearse', { kit: kit.kitFile, shareFile: sharePath(kit, 2, 4) }),
        { reason: 'SharesMissing' },
      );
    });

    it('is rehearsed on a scratch token, which is empty afterwards; one in use is refused and keeps its keys', async () => {
      const rehearse = (token: PracticeToken) =>
        call('recovery-kit.rehearse', {
          kit: kit.kitFile,
          shareFile: sharePath(kit, 1, 2, 3),
          ...tokenFields(token),
        });
      expect(await rehearse(second)).toMatchObject({ isPracticeToken: false, scratchToken: 'second' });
      expect(await contentOf(second)).toEqual({ realmKeys: undefined, keyVersions: 0 });
      await refused(() => rehearse(first), { code: 'Conflict', reason: 'RealmKeysExist' });
      expect((await contentOf(first)).keyVersions).toBe(2);
      const [request] = (await call('work-request.list', {})).data;
      expect(request).toMatchObject({ operationType: 'REHEARSE_RECOVERY_KIT', status: 'FAILED' });
    });

    it('rules R2, R40: is restored on a new token in a fresh home, where a backup made before verifies down to its keys', async () => {
      await using fresh = await openHome(path('fresh-home'), [second]);
      const restore = {
        kit: kit.kitFile,
        shareFile: sharePath(kit, 1, 3, 5),
        region: ZRH,
        ...tokenFields(second),
        administrator: OFFICER,
      };
      const { administrator: _officer, ...again } = restore;
      await expect(
        fresh.call('recovery-kit.restore', { ...restore, shareFile: sharePath(kit, 1, 3) }),
      ).rejects.toMatchObject({ reason: 'SharesMissing' });
      expect((await contentOf(second)).realmKeys).toBeUndefined();
      const restored = await fresh.call('recovery-kit.restore', restore);
      answers.push(restored);
      const { timeCreated: _here, ...realm } = await call('realm.get', {});
      expect(realm).toMatchObject(
        Object.fromEntries(Object.entries(restored.realm).filter(([name]) => name !== 'timeCreated')),
      );
      expect(restored.region).toMatchObject({ regionId: ZRH, isCeremonyClosed: false });
      expect(restored.warnings.join(' ')).toContain('The ceremony is open on this token');
      const verified = await fresh.call('backup.verify', {
        backupLocation: { destination: 'OFFLINE_FILE', file: backupFile },
        depth: 'keys',
      });
      expect(verified).toMatchObject({ kind: 'VAULT' });
      const plan = await fresh.call('backup.plan-restore', {
        backupLocation: { destination: 'OFFLINE_FILE', file: backupFile },
      });
      expect(plan).toMatchObject({ refused: [], keyVersionsToAdd: 2 });
      await expect(fresh.call('recovery-kit.restore', again)).rejects.toMatchObject({
        code: 'Conflict',
        reason: 'RealmKeysExist',
      });
    });

    it('rule R3: the ceremony is closed for good: no grant, no second kit, also after a new login', async () => {
      const closed = await call('region.close-ceremony', { region: FRA });
      expect(closed).toMatchObject({ isCeremonyClosed: true, isEnforcedByToken: here === 'SoftHSM' });
      expect(closed.warnings.join(' ').includes('another program with the PIN')).toBe(here === 'NSS');
      expect(await call('region.close-ceremony', { region: FRA })).toMatchObject({ isCeremonyClosed: true });
      const refusals = async (): Promise<void> => {
        await refused(
          () => call('recovery-kit.create', { threshold: 2, shares: 3, out: path('second-kit') }),
          { code: 'NotAllowed', reason: 'CeremonyClosed' },
        );
        expect(existsSync(path('second-kit'))).toBe(false);
        const grant = { request: path('zrh.request'), confirmWords: enrolment.words, out: path('zrh.grant') };
        await refused(() => call('region.enrol-grant', { region: FRA, ...grant }), {
          code: 'NotAllowed',
          reason: 'CeremonyClosed',
        });
        expect(existsSync(path('zrh.grant'))).toBe(false);
      };
      await refusals();
      await home.close();
      home = await openHome(path('home'), [first, second]);
      expect(await call('region.get', { region: FRA })).toMatchObject({ isCeremonyClosed: true });
      await refusals();
      // What the keys are for goes on, and the kit still confirms.
      await call('backup.verify', {
        backupLocation: { destination: 'OFFLINE_FILE', file: backupFile },
        depth: 'keys',
      });
      await call('recovery-kit.confirm', { kit: kit.kitFile, shareFile: sharePath(kit, 1, 2, 3, 4, 5) });
      await using another = await openHome(path('another-home'), [first]);
      const attached = await another.call('region.attach', {
        region: FRA,
        ...tokenFields(first),
        administrator: OFFICER,
      });
      expect(attached.region.isCeremonyClosed).toBe(true);
    });

    it('no part of a share or of the escrow key is in the catalog, in logs or in answers', async () => {
      await home.close();
      const places = [JSON.stringify(answers)];
      for (const name of readdirSync(path('home'), { recursive: true, withFileTypes: true })) {
        if (name.isFile()) places.push(readFileSync(join(name.parentPath, name.name), 'latin1'));
      }
      home = await openHome(path('home'), [first, second]);
      for (const { id } of (await home.call('work-request.list', {})).data) {
        places.push(JSON.stringify(await home.call('work-request.logs', { workRequestId: id })));
        places.push(JSON.stringify(await home.call('work-request.errors', { workRequestId: id })));
      }
      const all = places.join('\n').toUpperCase().replaceAll(' ', '');
      expect(all).toContain(kit.recoveryKit.setId.toUpperCase());
      for (const file of kit.shareFiles) {
        for (const row of secretRows(file)) expect(all.includes(row.replaceAll(' ', ''))).toBe(false);
      }
      const opened = await readKitFile(kit.kitFile);
      using shares = await readShares(kit.shareFiles, opened.kit, 'all');
      const [hex, base64, raw] = await shares.withEscrowKey((escrowKey) => {
        const key = Buffer.from(escrowKey);
        return Promise.resolve([key.toString('hex'), key.toString('base64'), key.toString('latin1')]);
      });
      expect(all.includes(hex.toUpperCase()) || all.includes(base64.toUpperCase())).toBe(false);
      expect(places.some((place) => place.includes(raw))).toBe(false);
      const { wrappedRbk, wrappedRak } = JSON.parse(readFileSync(kit.kitFile, 'utf8')) as Record<
        string,
        string
      >;
      for (const wrapped of [wrappedRbk!, wrappedRak!])
        expect(all.includes(wrapped.toUpperCase())).toBe(false);
    });
  },
);
