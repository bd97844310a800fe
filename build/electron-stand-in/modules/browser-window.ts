import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isHeadless } from '../browser/settings.ts';
import type { Protocol } from '../browser/protocol.ts';
import { app } from './app.ts';
import { hostBrowser } from './host-browser.ts';
import { PreventableEvent } from './preventable-event.ts';
import { WebContents, type WebPreferences } from './web-contents.ts';
import { openWindows } from './window-registry.ts';

/** Electron's defaults. */
const DEFAULT_SIZE = { width: 800, height: 600 };

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BrowserWindowOptions extends Partial<Bounds> {
  readonly title?: string;
  readonly show?: boolean;
  readonly parent?: BrowserWindow;
  readonly modal?: boolean;
  readonly webPreferences?: WebPreferences;
}

let lastId = 0;

/**
 * Electron's BrowserWindow. Its size is that of the page. A window on a screen cannot be hidden, is never in front of its
 * parent by force, and has no menu; `isVisible` and the like say what main's code asked for.
 */
export class BrowserWindow extends EventEmitter {
  readonly id = ++lastId;
  readonly webContents: WebContents;
  readonly #options: BrowserWindowOptions;
  readonly #children = new Set<BrowserWindow>();
  #bounds: Bounds;
  #title: string;
  #isDestroyed = false;
  #isVisible: boolean;
  #isPainted = false;
  #isMaximized = false;
  #isMinimized = false;
  #isFullScreen = false;
  #targetId: string | undefined;

  constructor(options: BrowserWindowOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#options = options;
    this.#bounds = { x: 0, y: 0, ...DEFAULT_SIZE, ...definedIn(options) };
    this.#title = options.title ?? app.getName();
    this.#isVisible = options.show !== false;
    options.parent?.addChild(this);
    this.webContents = new WebContents(
      {
        openInBrowser: (url) => this.#open(url),
        isDestroyed: () => this.#isDestroyed,
        close: () => this.close(),
        focus: () => this.focus(),
        handlePaint: () => this.#painted(),
      },
      options.webPreferences ?? {},
    );
    this.webContents.on('page-title-updated', (event: PreventableEvent, title: string) => {
      this.emit('page-title-updated', event, title, true);
      if (!event.defaultPrevented) this.#title = title;
    });
    openWindows.add(this);
    app.emit('web-contents-created', new PreventableEvent(), this.webContents);
    app.emit('browser-window-created', new PreventableEvent(), this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...openWindows];
  }

  /** The newest window: which one has the focus is not known. */
  static getFocusedWindow(): BrowserWindow | null {
    return [...openWindows].at(-1) ?? null;
  }

