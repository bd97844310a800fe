import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import pkcs11js from 'pkcs11js';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { whyNotLoadable } from './library-file.ts';
import { LoadedModule } from './loaded-module.ts';
import { CKR, nameOfReturnValue, returnValueOf } from './pkcs11-failure.ts';
import type { LoadModule } from './pkcs11-token.ts';

/**
 * pkcs11js unloads a library when its object is collected; SoftHSM does not survive that while its OpenSSL still runs.
 * What is loaded stays for the life of the process, which serves one module anyway.
 */
const loadedForGood: pkcs11js.PKCS11[] = [];

/**
 * Loads and initialises a PKCS#11 module.
 * @throws InvalidParameter, reasons `ModuleNotFound`, `NotAPkcs11Module`, `ModuleParametersInvalid`,
 * `ModuleNotInitialised`.
 */
export const loadModule: LoadModule = (modulePath, moduleParameters) => {
  // An absolute path, or dlopen would look for a bare name in the system's library folders.
  const file = path.resolve(modulePath);
  requireReadableFile(file);
  const libraryParameters = moduleParameters === undefined ? undefined : checkParameters(moduleParameters);
  const native = load(file);
  loadedForGood.push(native);
  initialise(native, file, libraryParameters);
  return new LoadedModule(native);
};

function requireReadableFile(file: string): void {
  let why: string | undefined;
  try {
    if (!statSync(file).isFile()) why = 'it is no file';
    else accessSync(file, constants.R_OK);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    why = code === 'EACCES' ? 'this user may not read it' : 'there is no such file';
  }
  if (why === undefined) return;
  throw new StrongroomError(
    'InvalidParameter',
    `There is no PKCS#11 module at ${file}: ${why}.`,
    "Give the path of the module library that the token's vendor installed, e.g. a file ending in .so.",
    { reason: 'ModuleNotFound' },
  );
}

/**
 * NSS ends the process with a segmentation fault on parameters that name no configuration folder.
 * @returns them as pkcs11js must be given them: it drops the last character.
 */
function checkParameters(parameters: string): string {
  if (/(^|\s)configdir=/.test(parameters) && !parameters.includes('\0')) return `${parameters.trimEnd()} `;
  throw new StrongroomError(
    'InvalidParameter',
    'The module parameters name no configuration folder (configdir=).',
    "Only NSS takes module parameters, e.g. configdir='sql:/path/of/a/folder'. Leave them out for other modules.",
    { reason: 'ModuleParametersInvalid' },
  );
}

function load(file: string): pkcs11js.PKCS11 {
  const why = whyNotLoadable(file);
  if (why !== undefined) throw notAModule(file, why);
  const native = new pkcs11js.PKCS11();
  try {
    native.load(file);
    return native;
  } catch (thrown) {
    // This object must not be used any more: it would call through a function list that is not there.
    const value = returnValueOf(thrown);
    if (value !== undefined) throw notAModule(file, nameOfReturnValue(value), thrown);
    throw notAModule(file, thrown instanceof Error ? thrown.message : 'the system does not load it', thrown);
  }
}

function notAModule(file: string, why: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The file ${file} is no PKCS#11 module that this program can load: ${why}.`,
    'Give the path of a PKCS#11 module for this machine (same processor, all its own libraries installed).',
    { reason: 'NotAPkcs11Module', cause },
  );
}

function initialise(native: pkcs11js.PKCS11, file: string, libraryParameters: string | undefined): void {
  const flags = pkcs11js.CKF_OS_LOCKING_OK;
  try {
    native.C_Initialize(libraryParameters === undefined ? { flags } : { flags, libraryParameters });
  } catch (thrown) {
    const value = returnValueOf(thrown);
    if (value === CKR.CRYPTOKI_ALREADY_INITIALIZED) return;
    if (value === undefined) throw thrown;
    throw new StrongroomError(
      'InvalidParameter',
      `The module ${file} does not start: ${nameOfReturnValue(value)}.`,
      'Check its configuration. SoftHSM: the file that SOFTHSM2_CONF names, and its token folder. NSS: the module parameters (configdir=) and that folder. Others: that their service runs.',
      { reason: 'ModuleNotInitialised', cause: thrown },
    );
  }
}
