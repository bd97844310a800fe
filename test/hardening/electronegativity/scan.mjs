import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * What asks the network for a list of releases, so that a scan of the same source is not the same tomorrow, and what it asks
 * it for. docs/dependencies.md has Electron's version.
 */
const CHECKS_LEFT_OUT = ['availablesecurityfixesglobalcheck', 'electronversionjsoncheck'];

/**
 * Runs every check of Electronegativity, but those above, over copies of files and folders.
 * @param {string} root the folder that they are in
 * @param {string[]} names
 * @param {string} electronVersion what the source is written for
 * @returns {Promise<{ checks: number, findings: { check: string, file: string, code: string }[], unread: string[] }>}
 * `code` is the line found, as it stands in the file; empty where a finding is about the whole. `unread`: files that its
 * parsers gave up on, with why.
 */
export async function scan(root, names, electronVersion) {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-hardening-'));
  try {
    // Of a folder it reads everything: node_modules and tests too.
    for (const name of names) cpSync(join(root, name), join(folder, name), { recursive: true });
    const run = loadElectronegativity();
    const { issues, errors, atomicChecks, globalChecks } = await quietly(() =>
      run({
        input: folder,
        isRelative: true,
        excludeFromScan: CHECKS_LEFT_OUT,
        electronVersionOverride: electronVersion,
      }),
    );
    return {
      checks: atomicChecks + globalChecks,
      findings: issues.map(({ id, file, sample }) => ({
        check: id,
        file: file === 'N/A' ? '' : file.replaceAll('\\', '/'),
        code: (sample ?? '').trim(),
      })),
      unread: errors.map(({ file, message }) => `${file.slice(folder.length + 1)}: ${message}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its translations, which it would fetch at each start, are those that it was installed with. */
function loadElectronegativity() {
  const got = require.resolve('got');
  const offline = new Module(got);
  offline.loaded = true;
  offline.exports = async () => {
    throw new Error('a scan needs no network');
  };
  require.cache[got] = offline;
  process.env.LANG = 'en-US';
  return require('@doyensec/electronegativity');
}

/** It says on standard output what it could not fetch. */
async function quietly(work) {
  const { log } = console;
  console.log = () => undefined;
  try {
    return await work();
  } finally {
    console.log = log;
  }
}