  static fromWebContents(webContents: WebContents): BrowserWindow | null {
    return [...openWindows].find((window) => window.webContents === webContents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return [...openWindows].find((window) => window.id === id) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  loadFile(path: string, { hash }: { hash?: string } = {}): Promise<void> {
    const url = pathToFileURL(resolve(app.getAppPath(), path));
    if (hash !== undefined) url.hash = hash;
    return this.loadURL(url.href);
  }

  reload(): void {
    this.webContents.reload();
  }

  close(): void {
    if (this.#isDestroyed) return;
    const event = new PreventableEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (!this.#isDestroyed) this.#closeTarget();
    this.handleGone();
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Called when the window has gone, whoever closed it. */
  handleGone(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    for (const child of this.#children) child.destroy();
    openWindows.delete(this);
    this.#options.parent?.removeChild(this);
    this.webContents.handleGone();
    this.emit('closed', new PreventableEvent());
    if (openWindows.size === 0) app.handleAllWindowsClosed();
  }

  show(): void {
    this.#isVisible = true;
    this.emit('show', new PreventableEvent());
    this.focus();
  }

  showInactive(): void {
    this.#isVisible = true;
    this.emit('show', new PreventableEvent());
  }

  hide(): void {
    this.#isVisible = false;
    this.emit('hide', new PreventableEvent());
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  focus(): void {
    if (this.#targetId === undefined) return;
    void hostBrowser.session.trySend('Target.activateTarget', { targetId: this.#targetId });
  }

  isFocused(): boolean {
    return BrowserWindow.getFocusedWindow() === this;
  }

  maximize(): void {
    this.#isMaximized = true;
    void this.#setState('maximized');
  }

  unmaximize(): void {
    this.#isMaximized = false;
    void this.#setState('normal');
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  minimize(): void {
    this.#isMinimized = true;
    void this.#setState('minimized');
    this.emit('minimize', new PreventableEvent());
  }

  restore(): void {
    this.#isMinimized = false;
    void this.#setState('normal');
    this.emit('restore', new PreventableEvent());
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  setFullScreen(isFullScreen: boolean): void {
    this.#isFullScreen = isFullScreen;
    void this.#setState(isFullScreen ? 'fullscreen' : 'normal');
  }

  isFullScreen(): boolean {
    return this.#isFullScreen;
  }

  getBounds(): Bounds {
    return { ...this.#bounds };
  }

  getNormalBounds(): Bounds {
    return this.getBounds();
  }

  getContentBounds(): Bounds {
    return this.getBounds();
  }

  setBounds(bounds: Partial<Bounds>): void {
    Object.assign(this.#bounds, definedIn(bounds));
    void this.#place();
  }

  setContentBounds(bounds: Partial<Bounds>): void {
    this.setBounds(bounds);
  }

  getSize(): [number, number] {
    return [this.#bounds.width, this.#bounds.height];
  }

  getContentSize(): [number, number] {
    return this.getSize();
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setContentSize(width: number, height: number): void {
    this.setSize(width, height);
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  getParentWindow(): BrowserWindow | null {
    return this.#options.parent ?? null;
  }

  getChildWindows(): BrowserWindow[] {
    return [...this.#children];
  }

  isModal(): boolean {
    return this.#options.modal ?? false;
  }

  capturePage(): ReturnType<WebContents['capturePage']> {
    return this.webContents.capturePage();
  }

  /** The DevTools protocol's name for the page, by which Playwright finds its window. */
  get targetId(): string | undefined {
    return this.#targetId;
  }

  /** For a window that names this one as its parent: it goes when this one goes. */
  addChild(child: BrowserWindow): void {
    this.#children.add(child);
  }

  removeChild(child: BrowserWindow): void {
    this.#children.delete(child);
  }

  async #open(url: string): Promise<void> {
    const { width, height } = this.#bounds;
    await hostBrowser.openWindow(url, { width, height }, (opened) => {
      this.#targetId = opened.targetId;
      // Closed before it was there: it goes as soon as it comes.
      if (this.#isDestroyed) this.#closeTarget();
      else this.webContents.attach(opened);
    });
    await this.#place();
  }

  #closeTarget(): void {
    if (this.#targetId === undefined) return;
    void hostBrowser.session.trySend('Target.closeTarget', { targetId: this.#targetId });
  }

  async #place(): Promise<void> {
    const windowId = await this.#browserWindow();
    if (windowId === undefined) return;
    const { x, y, width, height } = this.#bounds;
    if (!isHeadless && this.#options.x !== undefined) {
      await hostBrowser.session.trySend('Browser.setWindowBounds', { windowId, bounds: { left: x, top: y } });
    }
    await hostBrowser.session.trySend('Browser.setContentsSize', { windowId, width, height });
  }

  async #setState(windowState: Protocol.Browser.WindowState): Promise<void> {
    const windowId = await this.#browserWindow();
    if (windowId === undefined) return;
    await hostBrowser.session.trySend('Browser.setWindowBounds', { windowId, bounds: { windowState } });
  }

  async #browserWindow(): Promise<number | undefined> {
    if (this.#targetId === undefined) return undefined;
    const found = await hostBrowser.session.trySend('Browser.getWindowForTarget', {
      targetId: this.#targetId,
    });
    return found?.windowId;
  }

  #painted(): void {
    if (this.#isPainted) return;
    this.#isPainted = true;
    this.emit('ready-to-show', new PreventableEvent());
  }
}

/** The bounds among a window's options. */
function definedIn({ x, y, width, height }: Partial<Bounds>): Partial<Bounds> {
  return Object.fromEntries(
    Object.entries({ x, y, width, height }).filter(([, value]) => value !== undefined),
  );
}

/** What main's code may call, and what has no effect here. */
const WITHOUT_EFFECT = [
  'blur',
  'center',
  'flashFrame',
  'moveTop',
  'removeMenu',
  'setAlwaysOnTop',
  'setAutoHideMenuBar',
  'setBackgroundColor',
  'setContentProtection',
  'setEnabled',
  'setIcon',
  'setMenu',
  'setMenuBarVisibility',
  'setMinimumSize',
  'setProgressBar',
  'setResizable',
  'setSkipTaskbar',
];
for (const name of WITHOUT_EFFECT) {
  Object.defineProperty(BrowserWindow.prototype, name, { value: () => undefined, writable: true });
}
