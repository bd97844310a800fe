import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isRunning, startTimeOf } from '../browser/running.ts';

/** What a second instance tells the first one. */
export interface SecondInstance {
  readonly argv: string[];
  readonly workingDirectory: string;
  readonly additionalData: unknown;
}

interface Holder {
  readonly processId: number;
  readonly startTime: string | undefined;
}

/**
 * At most one instance for a folder: a lock file that names the process which holds it, and beside it a folder in which
 * later instances leave their command line. A lock whose process has gone is taken over.
 */
export class SingleInstanceLock {
  readonly #lockFile: string;
  readonly #mailbox: string;
  #isHeld = false;

  constructor(userData: string) {
    this.#lockFile = join(userData, 'stand-in-lock.json');
    this.#mailbox = join(userData, 'stand-in-second-instances');
    mkdirSync(this.#mailbox, { recursive: true, mode: 0o700 });
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes the lock, or tells its holder about this instance. */
  request(message: SecondInstance, onSecondInstance: (message: SecondInstance) => void): boolean {
    if (this.#isHeld) return true;
    if (!this.#take()) {
      const name = randomUUID();
      const draft = join(this.#mailbox, `${name}.draft`);
      writeFileSync(draft, JSON.stringify(message), { mode: 0o600 });
      renameSync(draft, join(this.#mailbox, `${name}.json`));
      return false;
    }
    this.#isHeld = true;
    process.on('exit', () => this.release());
    this.#readMailbox(() => undefined);
    watch(this.#mailbox, { persistent: false }, () => this.#readMailbox(onSecondInstance));
    return true;
  }

  release(): void {
    if (this.#isHeld) rmSync(this.#lockFile, { force: true });
    this.#isHeld = false;
  }

  #take(): boolean {
    const self: Holder = { processId: process.pid, startTime: startTimeOf(process.pid) };
    // Twice: the second time after a lock of a process that has gone was removed.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        writeFileSync(this.#lockFile, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (this.#isHolderAlive()) return false;
        rmSync(this.#lockFile, { force: true });
      }
    }
    return false;
  }

  #isHolderAlive(): boolean {
    try {
      const { processId, startTime } = JSON.parse(readFileSync(this.#lockFile, 'utf8')) as Holder;
      return isRunning(processId) && startTimeOf(processId) === startTime;
    } catch {
      return false;
    }
  }

  #readMailbox(deliver: (message: SecondInstance) => void): void {
    for (const name of readdirSync(this.#mailbox).filter((file) => file.endsWith('.json'))) {
      const file = join(this.#mailbox, name);
      const message = JSON.parse(readFileSync(file, 'utf8')) as SecondInstance;
      rmSync(file, { force: true });
      deliver(message);
    }
  }
}
