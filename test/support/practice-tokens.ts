import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findKnownModule } from '../../main/hsm/known-modules.ts';
import type { KnownVendor } from '../../main/hsm/known-modules.ts';
import { makePracticeFolder } from '../../main/hsm/practice-folder.ts';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { TokenReference } from '../../shared/domain/region.ts';

/** A token in a temp folder, ready for a login. It guards nothing. */
export interface PracticeToken {
  readonly vendor: KnownVendor;
  readonly reference: TokenReference;
  readonly pin: string;
  /** A file that holds the PIN and a line break. */
  readonly pinFile: string;
  /** What the process that loads the module must have in its environment before it loads it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Destroys the folder, unless it is another token's. */
  remove(): Promise<void>;
}

export interface PracticeTokenOptions {
  readonly label?: string;
  /**
   * SoftHSM only: another practice token in whose folder this one is made, so that one process sees both. Removing that
   * one removes both.
   */
  readonly beside?: PracticeToken;
}

/** @throws where the vendor's module is not on this machine. */
export function findModule(vendor: KnownVendor): string {
  const found = findKnownModule(vendor);
  if (found !== undefined) return found;
  const variable = vendor === 'SoftHSM' ? 'STRONGROOM_SOFTHSM_MODULE' : 'STRONGROOM_NSS_MODULE';
  throw new Error(`${vendor}'s PKCS#11 module is not installed, and ${variable} names none`);
}

/** NSS's parameters for a key store in this folder. Its token's label can come from here only. */
export function nssParameters(folder: string, label: string): string {
  return `configdir='sql:${folder}' certPrefix='' keyPrefix='' secmod='secmod.db' flags= dbTokenDescription='${label}'`;
}

/** NSS stretches the PIN anew for every object that it stores; these PINs guard nothing. */
const QUICK_NSS = { NSS_MAX_MP_PBE_ITERATION_COUNT: '100' };

/** Modules' processes start from source, hundreds of times in a run: what Node compiled once is kept for the next. */
const COMPILED = {
  NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../../node_modules/.cache/strongroom-compiled'),
};

/** In memory where the machine has such a folder: SoftHSM writes each token object some 35 times. */
export function practiceTokenFolder(): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : realpathSync(tmpdir());
  return mkdtempSync(path.join(parent, 'strongroom-practice-'));
}

/** Makes a token of the vendor, by the product's own way and in a process of its own. */
export async function practiceToken(
  vendor: KnownVendor,
  options: PracticeTokenOptions = {},
): Promise<PracticeToken> {
  const label = options.label ?? `practice-${randomBytes(4).toString('hex')}`;
  const folder = options.beside === undefined ? practiceTokenFolder() : path.dirname(options.beside.pinFile);
  const practice = await makePracticeFolder(folder);
  const store = path.join(folder, 'nss');
  if (vendor === 'NSS') await mkdir(store, { mode: 0o700 });
  const reference: TokenReference = {
    modulePath: findModule(vendor),
    ...(vendor === 'NSS' ? { moduleParameters: nssParameters(store, label) } : {}),
    tokenLabel: label,
  };
  const environment = { ...(vendor === 'SoftHSM' ? practice.environment : QUICK_NSS), ...COMPILED };
  const pinFile = await practice.newPinFile(`${label}-user`);
  const soPinFile = await practice.newPinFile(`${label}-so`);
  const tokens = new Tokens({ environment });
  try {
    await tokens.initialiseToken(
      reference,
      label,
      { kind: 'file', path: soPinFile },
      { kind: 'file', path: pinFile },
    );
  } finally {
    await tokens.close();
  }
  return {
    vendor,
    reference,
    pin: (await readFile(pinFile, 'utf8')).trim(),
    pinFile,
    environment,
    remove: async () => {
      if (options.beside === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
