import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, launchFixture } from '../../support/electron-fixture.ts';

/** One app for all of these: each test leaves its page as it found it, by loading it anew. */
let folder: string;
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-test-'));
  app = await launchFixture({ userData: join(folder, 'data') });
  page = await app.firstWindow();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What the fixture's main code has noted under a name since the last time. */
async function takeNoted(name: string): Promise<unknown[]> {
  return app.evaluate((_electron, key) => {
    const { noted } = globalThis as unknown as { noted: Record<string, unknown[]> };
    return noted[key]!.splice(0);
  }, name);
}

describe('messages', () => {
  it('carries what structured cloning carries, there and back, and names the sender by its scheme', async () => {
    const isSame = await page.evaluate(`(async () => {
      const given = {
        text: 'a', none: undefined, nothing: null, big: 12345678901234567890n, notANumber: NaN,
        date: new Date(5), bytes: new Uint8Array([0, 255]), map: new Map([['key', [1]]]), set: new Set(['x']), $: 'dollar',
      };
      const { value, ...sender } = await fixture.invoke('echo', given);
      return {
        sender,
        names: Object.keys(value).join(),
        values: [value.text, value.none, value.nothing, value.big === given.big, Number.isNaN(value.notANumber),
          value.date.getTime(), value.bytes instanceof Uint8Array, [...value.bytes].join(), value.map.get('key')[0],
          value.set.has('x'), value.$],
      };
    })()`);
    expect(isSame).toEqual({
      sender: { url: 'app://bundle/index.html', origin: 'app://bundle', isTop: true },
      names: 'text,none,nothing,big,notANumber,date,bytes,map,set,$',
      values: ['a', undefined, null, true, true, 5, true, '0,255', 1, true, 'dollar'],
    });
  });

  it('carries a mebibyte', async () => {
    const length = await page.evaluate(
      `fixture.invoke('echo', 'x'.repeat(2 ** 20)).then(({ value }) => value.length)`,
    );
    expect(length).toBe(2 ** 20);
  });

  it('tells a failed handler, and a channel without one, by Electron’s words', async () => {
    const messages = await page.evaluate(
      `Promise.all(['fail', 'nobody'].map((channel) => fixture.invoke(channel).catch((error) => error.message)))`,
    );
    expect(messages).toEqual([
      "Error invoking remote method 'fail': RangeError: as asked",
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    ]);
  });

  it('reaches a listener in the page until it is taken off', async () => {
    const told = await page.evaluate(`(async () => {
      const told = [];
      const askAndWait = (value) => { fixture.ask(value); return fixture.invoke('echo', 0); };
      const takeOff = fixture.onTold((value) => told.push(value));
      await askAndWait('first');
      takeOff();
      await askAndWait('second');
      return told;
    })()`);
    expect(told).toEqual(['first']);
  });
});

describe('two worlds', () => {
  it('hides the preload script’s globals and Node’s from the page', async () => {
    const kinds = await page.evaluate(
      `[typeof secretOfPreload, typeof require, typeof process, typeof ipcRenderer, typeof __standInSend, typeof __standInReceive]`,
    );
    expect(kinds).toEqual(Array(6).fill('undefined'));
  });

  it('gives the page frozen objects with working functions', async () => {
    const seen = await page.evaluate(`(() => {
      const { nested } = fixture;
      return [Object.isFrozen(fixture), Object.isFrozen(nested.list[0]), nested.list[0].name, nested.list[0].call(21),
        Object.getOwnPropertyDescriptor(window, 'fixture').writable];
    })()`);
    expect(seen).toEqual([true, true, 'inner', 42, false]);
  });

  it('hands a rejection over as it is, and of a thrown error the message', async () => {
    const seen = await page.evaluate(`(async () => {
      const rejected = await fixture.reject().catch((reason) => reason);
      let thrown;
      try { fixture.fail(); } catch (error) { thrown = error.message; }
      return { rejected, thrown };
    })()`);
    expect(seen).toEqual({ rejected: { code: 'Refused', status: 409 }, thrown: 'thrown in preload' });
  });

  it('keeps the page’s changes to prototypes out of the preload script', async () => {
    const seen = await page.evaluate(`(() => {
      Object.prototype.polluted = 'yes';
      Array.prototype.map = () => ['stolen'];
      EventTarget.prototype.dispatchEvent = () => { throw new Error('stolen'); };
      return JSON.stringify(fixture.pollutionSeen());
    })()`);
    await page.reload();
    expect(seen).toBe('["undefined","2,3"]');
  });
});

describe('pages of the app’s scheme', () => {
  it('gets every file from the handler, with the headers that main adds', async () => {
    await takeNoted('served');
    await page.reload();
    expect(await takeNoted('served')).toEqual(
      expect.arrayContaining(['app://bundle/index.html', 'app://bundle/page.js']),
    );
    expect(await page.evaluate(`fetch('page.js').then((answer) => answer.headers.get('x-fixture'))`)).toBe(
      'seen',
    );
    expect(await page.title()).toBe('Fixture');
  });

  it('leaves paths that climb out to the handler', async () => {
    await takeNoted('served');
    const statuses = await page.evaluate(
      `Promise.all(['/..%2f..%2fetc/passwd', '/../../etc/passwd', '/none.js'].map((path) => fetch(path).then(({ status }) => status)))`,
    );
    expect(statuses).toEqual([403, 403, 403]);
    expect(await takeNoted('served')).toEqual([
      'app://bundle/..%2f..%2fetc/passwd',
      'app://bundle/etc/passwd',
      'app://bundle/none.js',
    ]);
  });
});

