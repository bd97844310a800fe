import type { App, Session } from 'electron';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { guardEveryPage, guardSession } from '../../../main/window/guards.ts';

const PAGE = 'app://bundle/index.html';

/** Electron's contents of a window, as far as the guard hangs on them: what it hangs there is what is looked at. */
class GuardedContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | undefined;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return `${PAGE}#/vaults`;
  }

  /** Whether an event that leads to `url` is prevented. */
  prevents(event: string, url?: string): boolean {
    let isPrevented = false;
    this.emit(event, { url, preventDefault: () => (isPrevented = true) });
    return isPrevented;
  }
}

function guardedContents(): GuardedContents {
  const app = new EventEmitter();
  guardEveryPage(app as unknown as App);
  const contents = new GuardedContents();
  app.emit('web-contents-created', {}, contents);
  return contents;
}

describe('a page of any window', () => {
  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('goes nowhere by %s', (event) => {
    const contents = guardedContents();
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1/index.html',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,<script>1</script>',
      'blob:app://bundle/1',
      'app://bundle/prompt.html',
      'app://other/index.html',
      `${PAGE}?x`,
      'strongroom://open',
      '',
    ]) {
      expect({ url, isPrevented: contents.prevents(event, url) }).toEqual({ url, isPrevented: true });
    }
  });

  it('may be loaded anew, at any place in it', () => {
    const contents = guardedContents();
    expect(contents.prevents('will-navigate', PAGE)).toBe(false);
    expect(contents.prevents('will-navigate', `${PAGE}#/overview`)).toBe(false);
  });

  it('opens no window, its own page included', () => {
    const { openHandler } = guardedContents();
    for (const url of ['https://example.com/', PAGE, 'about:blank']) {
      expect(openHandler?.({ url })).toEqual({ action: 'deny' });
    }
  });

  it('holds no webview', () => {
    expect(guardedContents().prevents('will-attach-webview')).toBe(true);
  });
});

type RequestGuard = (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void;

/** Electron's session, as far as the guard hangs on it. */
class GuardedSession extends EventEmitter {
  onRequest: ((contents: null, permission: string, answer: (isGranted: boolean) => void) => void) | undefined;
  onCheck: (() => boolean) | undefined;
  onDevice: (() => boolean) | undefined;
  beforeRequest: RequestGuard | undefined;
  readonly webRequest = { onBeforeRequest: (guard: RequestGuard) => void (this.beforeRequest = guard) };

  constructor() {
    super();
    guardSession(this as unknown as Session);
  }

  setPermissionRequestHandler(handler: NonNullable<GuardedSession['onRequest']>): void {
    this.onRequest = handler;
  }

  setPermissionCheckHandler(handler: () => boolean): void {
    this.onCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.onDevice = handler;
  }

  isLetThrough(url: string): boolean {
    let isCancelled: boolean | undefined;
    this.beforeRequest?.({ url }, ({ cancel }) => (isCancelled = cancel));
    if (isCancelled === undefined) throw new Error('the request was not answered');
    return !isCancelled;
  }
}

describe('a session of the window', () => {
  it('grants no permission and no device, asked or looked up', () => {
    const session = new GuardedSession();
    for (const permission of [
      'clipboard-read',
      'media',
      'geolocation',
      'openExternal',
      'fileSystem',
      'new',
    ]) {
      const granted: boolean[] = [];
      session.onRequest?.(null, permission, (isGranted) => granted.push(isGranted));
      expect({ permission, granted }).toEqual({ permission, granted: [false] });
    }
    expect(session.onCheck?.()).toBe(false);
    expect(session.onDevice?.()).toBe(false);
  });

  it('downloads nothing', () => {
    let isPrevented = false;
    new GuardedSession().emit('will-download', { preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });

  it.each([
    'https://example.com/',
    'http://localhost/',
    'ws://127.0.0.1:1/',
    'wss://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'blob:https://example.com/1',
    'chrome-extension://abc/page.html',
    'app://other/index.html',
    'app://bundle.example.com/index.html',
    'app://bundle',
    'APP://BUNDLE/index.html',
    'https://example.com/?app://bundle/',
    '',
  ])('lets no request to %j through', (url) => {
    expect(new GuardedSession().isLetThrough(url)).toBe(false);
  });

  it.each([PAGE, 'app://bundle/assets/index.js', 'data:image/png;base64,AA==', 'devtools://devtools/x.js'])(
    'asks for files of the bundle, and for what is no place: %s',
    (url) => {
      expect(new GuardedSession().isLetThrough(url)).toBe(true);
    },
  );
});
