import type { Chromium } from './chromium.ts';
import type { DevToolsSession } from './connection.ts';
import type { Protocol } from './protocol.ts';
import { isHeadless, trace } from './settings.ts';

type TargetInfo = Protocol.Target.TargetInfo;

/** A browser window whose page waits for `release` before it does anything. */
export interface OpenedWindow {
  readonly session: DevToolsSession;
  readonly targetId: string;
}

export interface WindowsListener {
  /** The window was closed, by its user or by its page. */
  onWindowGone(targetId: string): void;
  /** A page opened a window; it is closed again unless this answers true. */
  mayOpen(openerTargetId: string): Promise<boolean>;
}

/**
 * Opens windows in the browser. Every page that appears is attached while it still waits for its debugger, so that
 * nothing in it runs before the preload script and the interception of requests are in place.
 */
export class BrowserWindows {
  readonly #chromium: Chromium;
  readonly #listener: WindowsListener;
  /** Windows are opened one after the other, so that the next page to appear is known to be the one that was asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  #claim: ((window: OpenedWindow) => void) | undefined;
  readonly #targetOfSession = new Map<string, string>();

  constructor(chromium: Chromium, listener: WindowsListener) {
    this.#chromium = chromium;
    this.#listener = listener;
    const { browser } = chromium.connection;
    browser.on('Target.attachedToTarget', ({ sessionId, targetInfo }) =>
      this.#attached(sessionId, targetInfo),
    );
    browser.on('Target.detachedFromTarget', ({ sessionId }) => this.#detached(sessionId));
  }

  async start(): Promise<void> {
    await this.#chromium.connection.browser.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: 'page' }],
    });
  }

  /** Opens a window that loads the URL. `claim` gets its page before any request of that page is told. */
  async open(
    url: string,
    size: { width: number; height: number },
    claim: (window: OpenedWindow) => void,
  ): Promise<void> {
    const opened = this.#turn.then(() => this.#open(url, size, claim));
    this.#turn = opened.catch(() => undefined);
    await opened;
  }

  async #open(
    url: string,
    size: { width: number; height: number },
    claim: (window: OpenedWindow) => void,
  ): Promise<void> {
    const claimed = new Promise<void>((resolve) => {
      this.#claim = (window) => {
        claim(window);
        resolve();
      };
    });
    if (isHeadless) {
      const { browser } = this.#chromium.connection;
      await browser.send('Target.createTarget', { url, newWindow: true, ...size });
    } else {
      this.#chromium.openAppWindow(url);
    }
    await claimed;
  }

  #attached(sessionId: string, target: TargetInfo): void {
    trace('page', target.targetId, target.url, target.openerId ?? '');
    const window = {
      session: this.#chromium.connection.openSession(sessionId),
      targetId: target.targetId,
    };
    this.#targetOfSession.set(sessionId, target.targetId);
    const claim = target.openerId === undefined ? this.#claim : undefined;
    if (claim !== undefined) {
      this.#claim = undefined;
      claim(window);
    } else {
      void this.#decideOnPopup(window, target.openerId);
    }
  }

  /** A window that a page opened, or the user of a window on a screen (Ctrl+N): Electron has none of the latter. */
  async #decideOnPopup({ session, targetId }: OpenedWindow, openerId: string | undefined): Promise<void> {
    if (openerId !== undefined && (await this.#listener.mayOpen(openerId))) {
      await session.trySend('Runtime.runIfWaitingForDebugger');
    } else {
      // It is also told to go on: a page that still waits shares its process, and then its stop, with the page that opened it.
      // What it would load is held as all requests are, so that it gets nothing before it is gone.
      const closed = this.#chromium.connection.browser.trySend('Target.closeTarget', { targetId });
      void session.trySend('Runtime.runIfWaitingForDebugger');
      await closed;
    }
  }

  #detached(sessionId: string): void {
    this.#chromium.connection.forgetSession(sessionId);
    const targetId = this.#targetOfSession.get(sessionId);
    this.#targetOfSession.delete(sessionId);
    if (targetId !== undefined) this.#listener.onWindowGone(targetId);
  }
}
