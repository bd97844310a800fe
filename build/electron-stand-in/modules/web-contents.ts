import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { DevToolsSession } from '../browser/connection.ts';
import type { OpenedWindow } from '../browser/windows.ts';
import { cloneCodec } from '../worlds/clone-codec.ts';
import { PageMessages } from '../worlds/page-messages.ts';
import { answerQuestions } from '../worlds/questions.ts';
import { ISOLATED_WORLD, isolatedWorldScript, mainWorldScript } from '../worlds/scripts.ts';
import { toAppUrl, toBrowserUrl } from './custom-schemes.ts';
import { dispatchMessage } from './ipc-dispatch.ts';
import { IpcMain } from './ipc-main.ts';
import { nativeTheme } from './native-theme.ts';
import { PageLife } from './page-life.ts';
import { eventWith } from './preventable-event.ts';
import { session } from './session.ts';
import { WebFrameMain } from './web-frame-main.ts';

export interface WebPreferences {
  readonly preload?: string;
  readonly additionalArguments?: string[];
  readonly contextIsolation?: boolean;
  readonly nodeIntegration?: boolean;
  readonly sandbox?: boolean;
}

/** What a WebContents needs of the window that shows it. */
export interface WebContentsOwner {
  /** Makes the window, which loads the URL, and calls attach(). */
  openInBrowser(browserUrl: string): Promise<void>;
  isDestroyed(): boolean;
  close(): void;
  focus(): void;
  handlePaint(): void;
}

type OpenHandler = (details: { url: string; frameName: string; features: string; disposition: string }) => {
  action: 'allow' | 'deny';
};

let lastId = 0;

