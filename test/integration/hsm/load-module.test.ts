import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_VENDORS, findKnownModule, findKnownModules } from '../../../main/hsm/known-modules.ts';
import { loadModule } from '../../../main/hsm/load-module.ts';
import { errorOf } from '../../support/error-of.ts';
import { findModule, nssParameters } from '../../support/practice-tokens.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A shared library that dlopen takes and that is no PKCS#11 module: pkcs11js's own. */
const addon = path.join(
  path.dirname(createRequire(import.meta.url).resolve('pkcs11js')),
  'build/Release/pkcs11.node',
);

describe('loading a module', () => {
  it('rule R74: says what is wrong with a path, and lives on', () => {
    const folder = temporaryFolder();
    const missing = path.join(folder, 'none.so');
    const dangling = path.join(folder, 'dangling.so');
    symlinkSync(missing, dangling);
    for (const file of [missing, dangling, folder, path.join(addon, 'below'), '', 'none.so']) {
      expect(errorOf(() => loadModule(file, undefined))).toMatchObject({
        code: 'InvalidParameter',
        reason: 'ModuleNotFound',
      });
    }
  });

  it('rule R74: refuses files that are no PKCS#11 module, again and again', () => {
    const folder = temporaryFolder();
    const text = path.join(folder, 'text.so');
    writeFileSync(text, 'no library\n');
    const empty = path.join(folder, 'empty.so');
    writeFileSync(empty, '');
    const library = readFileSync(findModule('SoftHSM'));
    // The system's loader ends the process with a bus error on most of these.
    const cuts = [3, 63, 64, 700, 4096, library.length >> 1, library.length - 4096].map((length) => {
      const cut = path.join(folder, `cut-${length}.so`);
      writeFileSync(cut, library.subarray(0, length));
      return cut;
    });
    const foreign = path.join(folder, 'foreign.so');
    writeFileSync(
      foreign,
      library.map((byte, index) => (index === 18 ? byte ^ 1 : byte)),
    );
    for (const file of [text, empty, addon, foreign, ...cuts, text, addon]) {
      expect(errorOf(() => loadModule(file, undefined)).reason).toBe('NotAPkcs11Module');
    }
  });

  it('rule R74: refuses module parameters that end NSS with a segmentation fault', () => {
    for (const parameters of ['', 'garbage ', "certPrefix=''", "xconfigdir='/x'", "configdir='sql:/x\0'"]) {
      expect(errorOf(() => loadModule(findModule('NSS'), parameters)).reason).toBe('ModuleParametersInvalid');
    }
  });

  it('rule R74: tells of a configuration that the module does not start with, and starts with the right one', () => {
    const folder = temporaryFolder();
    const configuration = path.join(folder, 'softhsm2.conf');
    process.env.SOFTHSM2_CONF = configuration;
    expect(errorOf(() => loadModule(findModule('SoftHSM'), undefined)).reason).toBe('ModuleNotInitialised');
    const parameters = nssParameters(path.join(folder, 'missing'), 'label');
    expect(errorOf(() => loadModule(findModule('NSS'), parameters)).reason).toBe('ModuleNotInitialised');
    expect(errorOf(() => loadModule(findModule('NSS'), undefined)).reason).toBe('ModuleNotInitialised');

    const tokens = path.join(folder, 'tokens');
    mkdirSync(tokens);
    writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
    const module = loadModule(findModule('SoftHSM'), undefined);
    expect(module.listTokens()).toMatchObject([{ label: '', isInitialised: false }]);
    expect(errorOf(() => module.login('any', undefined, '123456')).message).toContain(
      '1 without initialisation',
    );
    module.finalise();
  });
});

describe('known modules', () => {
  it('are found on this machine, and are libraries', () => {
    const found = findKnownModules();
    expect(found.map(({ vendor }) => vendor)).toEqual(KNOWN_VENDORS);
    for (const { path: file } of found) {
      expect(path.isAbsolute(file)).toBe(true);
      expect(readFileSync(file).length).toBeGreaterThan(10_000);
    }
  });

  it('are looked for at the stated place alone, where one is stated', () => {
    const variable = 'STRONGROOM_SOFTHSM_MODULE';
    const before = process.env[variable];
    try {
      process.env[variable] = addon;
      expect(findKnownModule('SoftHSM')).toBe(addon);
      process.env[variable] = '/nonexistent/module.so';
      expect(findKnownModule('SoftHSM')).toBeUndefined();
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, variable);
      else process.env[variable] = before;
    }
  });
});
