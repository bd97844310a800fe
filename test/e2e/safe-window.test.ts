import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StrongroomWindow } from './support/launch-window.ts';

/**
 * "Safe by construction", asserted on the window as it runs: on the page with a debugger's powers, which an attacker in the
 * page would not exceed.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let window_: StrongroomWindow;
let web: Server;
let webUrl = '';
/** What the world outside was asked for: nothing, if all is well. */
const visits: string[] = [];

beforeAll(async () => {
  web = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*').end('<script>0</script>');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  window_ = await StrongroomWindow.launch();
}, 60_000);

afterAll(async () => {
  await window_.close();
  web.close();
}, 60_000);

const evaluate = <Result>(code: string): Promise<Result> => window_.page.evaluate<Result>(code);

/** The page's own address: the stand-in shows the scheme as a host of its own. */
const origin = (): string => new URL(window_.page.url()).origin;

describe('the page of the window', () => {
  it('has no Node and no Electron, and of main three functions', async () => {
    expect(
      await evaluate(`({
        absent: ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname']
          .filter((name) => name in globalThis),
        bridge: Object.entries(strongroom).map(([name, value]) => name + ' ' + typeof value).sort(),
      })`),
    ).toEqual({ absent: [], bridge: ['call function', 'onEvent function', 'pathOf function'] });
  });

  it('cannot change what the preload script gave it', async () => {
    expect(
      await evaluate(`(() => {
        const { call } = strongroom;
        try { strongroom.call = () => 'mine'; } catch {}
        try { Object.defineProperty(globalThis, 'strongroom', { value: 'mine' }); } catch {}
        return strongroom.call === call;
      })()`),
    ).toBe(true);
  });

  it('hears what main tells, and nothing of the message that it came in', async () => {
    await evaluate(`void (globalThis.heard = new Promise((resolve) => {
      const off = strongroom.onEvent((...told) => { off(); resolve(told); });
    }))`);
    await window_.app.evaluate(({ BrowserWindow }) => {
      const [own] = BrowserWindow.getAllWindows();
      own?.webContents.send('strongroom:event', { kind: 'ended', workRequestId: 'of a test' });
    });
    expect(await evaluate('heard')).toEqual([{ kind: 'ended', workRequestId: 'of a test' }]);
  });

  it('has a world of its own beside the preload script, and no webviews', async () => {
    // What Electron itself says of it; a host that does not say is held to what the page can see.
    const preferences = await window_.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((each) => {
        const contents = each.webContents as unknown as {
          getLastWebPreferences?(): Record<string, unknown> | null;
        };
        return contents.getLastWebPreferences?.();
      }),
    );
    expect(preferences).toHaveLength(1);
    if (preferences[0] !== undefined) {
      expect(preferences[0]).toMatchObject({
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
      });
    }
    // The preload script's own variables are not the page's.
    expect(await evaluate('typeof CALL_CHANNEL + typeof bridge')).toBe('undefinedundefined');
    expect(await evaluate("typeof document.createElement('webview').loadURL")).toBe('undefined');
  });

  it('has its content security policy by header, as have all files and refusals', async () => {
    const answers = await evaluate<{ path: string; status: number; policy: string; sniff: string }[]>(`
      Promise.all(['index.html', 'prompt.html', 'no-such-file.js'].map(async (path) => {
        const { status, headers } = await fetch('./' + path);
        return { path, status, policy: headers.get('content-security-policy'), sniff: headers.get('x-content-type-options') };
      }))`);
    expect(answers).toEqual([
      { path: 'index.html', status: 200, policy: POLICY, sniff: 'nosniff' },
      { path: 'prompt.html', status: 200, policy: POLICY, sniff: 'nosniff' },
      { path: 'no-such-file.js', status: 404, policy: POLICY, sniff: 'nosniff' },
    ]);
    expect(await evaluate("document.querySelector('meta[http-equiv]')")).toBeNull();
  });

  it('violates its own policy nowhere while it is loaded', async () => {
    const refused: string[] = [];
    window_.page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) refused.push(message.text());
    });
    await window_.page.reload();
    await window_.page.locator('h1').first().waitFor();
    expect(refused).toEqual([]);
  });

  it('runs no script and applies no style but those of the bundle', async () => {
    const result = await evaluate<Record<string, unknown>>(`(async () => {
      const violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="globalThis.injected = true">');
      const style = document.createElement('style');
      style.textContent = 'body { --injected: 1 }';
      document.head.append(style);
      const base = document.createElement('base');
      base.href = '${webUrl}/';
      document.head.append(base);
      let evaluated = false;
      setTimeout('globalThis.injected = true');
      await new Promise((resolve) => setTimeout(resolve, 200));
      base.remove(); style.remove(); script.remove();
      return {
        injected: globalThis.injected === true,
        styled: getComputedStyle(document.body).getPropertyValue('--injected') !== '',
        base: document.baseURI.startsWith('${webUrl}'),
        violations: [...new Set(violations)].sort(),
      };
    })()`);
    expect(result).toMatchObject({ injected: false, styled: false, base: false });
    expect(result['violations']).toEqual(
      expect.arrayContaining(['base-uri', 'script-src-attr', 'script-src-elem', 'style-src-elem']),
    );
  });

  it('reaches nothing outside: no fetch, socket, image, frame, form or worker', async () => {
    const result = await evaluate<Record<string, string>>(`(async () => {
      const url = '${webUrl}/from-page';
      const outcome = (promise) => Promise.race([
        promise.then(() => 'reached', () => 'refused'),
        new Promise((resolve) => setTimeout(resolve, 2000, 'refused')),
      ]);
      const loaded = (element, set) => outcome(new Promise((resolve, reject) => {
        element.onload = resolve; element.onerror = reject; set(element); document.body.append(element);
      })).finally(() => element.remove());
      return {
        fetch: await outcome(fetch(url, { mode: 'no-cors' })),
        socket: await outcome(new Promise((resolve, reject) => {
          const socket = new WebSocket(url.replace('http', 'ws'));
          socket.onopen = resolve; socket.onerror = reject;
        })),
        image: await loaded(new Image(), (image) => { image.src = url; }),
        script: await loaded(document.createElement('script'), (script) => { script.src = url; }),
        stylesheet: await loaded(document.createElement('link'), (link) => { link.rel = 'stylesheet'; link.href = url; }),
        worker: await outcome(new Promise((resolve, reject) => {
          const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
          worker.onmessage = resolve; worker.onerror = reject;
        })),
        beacon: navigator.sendBeacon(url) ? 'sent' : 'refused',
      };
    })()`);
    expect(result).toMatchObject({
      fetch: 'refused',
      socket: 'refused',
      image: 'refused',
      script: 'refused',
      stylesheet: 'refused',
      worker: 'refused',
    });
    await evaluate(`(() => {
      const frame = document.createElement('iframe');
      frame.src = '${webUrl}/frame';
      document.body.append(frame);
      const form = document.createElement('form');
      form.action = '${webUrl}/form';
      document.body.append(form);
      form.submit();
      setTimeout(() => { frame.remove(); form.remove(); }, 500);
    })()`);
    await expect.poll(() => evaluate('document.querySelectorAll("iframe, form[action]").length')).toBe(0);
    expect(visits).toEqual([]);
  });

  it('goes nowhere and opens nothing', async () => {
    const before = window_.page.url();
    await evaluate('void (globalThis.isStillThisPage = true)');
    for (const code of [
      `location.href = '${webUrl}/navigation'`,
      `location.assign('file:///etc/passwd')`,
      `location.replace('./prompt.html')`,
      `document.body.append(Object.assign(document.createElement('a'), { href: '${webUrl}/link', id: 'away' })); document.getElementById('away').click()`,
    ]) {
      await evaluate(`(() => { ${code} })()`).catch(() => undefined);
    }
    await evaluate(`void Object.assign(document.getElementById('away'), { textContent: 'Away' })`);
    // The middle button asks for a window of its own, not by way of the page.
    const away = window_.page.locator('#away');
    for (const modifiers of [[], ['Shift'], ['ControlOrMeta']] as const) {
      await away.click({ modifiers: [...modifiers] });
      await away.click({ button: 'middle', modifiers: [...modifiers] });
    }
    await away.evaluate((link) => {
      link.remove();
    });
    await evaluate(`void open('${webUrl}/window')`);
    await evaluate(`void open('./index.html')`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(window_.page.url().replace(/#.*/, '')).toBe(before.replace(/#.*/, ''));
    expect(await evaluate('globalThis.isStillThisPage')).toBe(true);
    expect(await window_.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(visits).toEqual([]);
  });

  it('is granted no permission', async () => {
    const result = await evaluate<Record<string, string>>(`(async () => {
      const outcome = (promise) => Promise.race([
        promise.then(() => 'granted', () => 'refused'),
        new Promise((resolve) => setTimeout(resolve, 2000, 'refused')),
      ]);
      return {
        notifications: await Notification.requestPermission(),
        place: await outcome(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
        camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
        screen: await outcome(navigator.mediaDevices.getDisplayMedia({ video: true })),
        clipboard: await outcome(navigator.clipboard.readText()),
      };
    })()`);
    expect(result).toEqual({
      notifications: 'denied',
      place: 'refused',
      camera: 'refused',
      screen: 'refused',
      clipboard: 'refused',
    });
  });

  it('is refused calls that do not parse, are unknown or too large, and calls from a frame within', async () => {
    const codeOf = (name: string, request: string): Promise<string> =>
      evaluate(
        `strongroom.call(${JSON.stringify(name)}, ${request}).then(() => 'answered', (error) => error.reason ?? error.code)`,
      );
    expect(await codeOf('vault.steal', '{}')).toBe('UnknownOperation');
    expect(await codeOf('__proto__', '{}')).toBe('UnknownOperation');
    // What main says to a token's process is no operation: no name of it leads there.
    for (const method of ['login', 'listTokens', 'wrapBatch', 'createRealmKeys', 'stop']) {
      expect(await codeOf(method, '{}')).toBe('UnknownOperation');
    }
    expect(await codeOf('session.sign-in', '{ operatorName: 7 }')).toBe('InvalidParameter');
    expect(await codeOf('vault.get', "{ vaultId: 'x'.repeat(2 ** 20) }")).toBe('RequestTooLarge');
    expect(
      await evaluate(`(() => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const bridge = typeof frame.contentWindow.strongroom;
        frame.remove();
        return bridge;
      })()`),
    ).toBe('undefined');
  });

  it('gets files of the bundle alone from its own origin', async () => {
    const statuses = await evaluate<number[]>(`
      Promise.all(['/', '/assets', '/../main/index.js', '/%2e%2e/main/index.js', '/..%2fmain%2findex.js', '/main/index.js']
        .map(async (path) => (await fetch('${origin()}' + path)).status))`);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
  });
});

describe('the program', () => {
  it('rule R62: answers nothing of a realm to a window in which nobody is signed in', async () => {
    await using practice = await StrongroomWindow.launch({ isPractice: true });
    expect((await practice.call('session.get', {})).operator).toEqual({ name: 'officer' });
    expect((await practice.call('vault.list', {})).data).toHaveLength(4);
    await practice.call('session.lock', {});
    await expect(practice.call('vault.list', {})).rejects.toThrow('NotAuthenticated');
    await expect(practice.call('settings.set', { idleLockMinutes: 60 })).rejects.toThrow('SignInNeeded');
  }, 150_000);

  it('has one window on a home; a second start hands its file over to it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-second-'));
    const home = join(folder, 'home');
    const file = join(folder, 'a backup.sealed');
    await writeFile(file, 'not a backup');
    const first = await StrongroomWindow.launch({ home });
    try {
      await expect(StrongroomWindow.launch({ home, file })).rejects.toThrow();
      // The page takes it as soon as it is told; where it has none of these screens, the file is still there to take.
      await expect
        .poll(
          async () => {
            const { path } = await first.call('opened-file.take', {});
            return path ?? (await first.page.locator('body').innerText());
          },
          { timeout: 20_000 },
        )
        .toMatch(/a backup\.sealed|NotASealedBackup/);
    } finally {
      await first.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 150_000);

  it('leaves no process and no lock behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-quit-'));
    const home = join(folder, 'home');
    try {
      for (let start = 0; start < 2; start++) {
        const opened = await StrongroomWindow.launch({ home });
        expect(await opened.call('session.get', {})).not.toHaveProperty('openFailure');
        await opened.close();
        expect(existsSync(join(home, 'holder.json'))).toBe(false);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 150_000);
});
