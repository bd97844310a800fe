import { describe, expect, it } from 'vitest';
import { Router } from '../../../main/ipc/router.ts';
import type { CallableStrongroom, CallEvent, RouterParts } from '../../../main/ipc/router.ts';
import { RunningWork } from '../../../main/window/running-work.ts';
import type { CallReply, WindowEvent } from '../../../shared/contract/bridge.ts';
import { windowContract } from '../../../shared/contract/window-contract.ts';
import type { WindowHandlers } from '../../../shared/contract/window-contract.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import type { Progress } from '../../../shared/domain/work-request.ts';

const PAGE = 'app://bundle/index.html';
const ownWindow = { contents: 'of the window' };
const fromPage: CallEvent = { sender: ownWindow, senderFrame: { url: PAGE, parent: null } };

const progress: Progress = {
  workRequestId: 'ocid1.workrequest.strongroom1..a',
  operationType: 'BACKUP_VAULT',
  percentComplete: 10,
  activity: 'wrapping keys',
};

/** A router whose senders, Strongroom and window are fakes: what Electron says of senders cannot be had without it. */
function routed(options: { strongroom?: Partial<CallableStrongroom>; openFailure?: StrongroomError } = {}) {
  const called: unknown[][] = [];
  const faults: unknown[] = [];
  const events: WindowEvent[] = [];
  const work = new RunningWork((event) => events.push(event));
  const handlers = Object.fromEntries(
    Object.keys(windowContract).map((name) => [
      name,
      async (request: unknown) => {
        called.push([name, request]);
        return name === 'modules.list' ? { data: [{ vendor: 'SoftHSM', path: '/x', more: 1 }] } : {};
      },
    ]),
  ) as unknown as WindowHandlers;
  const strongroom: CallableStrongroom = {
    hasOperators: false,
    operator: undefined,
    call: async (name, request) => {
      called.push([name, request]);
      return { data: [] };
    },
    ...options.strongroom,
  };
  const parts: RouterParts = {
    pageUrl: PAGE,
    isWindow: (sender) => sender === ownWindow,
    strongroom: async () => {
      if (options.openFailure !== undefined) throw options.openFailure;
      return strongroom;
    },
    windowHandlers: handlers,
    track: (call) => work.track(call),
    reportFault: (thrown) => faults.push(thrown),
  };
  return { router: new Router(parts), called, faults, events, work };
}

function errorOf(reply: CallReply) {
  if (reply.ok) throw new Error('the call was answered');
  return reply.error;
}

describe('who may call', () => {
  it.each<{ who: string; event: CallEvent; reason: string }>([
    {
      who: 'another web page',
      event: { sender: ownWindow, senderFrame: { url: 'https://example.com/index.html', parent: null } },
      reason: 'WrongOrigin',
    },
    {
      who: 'another page of the bundle, as that of the prompt',
      event: { sender: ownWindow, senderFrame: { url: 'app://bundle/prompt.html', parent: null } },
      reason: 'WrongOrigin',
    },
    {
      who: 'a page of another host of the scheme',
      event: { sender: ownWindow, senderFrame: { url: 'app://bundle.evil/index.html', parent: null } },
      reason: 'WrongOrigin',
    },
    {
      who: 'a page whose address only begins like ours',
      event: { sender: ownWindow, senderFrame: { url: `${PAGE}?page=/index.html`, parent: null } },
      reason: 'WrongOrigin',
    },
    {
      who: 'a frame inside the page',
      event: { sender: ownWindow, senderFrame: { url: PAGE, parent: { url: PAGE } } },
      reason: 'SubFrame',
    },
    {
      who: 'a frame that is gone',
      event: { sender: ownWindow, senderFrame: null },
      reason: 'SenderGone',
    },
    {
      who: 'another window, also with our page',
      event: { sender: { contents: 'of another window' }, senderFrame: { url: PAGE, parent: null } },
      reason: 'UnknownSender',
    },
  ])('rule R74: refuses $who, and calls nothing', async ({ event, reason }) => {
    const { router, called } = routed();
    for (const name of ['vault.list', 'session.get']) {
      expect(errorOf(await router.handle(event, name, {}))).toMatchObject({ code: 'NotAuthorized', reason });
    }
    expect(called).toEqual([]);
  });

  it('answers the page of the window, wherever in it the user is', async () => {
    const { router, called } = routed();
    const event = { sender: ownWindow, senderFrame: { url: `${PAGE}#vaults`, parent: null } };
    expect(await router.handle(event, 'vault.list', {})).toEqual({ ok: true, answer: { data: [] } });
    expect(called).toEqual([['vault.list', {}]]);
  });
});

