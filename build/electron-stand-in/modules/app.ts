import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLine } from './command-line.ts';
import { hostBrowser } from './host-browser.ts';
import { PreventableEvent } from './preventable-event.ts';
import { RequestInterception } from './requests.ts';
import { SingleInstanceLock } from './single-instance.ts';
import { openWindows, windowOfTarget } from './window-registry.ts';

/** What package.json says of the app. */
export interface AppPackage {
  readonly name?: string;
  readonly productName?: string;
  readonly version?: string;
}

/** Electron's `app`. */
class App extends EventEmitter {
  readonly commandLine = new CommandLine();
  isPackaged = false;
  #package: AppPackage = {};
  #folder = process.cwd();
  #name: string | undefined;
  readonly #chosenPaths = new Map<string, string>();
  readonly #ready = Promise.withResolvers<object>();
  #isReady = false;
  #isQuitting = false;
  #lock: SingleInstanceLock | undefined;

  /** Called by the start of the host, before main's code. */
  describe(description: { package: AppPackage; folder: string; isPackaged: boolean }): void {
    this.#package = description.package;
    this.#folder = description.folder;
    this.isPackaged = description.isPackaged;
  }

  /** Called by the start of the host, after main's code was loaded: starts the browser, then says so. */
  async launch(): Promise<void> {
    // A program without a screen opens no window, so that it needs no browser (in Electron, they come in one process).
    if (this.commandLine.getSwitchValue('ozone-platform') !== 'headless') await this.#startBrowser();
    this.#isReady = true;
    this.emit('will-finish-launching');
    this.#ready.resolve({});
    this.emit('ready', new PreventableEvent(), {});
  }

  async #startBrowser(): Promise<void> {
    const userData = this.getPath('userData');
    await hostBrowser.start({
      userData,
      chosenUserData: this.#hasChosenUserData() ? userData : undefined,
      switches: this.commandLine.forChromium(),
      onBrowserGone: (exitCode) => this.#browserHasGone(exitCode),
      onWindowGone: (targetId) => windowOfTarget(targetId)?.handleGone(),
      mayOpen: async (opener) => (await windowOfTarget(opener)?.webContents.mayOpen()) ?? false,
    });
    await new RequestInterception(hostBrowser.session).start();
  }

  whenReady(): Promise<object> {
    return this.#ready.promise;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  get name(): string {
    return this.getName();
  }

  set name(name: string) {
    this.setName(name);
  }

  getName(): string {
    return this.#name ?? this.#package.productName ?? this.#package.name ?? 'Electron';
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    return this.#package.version ?? '0.0.0';
  }

  getAppPath(): string {
    return this.#folder;
  }

  getLocale(): string {
    return 'en-US';
  }

  getSystemLocale(): string {
    return 'en-US';
  }

  getPreferredSystemLanguages(): string[] {
    return ['en-US'];
  }

  getPath(name: string): string {
    const chosen = this.#chosenPaths.get(name);
    if (chosen !== undefined) return chosen;
    const home = homedir();
    switch (name) {
      case 'home':
        return home;
      case 'appData':
        return process.env['XDG_CONFIG_HOME'] ?? join(home, '.config');
      case 'userData':
        return (
          this.commandLine.getSwitchValue('user-data-dir') || join(this.getPath('appData'), this.getName())
        );
      case 'sessionData':
        return this.getPath('userData');
      case 'temp':
        return tmpdir();
      case 'exe':
      case 'module':
        return process.execPath;
      case 'desktop':
      case 'documents':
      case 'downloads':
      case 'music':
      case 'pictures':
      case 'videos':
        return join(home, name.charAt(0).toUpperCase() + name.slice(1));
      case 'logs':
        return join(this.getPath('userData'), 'logs');
      case 'crashDumps':
        return join(this.getPath('userData'), 'Crashpad');
      default:
        throw new Error(`Failed to get '${name}' path`);
    }
  }

  setPath(name: string, path: string): void {
    // Asking first refuses a name that there is no path for.
    this.getPath(name);
    this.#chosenPaths.set(name, path);
  }

  requestSingleInstanceLock(additionalData: unknown = {}): boolean {
    const userData = this.getPath('userData');
    mkdirSync(userData, { recursive: true, mode: 0o700 });
    this.#lock ??= new SingleInstanceLock(userData);
    const message = { argv: process.argv, workingDirectory: process.cwd(), additionalData };
    return this.#lock.request(message, (second) =>
      this.emit(
        'second-instance',
        new PreventableEvent(),
        second.argv,
        second.workingDirectory,
        second.additionalData,
      ),
    );
  }

  hasSingleInstanceLock(): boolean {
    return this.#lock?.isHeld ?? false;
  }

  releaseSingleInstanceLock(): void {
    this.#lock?.release();
  }

  quit(): void {
    if (this.#isQuitting) return;
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.#isQuitting = true;
    for (const window of openWindows) window.close();
    // A window whose closing was prevented keeps the app.
    if (openWindows.size > 0) this.#isQuitting = false;
    else this.#finishQuitting();
  }

  exit(exitCode = 0): void {
    this.#isQuitting = true;
    for (const window of openWindows) window.destroy();
    this.#end(exitCode);
  }

  /** Called when the last window has gone. */
  handleAllWindowsClosed(): void {
    if (this.#isQuitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }

  /** A sandboxed renderer, no GPU process, an id for the taskbar: settings that mean nothing here. */
  enableSandbox(): void {
    // Every page of this host runs in Chromium's sandbox, unless Chromium was told otherwise.
  }

  disableHardwareAcceleration(): void {
    this.commandLine.appendSwitch('disable-gpu');
  }

  setAppUserModelId(): void {
    // For Windows only.
  }

  setAboutPanelOptions(): void {
    // There is no menu that would show it.
  }

  focus(): void {
    [...openWindows].at(-1)?.focus();
  }

  #hasChosenUserData(): boolean {
    return (
      this.#chosenPaths.has('userData') ||
      this.#chosenPaths.has('sessionData') ||
      this.commandLine.hasSwitch('user-data-dir')
    );
  }

  #finishQuitting(): void {
    const event = new PreventableEvent();
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.#isQuitting = false;
    else this.#end(0);
  }

  #end(exitCode: number): void {
    this.emit('quit', new PreventableEvent(), exitCode);
    void hostBrowser.close().finally(() => process.exit(exitCode));
  }

  /** In Electron the browser and main are one process: neither goes on without the other. */
  #browserHasGone(exitCode: number | null): void {
    if (exitCode !== 0 && !this.#isQuitting) {
      process.stderr.write('Chromium has crashed, and the Electron stand-in ends with it.\n');
      process.exit(1);
    }
    for (const window of openWindows) window.handleGone();
    this.quit();
  }
}

export const app = new App();
