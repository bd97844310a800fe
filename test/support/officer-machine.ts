import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findModule } from './practice-tokens.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../build/strongroom.mjs');

/** Before every command: on Linux, a namespace of its own without a network, where that is permitted. */
export type Prefix = readonly string[];

/**
 * An officer's workstation, as far as Strongroom can tell: a home, a SoftHSM2 token and a passphrase file of its own in a
 * folder of its own. What another machine knows comes to it in files or from people's mouths.
 */
export class OfficerMachine {
  readonly folder: string;
  readonly region: string;
  readonly module = findModule('SoftHSM');
  readonly #regionKey: string;
  readonly #prefix: Prefix;

  private constructor(folder: string, region: string, regionKey: string, prefix: Prefix) {
    this.folder = folder;
    this.region = region;
    this.#regionKey = regionKey;
    this.#prefix = prefix;
  }

  /** Makes the machine, its token initialised. */
  static async make(
    folder: string,
    region: string,
    regionKey: string,
    prefix: Prefix,
  ): Promise<OfficerMachine> {
    const machine = new OfficerMachine(folder, region, regionKey, prefix);
    await mkdir(machine.path('tokens'), { recursive: true, mode: 0o700 });
    await machine.write('softhsm2.conf', `directories.tokendir = ${machine.path('tokens')}\n`);
    await machine.write('pin', `pin-of-${regionKey}\n`);
    await machine.write('so-pin', `so-pin-of-${regionKey}\n`);
    await machine.write('passphrase', `the officer of ${region}\n`);
    await machine.run(
      'token',
      'initialise',
      '--module',
      machine.module,
      '--label',
      regionKey,
      ...['--so-pin-file', machine.path('so-pin'), '--user-pin-file', machine.path('pin')],
    );
    return machine;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, text: string): Promise<string> {
    await writeFile(this.path(name), text, { mode: 0o600 });
    return this.path(name);
  }

  /** The flags that name this machine's token and region. */
  get tokenFlags(): string[] {
    return ['--region', this.region, '--module', this.module, '--token-label', this.#regionKey];
  }

  /** Runs a command to its end. @returns its JSON. @throws with what it wrote on stderr, if it failed. */
  async run<Answer = Record<string, unknown>>(...words: readonly string[]): Promise<Answer> {
    // env runs what follows it, with a namespace's program before it or without.
    const command = [...this.#prefix, process.execPath, LAUNCHER, ...words, '--output', 'json'];
    const { stdout } = await promisify(execFile)('env', command, {
      cwd: this.folder,
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        STRONGROOM_HOME: this.path('home'),
        STRONGROOM_OPERATOR: 'officer',
        STRONGROOM_PASSPHRASE_FILE: this.path('passphrase'),
        [`STRONGROOM_PIN_FILE_${this.#regionKey}`]: this.path('pin'),
        SOFTHSM2_CONF: this.path('softhsm2.conf'),
      },
    });
    return JSON.parse(stdout) as Answer;
  }
}