describe('what may be called', () => {
  it.each([
    ['vault.destroy-everything'],
    ['toString'],
    ['__proto__'],
    ['constructor'],
    ['strongroom:call'],
    [''],
    [undefined],
    [{ toString: (): string => 'vault.list' }],
    [['vault.list']],
  ])('rule R74: refuses the name %j', async (name) => {
    const { router, called } = routed();
    expect(errorOf(await router.handle(fromPage, name, {}))).toMatchObject({
      code: 'CannotParseRequest',
      reason: 'UnknownOperation',
    });
    expect(called).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['not an object', 'text'],
    ['nothing at all', undefined],
    ['a field too many', { operatorName: 'officer', admin: true }],
    ['a field of the wrong kind', { operatorName: 7 }],
    ['a missing field', {}],
  ])('rule R74: refuses a request of the window that is %s', async (_what, request) => {
    const { router, called } = routed();
    expect(errorOf(await router.handle(fromPage, 'session.sign-in', request))).toMatchObject({
      code: 'InvalidParameter',
    });
    expect(called).toEqual([]);
  });

  it.each<[string, unknown]>([
    [
      'a circle',
      (() => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return circle;
      })(),
    ],
    ['a number that JSON has no word for', { limit: 10n }],
  ])('rule R74: refuses %s', async (_what, request) => {
    const { router, called } = routed();
    expect(errorOf(await router.handle(fromPage, 'vault.list', request))).toMatchObject({
      code: 'CannotParseRequest',
      reason: 'RequestNotJson',
    });
    expect(called).toEqual([]);
  });

  it('rule R74: takes a request of 1 MiB and refuses one of a byte more, counted in UTF-8', async () => {
    const { router, called } = routed();
    const frame = '{"text":""}'.length;
    const longest = { text: 'x'.repeat(1024 * 1024 - frame) };
    expect(await router.handle(fromPage, 'vault.list', longest)).toMatchObject({ ok: true });
    for (const text of [`${longest.text}x`, 'ü'.repeat(512 * 1024)]) {
      expect(errorOf(await router.handle(fromPage, 'vault.list', { text }))).toMatchObject({
        code: 'CannotParseRequest',
        reason: 'RequestTooLarge',
      });
    }
    expect(called).toHaveLength(1);
  });

  it('hands on plain data only', async () => {
    const { router, called } = routed();
    const request = { vaultId: 'v', when: new Date(0), odd: new Map([['a', 1]]), gone: undefined };
    await router.handle(fromPage, 'vault.get', request);
    expect(called).toEqual([['vault.get', { vaultId: 'v', when: '1970-01-01T00:00:00.000Z', odd: {} }]]);
  });

  it('rule R62: refuses what is about the caller to a locked window, and not to one that has no operators', async () => {
    const locked = routed({ strongroom: { hasOperators: true } });
    for (const [name, request] of [
      ['settings.set', { idleLockMinutes: 60 }],
      ['practice.create', {}],
    ] as const) {
      expect(errorOf(await locked.router.handle(fromPage, name, request))).toMatchObject({
        code: 'NotAuthenticated',
        reason: 'SignInNeeded',
      });
    }
    expect(locked.called).toEqual([]);

    const fresh = routed();
    await fresh.router.handle(fromPage, 'settings.set', { theme: 'dark' });
    expect(fresh.called).toEqual([['settings.set', { theme: 'dark' }]]);
  });
});

describe('what is answered', () => {
  it("answers with Strongroom's own refusals as they are", async () => {
    const refusal = new StrongroomError('NotAuthorized', 'Not you.', 'Ask.', { reason: 'PermissionMissing' });
    const { router, faults } = routed({ strongroom: { call: () => Promise.reject(refusal) } });
    expect(errorOf(await router.handle(fromPage, 'vault.list', {}))).toEqual(refusal.toDocument());
    expect(faults).toEqual([]);
  });

  it('answers a fault of our own without its insides, which it reports', async () => {
    const fault = new TypeError("Cannot read '/home/officer/catalog.sqlite'");
    const { router, faults } = routed({ strongroom: { call: () => Promise.reject(fault) } });
    const error = errorOf(await router.handle(fromPage, 'vault.list', {}));
    expect(error).toMatchObject({ code: 'InternalServerError', status: 500 });
    expect(JSON.stringify(error)).not.toMatch(/catalog|TypeError|router/);
    expect(faults).toEqual([fault]);
  });

  it('answers every operation of a home that does not open with the reason', async () => {
    const openFailure = new StrongroomError('Conflict', 'In use.', 'Close it.', { reason: 'HomeInUse' });
    const { router, called } = routed({ openFailure });
    expect(errorOf(await router.handle(fromPage, 'vault.list', {}))).toEqual(openFailure.toDocument());
    await router.handle(fromPage, 'practice.create', {});
    expect(called).toEqual([['practice.create', {}]]);
  });

  it("answers no more than the operation's schema names", async () => {
    const { router } = routed();
    expect(await router.handle(fromPage, 'modules.list', {})).toEqual({
      ok: true,
      answer: { data: [{ vendor: 'SoftHSM', path: '/x' }] },
    });
  });
});

describe('work that runs', () => {
  it('rule R60: runs calls side by side, tells their progress and their end, and knows what runs', async () => {
    const ends = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
    const { router, events, work } = routed({
      strongroom: {
        call: (name, _request, { onProgress }) => {
          const isFirst = name === 'vault.backup';
          onProgress({ ...progress, workRequestId: isFirst ? 'first' : 'second' });
          return ends[isFirst ? 0 : 1]!.promise;
        },
      },
    });
    const first = router.handle(fromPage, 'vault.backup', {});
    const second = router.handle(fromPage, 'key.backup', {});
    await expect.poll(() => work.list.map((each) => each.workRequestId)).toEqual(['first', 'second']);
    let isIdle = false;
    void work.whenIdle().then(() => (isIdle = true));

    ends[1]!.reject(new StrongroomError('Conflict', 'Cancelled.', 'Begin anew.'));
    expect(errorOf(await second)).toMatchObject({ code: 'Conflict' });
    expect(work.list.map((each) => each.workRequestId)).toEqual(['first']);
    expect(isIdle).toBe(false);

    ends[0]!.resolve({ done: true });
    expect(await first).toEqual({ ok: true, answer: { done: true } });
    await expect.poll(() => isIdle).toBe(true);
    expect(events.map((event) => ('progress' in event ? event.progress.workRequestId : event))).toEqual([
      'first',
      'second',
      { kind: 'ended', workRequestId: 'second' },
      { kind: 'ended', workRequestId: 'first' },
    ]);
  });
});