describe('the content security policy', () => {
  let server: Server;
  let requests = 0;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests += 1;
      response.setHeader('access-control-allow-origin', '*').end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    server.close();
  });

  it('is enforced by the browser: inline scripts, inline styles, eval and other hosts are refused', async () => {
    await page.reload();
    const { port } = server.address() as AddressInfo;
    const seen = await page.evaluate(`(async () => {
      const { dataset } = document.documentElement;
      const early = dataset.inline;
      const script = document.createElement('script');
      script.textContent = "document.documentElement.dataset.added = 'ran'";
      document.head.append(script);
      document.body.setAttribute('style', 'color: red');
      const refused = await fetch('http://127.0.0.1:${port}/').then(() => 'reached', (error) => error.name);
      // Violations are told a little later.
      const all = () => ['script-src-elem', 'style-src-attr', 'connect-src'].every((name) => dataset.violations?.includes(name));
      for (let waited = 0; !all() && waited < 5000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
      return { script: dataset.script, early, added: dataset.added, refused, violations: dataset.violations };
    })()`);
    expect(seen).toMatchObject({ script: 'ran', refused: 'TypeError' });
    expect(seen).not.toHaveProperty('early', 'ran');
    expect(seen).not.toHaveProperty('added', 'ran');
    expect((seen as { violations: string }).violations.trim().split(' ')).toEqual(
      expect.arrayContaining(['script-src-elem', 'style-src-attr', 'connect-src']),
    );
    expect(requests).toBe(0);
  });
});

describe('leaving', () => {
  it('asks main before a link or a script navigates, and stays where it is', async () => {
    await takeNoted('navigations');
    await page.click('#away');
    await page.evaluate(`void (location.href = 'https://example.invalid/script')`);
    await page.evaluate(`location.reload()`);
    await eventually('three navigations', async () => {
      const count = await app.evaluate(
        () => (globalThis as unknown as { noted: { navigations: string[] } }).noted.navigations.length,
      );
      return count === 3;
    });
    expect(await takeNoted('navigations')).toEqual([
      'https://example.invalid/away',
      'https://example.invalid/script',
      'app://bundle/index.html',
    ]);
    expect(await page.evaluate(`fixture.invoke('echo', 1).then(({ url }) => url)`)).toBe(
      'app://bundle/index.html',
    );
  });

  it('does not ask main about what main or the debugger loads', async () => {
    await page.reload();
    await page.evaluate(`void (window.isBeforeLoad = true)`);
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.loadURL('app://bundle/index.html'),
    );
    expect(await takeNoted('navigations')).toEqual([]);
    // The debugger hears of a new document later than main: what it asks until then may go to the old one.
    await page.waitForFunction(`!window.isBeforeLoad && document.readyState === 'complete'`);
  });

  it('asks main before a window is opened, and opens none', async () => {
    await takeNoted('opened');
    await page.evaluate(`void window.open('https://example.invalid/opened')`);
    await page.click('#out');
    await eventually('two questions', async () => {
      const count = await app.evaluate(
        () => (globalThis as unknown as { noted: { opened: string[] } }).noted.opened.length,
      );
      return count === 2;
    });
    expect(await takeNoted('opened')).toEqual([
      'https://example.invalid/opened',
      'https://example.invalid/out',
    ]);
    await eventually('one page', () => app.windows().length === 1);
  });
});

describe('permissions', () => {
  it('are refused to the page when main refuses them', async () => {
    const seen = await page.evaluate(`(async () => {
      const named = (promise) => promise.then(() => 'granted', (error) => error.name ?? 'denied');
      const state = (name) => navigator.permissions.query({ name }).then((status) => status.state);
      return {
        states: await Promise.all(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write'].map(state)),
        notifications: await Notification.requestPermission(),
        camera: await named(navigator.mediaDevices.getUserMedia({ video: true })),
        clipboard: await named(navigator.clipboard.readText()),
        position: await new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('granted'), ({ code }) => resolve(code))),
      };
    })()`);
    expect(seen).toEqual({
      states: Array(6).fill('denied'),
      notifications: 'denied',
      camera: expect.stringMatching(/NotAllowedError|NotFoundError/) as string,
      clipboard: 'NotAllowedError',
      position: 1,
    });
  });
});

describe('files', () => {
  it('tells the path of a chosen file at once, and none for a file that a script made', async () => {
    const path = join(folder, 'chosen ü.txt');
    writeFileSync(path, 'content');
    await page.setInputFiles('#file', path);
    const paths = await page.evaluate(
      `[fixture.pathOf(document.querySelector('#file').files[0]), fixture.pathOf(new File(['x'], 'made'))]`,
    );
    expect(paths).toEqual([path, '']);
  });

  it('tells the path of a dropped file, in the drop’s own listener', async () => {
    const path = join(folder, 'dropped.txt');
    writeFileSync(path, 'content');
    const box = await page.locator('#drop').boundingBox();
    const client = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await client.send('Input.dispatchDragEvent', {
        type,
        x: box!.x + 5,
        y: box!.y + 5,
        data: { items: [], files: [path], dragOperationsMask: 1 },
      });
    }
    await client.detach();
    await eventually('a drop', async () => (await page.evaluate(`window.dropped`)) === path);
  });

  it('does not answer a page that asks in the preload script’s way', async () => {
    const answer = await page.evaluate(`(() => {
      function askHost(question, subject) { let answer = 'none'; debugger; return answer; }
      return askHost('path-for-file', document.querySelector('#file').files[0]);
    })()`);
    expect(answer).toBe('none');
  });
});
