import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Strongroom } from '../../../main/strongroom.ts';
import { HomeSession } from '../../../main/window/home-session.ts';
import type { OpenableHome } from '../../../main/window/home-session.ts';
import { RunningWork } from '../../../main/window/running-work.ts';
import type { WindowEvent } from '../../../shared/contract/bridge.ts';
import type { Session, Settings } from '../../../shared/contract/window-contract.ts';
import { OFFICER, passphrases, QUICK_ARGON2 } from '../../support/operators.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { tokenFields } from '../../support/two-regions.ts';

let folder = '';
let token: PracticeToken | undefined;
let told: Session[];
let themes: Settings['theme'][];
let events: WindowEvent[];
let promptsCancelled = 0;
let work: RunningWork;
let sessions: HomeSession[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-session-'));
  token = undefined;
  told = [];
  themes = [];
  events = [];
  promptsCancelled = 0;
  work = new RunningWork((event) => events.push(event));
});

afterEach(async () => {
  vi.useRealTimers();
  for (const session of sessions) await session.close();
  sessions = [];
  await token?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function openable(name: string, isPractice = false): OpenableHome {
  const path = join(folder, name);
  return {
    path,
    isPractice,
    open: () =>
      Strongroom.open({
        home: path,
        program: 'test',
        passphrases,
        argon2: QUICK_ARGON2,
        environment: token?.environment ?? {},
        pins: () => ({ kind: 'file', path: token?.pinFile ?? '/nonexistent' }),
      }),
  };
}

function sessionOn(home: OpenableHome, practice = openable('practice', true)): HomeSession {
  const session = new HomeSession({
    version: '1.2.3',
    home,
    practice,
    work,
    cancelPrompts: () => (promptsCancelled += 1),
    onChange: (changed) => told.push(changed),
    onSettings: ({ theme }) => themes.push(theme),
  });
  sessions.push(session);
  return session;
}

/** A session on a home with a realm, whose officer is signed in. */
async function sessionOfOfficer(): Promise<HomeSession> {
  token = await practiceToken('SoftHSM', { label: 'fra' });
  const session = sessionOn(openable('home'));
  await session.describe();
  const strongroom = await session.strongroom();
  await strongroom.call('realm.create', {
    name: 'Realm',
    tenancyName: 'Tenancy',
    region: 'eu-frankfurt-1',
    ...tokenFields(token),
    administrator: OFFICER,
  });
  return session;
}

/** Something that runs until it is ended. */
function begin(): { end: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const running = work.track((onProgress) => {
    onProgress({
      workRequestId: 'ocid1.workrequest.strongroom1..a',
      operationType: 'RESTORE_VAULT',
      percentComplete: 1,
      activity: 'restoring',
    });
    return promise;
  });
  return {
    end: async () => {
      resolve(undefined);
      await running;
    },
  };
}

describe('the home of the window', () => {
  it('is described: a new one, then one with a realm and its officer, who is told of once', async () => {
    const session = sessionOn(openable('home'));
    expect(await session.describe()).toEqual({
      version: '1.2.3',
      home: join(folder, 'home'),
      isPractice: false,
      hasOperators: false,
      recovery: [],
      running: [],
      settings: { theme: 'system', idleLockMinutes: 10 },
    });
    await session.close();

    const ofOfficer = await sessionOfOfficer();
    await ofOfficer.tellChanges();
    await ofOfficer.tellChanges();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      hasOperators: true,
      operator: { name: OFFICER },
      realm: { name: 'Realm', tenancyName: 'Tenancy' },
    });
    expect(told[0]?.realm).not.toHaveProperty('rbkId');
  });

  it('that is in use is told as such, and opened when it is asked for again', async () => {
    const home = openable('home');
    const other = await home.open();
    const session = sessionOn(home);
    expect(await session.describe()).toMatchObject({
      hasOperators: false,
      openFailure: { code: 'Conflict', reason: 'HomeInUse' },
    });
    await expect(session.strongroom()).rejects.toMatchObject({ reason: 'HomeInUse' });
    await other.close();
    expect(await session.describe()).not.toHaveProperty('openFailure');
  });

  it.each([
    ['a damaged catalog', () => writeFileSync(join(folder, 'home/catalog.sqlite'), 'x'.repeat(8192))],
    [
      'a home that is open to others',
      () => {
        rmSync(join(folder, 'home'), { recursive: true });
        mkdirSync(join(folder, 'home'), { mode: 0o755 });
      },
    ],
    [
      'a file in its place',
      () => {
        rmSync(join(folder, 'home'), { recursive: true });
        writeFileSync(join(folder, 'home'), '');
      },
    ],
  ])('is no end of the window: %s', async (_what, damage) => {
    mkdirSync(join(folder, 'home'), { mode: 0o700 });
    damage();
    const { openFailure } = await sessionOn(openable('home')).describe();
    expect([openFailure?.message, openFailure?.next]).toEqual([
      expect.stringMatching(/./),
      expect.stringMatching(/./),
    ]);
    expect(openFailure?.code).not.toBe('InternalServerError');
  });
});

