import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { DevToolsConnection } from './connection.ts';
import type { Profile } from './profile.ts';
import { browserProgram, isHeadless, trace } from './settings.ts';

/** How long Chromium may take to close by itself. */
const CLOSE_MILLISECONDS = 3000;
const PORT_FILE_MILLISECONDS = 2000;

const DISABLED_FEATURES = [
  'Translate',
  'MediaRouter',
  'OptimizationHints',
  'HttpsUpgrades',
  'GlobalMediaControls',
];

const FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--no-service-autorun',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-search-engine-choice-screen',
  '--disable-sync',
  // A window behind another one works on, as with backgroundThrottling off.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--hide-crash-restore-bubble',
  '--password-store=basic',
  // Hides the bar that warns of --no-sandbox and of the debugging pipe.
  '--test-type',
  '--metrics-recording-only',
];

/** Switches that the app or Playwright sets and Chromium must not get, or gets from here. */
const KEPT_FROM_CHROMIUM = new Set(['enable-features', 'disable-extensions', 'inspect', 'user-data-dir']);

export interface ChromiumOptions {
  readonly profile: Profile;
  /** app.commandLine's switches, those of the command line included. */
  readonly switches: ReadonlyMap<string, string>;
  /** Where DevToolsActivePort is wanted, for programs that look for it beside the app's data (chromedriver). */
  readonly portFileFolder: string;
  /** Called once, when Chromium ends without having been asked to. */
  readonly onGone: (exitCode: number | null) => void;
}

/** The browser's process. It ends by itself when this process does: its end of the pipe closes. */
export class Chromium {
  readonly connection: DevToolsConnection;
  readonly #process: ChildProcess;
  readonly #options: ChromiumOptions;
  readonly #ended: Promise<void>;
  #isClosing = false;

  constructor(options: ChromiumOptions) {
    this.#options = options;
    const mode = [
      '--remote-debugging-pipe',
      '--no-startup-window',
      ...(isHeadless ? ['--headless=new'] : []),
    ];
    // What another start left there would be taken for this one's.
    rmSync(this.#portFile, { force: true });
    const child = spawn(browserProgram(), [...this.#flags(), ...mode], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: this.#environment(),
    });
    this.#process = child;
    this.connection = new DevToolsConnection(child.stdio[3] as Writable, child.stdio[4] as Readable);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#report(text));
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        process.stderr.write(`The Electron stand-in could not start Chromium: ${error.message}\n`);
        this.#handleEnd(null);
        resolve();
      });
      child.once('exit', (code, signal) => {
        trace('chromium ended', code ?? signal);
        this.#handleEnd(code);
        resolve();
      });
    });
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  /** A window of its own without tabs and address bar, by way of a second start that hands over to the first. */
  openAppWindow(url: string): void {
    const flags = this.#flags().filter((flag) => !flag.startsWith('--remote-debugging'));
    spawn(browserProgram(), [...flags, `--app=${url}`], {
      stdio: 'ignore',
      env: this.#environment(),
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#hasEnded()) return;
    void this.connection.browser.trySend('Browser.close');
    const isEnded = await Promise.race([
      this.#ended.then(() => true),
      setTimeout(CLOSE_MILLISECONDS, false, { ref: false }),
    ]);
    if (!isEnded) this.kill();
    await this.#ended;
  }

  /** At once, for when this process ends without having closed it. */
  kill(): void {
    this.#isClosing = true;
    if (!this.#hasEnded()) this.#process.kill('SIGKILL');
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  #handleEnd(exitCode: number | null): void {
    this.connection.close();
    if (!this.#isClosing) this.#options.onGone(exitCode);
  }

  /**
   * Chromium leaves some files outside its profile, unless it is told that there is no outside. Without a locale that says
   * otherwise, it takes file names for ASCII, and gives no path for one with an umlaut.
   */
  #environment(): NodeJS.ProcessEnv {
    const { LC_ALL, LC_CTYPE, LANG } = process.env;
    const characters = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
    return {
      ...process.env,
      ...(/utf-?8/i.test(characters) ? {} : { LC_ALL: 'C.UTF-8' }),
      CHROME_CONFIG_HOME: this.#options.profile.folder,
    };
  }

  #flags(): string[] {
    const { switches, profile } = this.#options;
    const further = (switches.get('disable-features') ?? '').split(',').filter(Boolean);
    const features = [...new Set([...DISABLED_FEATURES, ...further])];
    const flags = [...FLAGS, `--user-data-dir=${profile.folder}`, `--disable-features=${features.join(',')}`];
    // Without a graphics card Chromium would start a process for one, and give it up.
    if (!existsSync('/dev/dri') && !switches.has('disable-gpu')) flags.push('--disable-gpu');
    // Chromium's sandbox refuses to run as root.
    if (process.getuid?.() === 0 && !switches.has('no-sandbox')) flags.push('--no-sandbox');
    for (const [name, value] of switches) {
      if (KEPT_FROM_CHROMIUM.has(name) || name === 'disable-features') continue;
      flags.push(value === '' ? `--${name}` : `--${name}=${value}`);
    }
    return flags;
  }

  /** Playwright waits for two of Chromium's lines on stderr; the rest is noise about missing desktops. */
  #report(text: string): void {
    for (const line of text.split('\n')) {
      if (/DevTools listening|Unable to open X display/.test(line)) {
        process.stderr.write(`${line}\n`);
        void this.#copyPortFile();
      } else if (line !== '') {
        trace('chromium:', line);
      }
    }
  }

  get #portFile(): string {
    return join(this.#options.profile.folder, 'DevToolsActivePort');
  }

  /** Chromium writes the file a moment after it has told of the port. */
  async #copyPortFile(): Promise<void> {
    const source = this.#portFile;
    const end = performance.now() + PORT_FILE_MILLISECONDS;
    while (!existsSync(source) || statSync(source).size === 0) {
      if (performance.now() > end) return;
      await setTimeout(20);
    }
    if (existsSync(this.#options.portFileFolder)) {
      copyFileSync(source, join(this.#options.portFileFolder, 'DevToolsActivePort'));
    }
  }
}
