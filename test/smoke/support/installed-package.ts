import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Where the package puts the program, and the command. */
export const PROGRAM_FOLDER = '/opt/Strongroom';
export const PROGRAM = join(PROGRAM_FOLDER, 'strongroom');
export const COMMAND = '/usr/bin/strongroom';

/** The user that the tests are: nobody installs a program as root and uses it as root. */
const USER = 'strongroom-smoke';

/** The package in which Strongroom is released; a machine that has it is used for real, and is left alone. */
const RELEASED = 'strongroom';
export const PACKAGE = process.env['STRONGROOM_SMOKE_PACKAGE'] ?? 'strongroom-not-for-release';

/** Said in the name of what is skipped. */
export const WHERE = 'skipped without root and dpkg, or where Strongroom is in use';

export const canInstall =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  existsSync('/usr/bin/dpkg') &&
  (PACKAGE === RELEASED || installedVersion(RELEASED) === undefined);

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @returns undefined: it is not installed, or only its name is left. */
export function installedVersion(name: string = PACKAGE): string | undefined {
  try {
    const text = execFileSync('dpkg-query', ['--show', '--showformat=${db:Status-Abbrev} ${Version}', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [status, version] = text.split(/\s+/);
    return status === 'ii' ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The package that `npm run package` has built. */
export function builtPackage(): string {
  const folder = join(root, 'dist');
  const name = readdirSync(folder).find((each) => each.endsWith('.deb'));
  if (name === undefined) throw new Error('There is no package in dist: npm run package.');
  return join(folder, name);
}

/** Runs dpkg as an administrator does. @returns what it printed. */
export function dpkg(...words: string[]): string {
  return execFileSync('dpkg', words, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Installs what was built, unless it is there. */
export function ensureInstalled(): void {
  if (installedVersion() === undefined) dpkg('--install', builtPackage());
}

/** A user of the machine without any right, and with a home directory of their own. */
export class Officer {
  readonly userId: number;
  readonly #groupId: number;
  readonly home: string;

  constructor() {
    const [, , userId, groupId, , home = ''] = execFileSync('getent', ['passwd', USER], { encoding: 'utf8' })
      .trim()
      .split(':');
    this.userId = Number(userId);
    this.#groupId = Number(groupId);
    this.home = home;
  }

  static create(): void {
    Officer.remove();
    execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', USER], { stdio: 'ignore' });
  }

  /** With everything that they own. */
  static remove(): void {
    try {
      execFileSync('userdel', ['--remove', USER], { stdio: 'ignore' });
    } catch {
      // There was none.
    }
  }

  /** Copies a file or a folder into the home directory. @returns where it is. */
  given(source: string, name: string): string {
    const target = join(this.home, name);
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
    execFileSync('chown', ['--recursive', `${String(this.userId)}:${String(this.#groupId)}`, target]);
    return target;
  }

  /** Starts a program as this user, with a plain environment. */
  start(
    program: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    return spawn(program, words, {
      uid: this.userId,
      gid: this.#groupId,
      cwd: this.home,
      env: { HOME: this.home, USER, LOGNAME: USER, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs a program to its end. */
  async run(
    program: string,
    words: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<Outcome> {
    const child = this.start(program, words, environment);
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        resolve({ exitCode, stdout, stderr });
      });
    });
  }

  /** Runs the installed command. */
  async strongroom(...words: string[]): Promise<Outcome> {
    return this.run(COMMAND, words);
  }
}