describe('locking', () => {
  it('rule R71: signs out at once, takes back what was asked, and locks the tokens', async () => {
    const session = await sessionOfOfficer();
    const strongroom = await session.strongroom();
    const lockTokens = vi.spyOn(strongroom, 'lockTokens');
    const locked = await session.lock();
    expect(locked.operator).toBeUndefined();
    expect(locked.hasOperators).toBe(true);
    expect(promptsCancelled).toBe(1);
    await expect.poll(() => lockTokens.mock.calls.length).toBe(1);
    await expect(strongroom.call('vault.list', {})).rejects.toMatchObject({ code: 'NotAuthenticated' });

    expect((await session.signIn(OFFICER)).operator).toEqual({ name: OFFICER });
    expect(told.map(({ operator }) => operator?.name)).toEqual([undefined, OFFICER]);
  });

  it('rule R71: lets work that runs finish before the tokens are locked', async () => {
    const session = await sessionOfOfficer();
    const lockTokens = vi.spyOn(await session.strongroom(), 'lockTokens');
    const restore = begin();
    const locked = await session.lock();
    expect(locked.operator).toBeUndefined();
    expect(locked.running).toMatchObject([{ activity: 'restoring' }]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lockTokens).not.toHaveBeenCalled();
    await restore.end();
    await expect.poll(() => lockTokens.mock.calls.length).toBe(1);
  });

  it('rule R71: comes by itself when nobody has used the window for the minutes that are set', async () => {
    const session = await sessionOfOfficer();
    await session.setSettings({ idleLockMinutes: 2 });
    const strongroom = await session.strongroom();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    session.touch();
    vi.advanceTimersByTime(119_000);
    session.touch();
    vi.advanceTimersByTime(119_000);
    expect(strongroom.operator?.name).toBe(OFFICER);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await expect.poll(() => strongroom.operator).toBeUndefined();
    await expect.poll(() => told.at(-1)).toMatchObject({ hasOperators: true });
  });
});

describe('settings', () => {
  it('are kept in the home and used at once', async () => {
    const session = sessionOn(openable('home'));
    await session.describe();
    expect(await session.setSettings({ theme: 'dark' })).toEqual({ theme: 'dark', idleLockMinutes: 10 });
    await session.close();
    const again = sessionOn(openable('home'));
    expect((await again.describe()).settings).toEqual({ theme: 'dark', idleLockMinutes: 10 });
    expect(themes).toEqual(['system', 'dark', 'dark']);
  });
});

describe('the practice realm', () => {
  it("is opened in the home's stead, which is free then", async () => {
    const home = openable('home');
    const session = sessionOn(home);
    await session.describe();
    expect(await session.openPractice()).toMatchObject({ isPractice: true, home: join(folder, 'practice') });
    expect(told).toMatchObject([{ isPractice: true }]);
    await (await home.open()).close();
    expect(await session.openPractice()).toMatchObject({ isPractice: true });
  });

  it('is not opened while work runs', async () => {
    const session = sessionOn(openable('home'));
    await session.describe();
    const restore = begin();
    await expect(session.openPractice()).rejects.toMatchObject({ reason: 'WorkIsRunning' });
    await restore.end();
    expect(await session.describe()).toMatchObject({ isPractice: false });
  });

  it('that does not open leaves the window on its home', async () => {
    const practice = openable('practice', true);
    const other = await practice.open();
    const session = sessionOn(openable('home'), practice);
    await session.describe();
    await expect(session.openPractice()).rejects.toMatchObject({ reason: 'HomeInUse' });
    const after = await session.describe();
    expect(after).toMatchObject({ isPractice: false, home: join(folder, 'home') });
    expect(after).not.toHaveProperty('openFailure');
    await other.close();
  });
});
