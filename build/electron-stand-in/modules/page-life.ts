import { setTimeout as delay } from 'node:timers/promises';
import type { DevToolsSession } from '../browser/connection.ts';
import type { Protocol } from '../browser/protocol.ts';
import { toAppUrl } from './custom-schemes.ts';
import { eventWith, PreventableEvent } from './preventable-event.ts';
import type { WebContents } from './web-contents.ts';

type Opening = Protocol.Page.windowOpenPayload;

const OPENING_MILLISECONDS = 1000;

/** Follows what happens to a window's page, and emits Electron's events for it. */
export class PageLife {
  url = '';
  title = '';
  isLoading = false;
  isCrashed = false;
  readonly #webContents: WebContents;
  readonly #page: DevToolsSession;
  readonly #mainFrame: string;
  readonly #onPaint: () => void;
  /** Until its first page, a window has an empty document that nobody hears of. */
  #isBlank = true;
  #hasFailed = false;
  /** Where the page itself has asked to go; loadURL, reload and the like do not come here. */
  #askedFor: string | undefined;
  readonly #subFrames = new Set<string>();
  readonly #openings: Opening[] = [];

  constructor(webContents: WebContents, page: DevToolsSession, mainFrame: string, onPaint: () => void) {
    this.#webContents = webContents;
    this.#page = page;
    this.#mainFrame = mainFrame;
    this.#onPaint = onPaint;
    page.on('Page.frameAttached', ({ frameId }) => this.#subFrames.add(frameId));
    page.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') this.#subFrames.delete(frameId);
    });
    page.on('Page.frameRequestedNavigation', ({ frameId, url }) => {
      if (frameId === mainFrame) this.#askedFor = withoutFragment(url);
    });
    page.on('Page.windowOpen', (opening) => this.#openings.push(opening));
    page.on('Page.frameNavigated', ({ frame }) => this.#navigated(frame));
    page.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      if (frameId !== mainFrame) return;
      this.url = url;
      webContents.emit('did-navigate-in-page', new PreventableEvent(), toAppUrl(url), true);
    });
    page.on('Page.domContentEventFired', () => this.#emitUnlessBlank('dom-ready'));
    page.on('Page.loadEventFired', () => this.#loaded());
    page.on('Page.lifecycleEvent', ({ name, frameId }) => {
      if (name === 'firstPaint' && frameId === mainFrame && !this.#isBlank) this.#onPaint();
    });
    page.on('Runtime.consoleAPICalled', (call) => this.#consoleCalled(call));
    page.on('Inspector.targetCrashed', () => {
      this.isCrashed = true;
      webContents.emit('render-process-gone', new PreventableEvent(), { reason: 'crashed', exitCode: 1 });
    });
    page.on('Inspector.targetReloadedAfterCrash', () => (this.isCrashed = false));
  }

  hasSubFrame(frameId: string): boolean {
    return this.#subFrames.has(frameId);
  }

  /**
   * Whether the page itself has asked for this navigation of its main frame, rather than main's code or the debugger. Its
   * announcement comes on the same way as the navigation, and so before it.
   */
  takeRequest(browserUrl: string): boolean {
    const isAsked = this.#askedFor === withoutFragment(browserUrl);
    this.#askedFor = undefined;
    return isAsked;
  }

  /** What the page has said of the window that it opens; its words may come after the window, which waits for them. */
  async nextOpening(): Promise<Opening | undefined> {
    for (let waited = 0; this.#openings.length === 0 && waited < OPENING_MILLISECONDS; waited += 10)
      await delay(10);
    return this.#openings.shift();
  }

  #navigated(frame: Protocol.Page.Frame): void {
    if (frame.id !== this.#mainFrame) return;
    this.#isBlank = false;
    this.isCrashed = false;
    this.isLoading = true;
    // Chromium shows a page of its own for what could not be loaded.
    this.#hasFailed = frame.unreachableUrl !== undefined;
    this.url = `${frame.unreachableUrl ?? frame.url}${frame.urlFragment ?? ''}`;
    this.#webContents.emit('did-start-loading');
    this.#webContents.emit('did-navigate', new PreventableEvent(), toAppUrl(this.url), 200, '');
  }

  #loaded(): void {
    if (this.#isBlank) return;
    this.isLoading = false;
    if (this.#hasFailed) {
      const url = toAppUrl(this.url);
      this.#webContents.emit('did-fail-load', new PreventableEvent(), -2, 'ERR_FAILED', url, true);
    } else {
      this.#emitUnlessBlank('did-finish-load');
      void this.#readTitle();
    }
    this.#emitUnlessBlank('did-stop-loading');
  }

  async #readTitle(): Promise<void> {
    const answer = await this.#page.trySend('Runtime.evaluate', {
      expression: 'document.title',
      returnByValue: true,
    });
    const title: unknown = answer?.result.value;
    if (typeof title !== 'string' || title === this.title) return;
    this.title = title;
    this.#webContents.emit('page-title-updated', new PreventableEvent(), title, true);
  }

  #consoleCalled({ type, args }: Protocol.Runtime.consoleAPICalledPayload): void {
    const message = args.map((argument) => String(argument.value ?? argument.description ?? '')).join(' ');
    const level = type === 'log' ? 'info' : type;
    this.#webContents.emit(
      'console-message',
      eventWith({ level, message, lineNumber: 0, sourceId: '', frame: this.#webContents.mainFrame }),
    );
  }

  #emitUnlessBlank(name: string): void {
    if (!this.#isBlank) this.#webContents.emit(name, new PreventableEvent());
  }
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}
