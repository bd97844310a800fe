import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Officer } from './installed-package.ts';
import { PROGRAM } from './installed-package.ts';

const PATIENCE_MILLISECONDS = 30_000;

/** A screen without a monitor, which every user of the machine may use. */
export class Screen implements AsyncDisposable {
  readonly display: string;
  readonly #server: ChildProcess;

  private constructor(display: string, server: ChildProcess) {
    this.display = display;
    this.#server = server;
  }

  static async start(): Promise<Screen> {
    const words = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp', '-ac'];
    const server = spawn('Xvfb', words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = (await once((server.stdio[3] as Readable).setEncoding('utf8'), 'data')) as [string];
    return new Screen(`:${number.trim()}`, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#server, 'exit');
    this.#server.kill();
    await ended;
  }
}

/**
 * The installed window, driven over the DevTools protocol: the inspector, by which Playwright drives Electron's main process,
 * is off in a package.
 */
export class InstalledWindow {
  readonly page: Page;
  readonly process: ChildProcess;
  readonly #browser: Browser;

  private constructor(page: Page, process: ChildProcess, browser: Browser) {
    this.page = page;
    this.process = process;
    this.#browser = browser;
  }

  static async open(officer: Officer, screen: Screen): Promise<InstalledWindow> {
    const child = officer.start(PROGRAM, ['--remote-debugging-port=0'], { DISPLAY: screen.display });
    const browser = await chromium.connectOverCDP(await debuggingAddress(child));
    const end = performance.now() + PATIENCE_MILLISECONDS;
    while (performance.now() < end) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      const page = pages.find((each) => each.url().endsWith('/index.html'));
      if (page !== undefined) return new InstalledWindow(page, child, browser);
      await setTimeout(50);
    }
    child.kill('SIGKILL');
    throw new Error('the window did not open');
  }

  /** Closes the window, as a user does, which ends the program. @returns its exit code. */
  async close(): Promise<number | null> {
    const exited = once(this.process, 'exit') as Promise<[number | null]>;
    await this.page.close();
    const outcome = await Promise.race([
      exited,
      setTimeout(PATIENCE_MILLISECONDS, undefined, { ref: false }),
    ]);
    await this.#browser.close().catch(() => undefined);
    if (outcome === undefined) throw new Error('the program did not end');
    return outcome[0];
  }
}

/** A process, as the kernel sees it. */
export interface SeenProcess {
  readonly id: number;
  /** Its command line; Chromium's children have blanks in the place of zero bytes. */
  readonly command: string;
  readonly userNamespace: string;
  /** 2: confined by a filter of system calls. */
  readonly seccomp: number;
}

/** All processes of a user. */
export function processesOf(userId: number): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        if (Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) !== userId) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const userNamespace = readlinkSync(`/proc/${name}/ns/user`);
        const seccomp = Number(/^Seccomp:\s+(\d+)/m.exec(status)?.[1]);
        return [{ id: Number(name), command, userNamespace, seccomp }];
      } catch {
        // It has just ended.
        return [];
      }
    });
}

/** Chromium says it on stderr, in the stand-in as in Electron. */
async function debuggingAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address !== undefined) resolve(address);
  });
  child.once('exit', () => {
    reject(new Error(`the program ended before its window opened: ${said}`));
  });
  return promise;
}