/** Electron's WebContents. The page exists from the first load on. */
export class WebContents extends EventEmitter {
  readonly id = ++lastId;
  readonly session = session.defaultSession;
  readonly ipc = new IpcMain();
  readonly mainFrame = new WebFrameMain(() => this.#life?.url ?? '');
  readonly #owner: WebContentsOwner;
  readonly #preferences: WebPreferences;
  #opening: Promise<void> | undefined;
  /** Kept when everything is in place that must be there before the page's first script. */
  readonly #attached = Promise.withResolvers<DevToolsSession>();
  #messages: PageMessages | undefined;
  #life: PageLife | undefined;
  #openHandler: OpenHandler | undefined;

  constructor(owner: WebContentsOwner, preferences: WebPreferences) {
    super();
    refuseUnsafe(preferences);
    this.#owner = owner;
    this.#preferences = preferences;
  }

  get preloadPath(): string | undefined {
    return this.#preferences.preload;
  }

  /** Resolves when the page has loaded; rejects if it did not, or if its window was closed. */
  async loadURL(url: string): Promise<void> {
    const browserUrl = toBrowserUrl(url);
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const fail = (name: string): void => reject(new Error(`${name} (-2) loading '${url}'`));
    const loaded = (): void => resolve(undefined);
    const failed = (_event: unknown, _code: number, name: string): void => fail(name);
    const gone = (): void => fail('ERR_FAILED');
    this.once('did-finish-load', loaded).once('did-fail-load', failed).once('destroyed', gone);
    try {
      if (this.#opening === undefined) {
        this.#opening = this.#owner.openInBrowser(browserUrl);
        await Promise.race([this.#opening, promise]);
      } else {
        const page = await this.#attached.promise;
        const { errorText } = await page.send('Page.navigate', { url: browserUrl });
        if (errorText !== undefined) fail(errorText.replace('net::', ''));
      }
      await promise;
    } finally {
      this.off('did-finish-load', loaded).off('did-fail-load', failed).off('destroyed', gone);
    }
  }

  reload(): void {
    void this.#page((page) => page.trySend('Page.reload'));
  }

  reloadIgnoringCache(): void {
    void this.#page((page) => page.trySend('Page.reload', { ignoreCache: true }));
  }

  getURL(): string {
    return toAppUrl(this.#life?.url ?? '');
  }

  getTitle(): string {
    return this.#life?.title ?? '';
  }

  isLoading(): boolean {
    return this.#life?.isLoading ?? false;
  }

  isCrashed(): boolean {
    return this.#life?.isCrashed ?? false;
  }

  isDestroyed(): boolean {
    return this.#owner.isDestroyed();
  }

  getType(): string {
    return 'window';
  }

  close(): void {
    this.#owner.close();
  }

  focus(): void {
    this.#owner.focus();
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...given: unknown[]): void {
    this.#messages?.send({ kind: 'message', channel, given: cloneCodec.encode(given) });
  }

  /** Runs in the page's own world, as Electron's does. */
  async executeJavaScript(code: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#page((page) =>
      page.send('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true }),
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as unknown;
  }

  async capturePage(): Promise<{ toPNG(): Buffer; isEmpty(): boolean }> {
    const { data } = await this.#page((page) => page.send('Page.captureScreenshot', { format: 'png' }));
    const png = Buffer.from(data, 'base64');
    return { toPNG: () => png, isEmpty: () => png.length === 0 };
  }

  forcefullyCrashRenderer(): void {
    void this.#page((page) => page.trySend('Page.crash'));
  }

  isDevToolsOpened(): boolean {
    return false;
  }

  openDevTools(): void {
    // A real window has Chromium's own (F12).
  }

  closeDevTools(): void {
    // See openDevTools.
  }

  /** Asks main's code whether the page may open a window. Without a handler it may, as in Electron. */
  async mayOpen(): Promise<boolean> {
    const asked = await this.#life?.nextOpening();
    if (this.#openHandler === undefined || asked === undefined) return this.#openHandler === undefined;
    const details = {
      url: toAppUrl(asked.url),
      frameName: asked.windowName,
      features: asked.windowFeatures.join(),
      disposition: 'foreground-tab',
    };
    return this.#openHandler(details).action === 'allow';
  }

  /** Asks main's code whether the page may go where it wants to. */
  mayNavigate(url: string): boolean {
    const event = eventWith({ url, isMainFrame: true, isSameDocument: false, frame: this.mainFrame });
    this.emit('will-frame-navigate', event);
    this.emit('will-navigate', event, url);
    return !event.defaultPrevented;
  }

  /** Asks main's code whether a frame of the page may go there. */
  mayFrameNavigate(url: string): boolean {
    const event = eventWith({ url, isMainFrame: false, isSameDocument: false, frame: null });
    this.emit('will-frame-navigate', event);
    return !event.defaultPrevented;
  }

  /** What the page has asked of the browser, and which frames it has. */
  get life(): PageLife | undefined {
    return this.#life;
  }

  /** Resolves when the page may get its first document. */
  async whenAttached(): Promise<void> {
    await this.#attached.promise;
  }

  /** Called by the window when its page is there, and waits. */
  attach({ session: page, targetId }: OpenedWindow): void {
    this.#life = new PageLife(this, page, targetId, () => this.#owner.handlePaint());
    this.#messages = new PageMessages(page, targetId);
    const inPlace = Promise.all([
      page.send('Page.enable'),
      page.send('Runtime.enable'),
      page.send('Inspector.enable'),
      page.send('Page.setLifecycleEventsEnabled', { enabled: true }),
      this.#messages.start((message, answer) => dispatchMessage(this, message, answer)),
      answerQuestions(page),
      nativeTheme.follow(page),
      this.#addPreload(page),
    ]);
    this.#attached.resolve(inPlace.then(() => page));
    // Not awaited before: the page may even be closed before it answers.
    void page.trySend('Runtime.runIfWaitingForDebugger');
  }

  /** Called by the window when it has gone. */
  handleGone(): void {
    void this.#attached.promise.then((page) => nativeTheme.unfollow(page)).catch(() => undefined);
    this.emit('destroyed');
  }

  async #page<Result>(use: (page: DevToolsSession) => Promise<Result>): Promise<Result> {
    if (this.#opening === undefined) throw new Error('Nothing was loaded into this window yet.');
    return use(await this.#attached.promise);
  }

  async #addPreload(page: DevToolsSession): Promise<void> {
    const { preload, additionalArguments = [], sandbox = true } = this.#preferences;
    if (preload === undefined) return;
    const secret = `stand-in-${randomBytes(16).toString('hex')}`;
    const process_ = {
      type: 'renderer',
      platform: process.platform,
      arch: process.arch,
      sandboxed: sandbox,
      contextIsolated: true,
      versions: process.versions,
      argv: additionalArguments,
      env: {},
    };
    await page.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(secret) });
    await page.send('Page.addScriptToEvaluateOnNewDocument', {
      source: isolatedWorldScript({ secret, preload: readFileSync(preload, 'utf8'), process: process_ }),
      worldName: ISOLATED_WORLD,
    });
  }
}

/** This host cannot do without isolation and sandbox, so it must not pretend that a page runs without them. */
function refuseUnsafe({ contextIsolation, nodeIntegration, sandbox }: WebPreferences): void {
  if (contextIsolation === false || nodeIntegration === true || sandbox === false) {
    throw new Error(
      'The Electron stand-in only has windows with contextIsolation, with sandbox and without nodeIntegration.',
    );
  }
}
