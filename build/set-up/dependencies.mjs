import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root } from './paths.mjs';
import { say, SetUpFailure } from './report.mjs';
import { run } from './run.mjs';

const COMPILED_MODULE = join(root, 'node_modules/pkcs11js/build/Release/pkcs11.node');
/** The package `node` brings the headers of its version along: nothing has to be fetched to compile against it. */
const HEADERS = join(root, 'node_modules/node/node_modules', `node-${process.platform}-${process.arch}`);

const REGISTRY_HINT = 'If npm cannot reach its registry, mend that first; then run "npm run setup" again.';
const COMPILER_HINT =
  'Compiling needs python3, make and g++: see above what is wrong, then run "npm run setup" again.';

export function needsCompiler() {
  return !existsSync(COMPILED_MODULE) || !installedMatchesLock();
}

/**
 * Brings node_modules to what package-lock.json says, the pinned Node and the two native packages included.
 * Install scripts run for the two packages that need theirs and for no other, whichever npm is at work.
 */
export function ensureDependencies() {
  if (!installedMatchesLock()) {
    say('installing npm packages as package-lock.json says');
    npm(['ci', '--ignore-scripts', '--include=dev'], REGISTRY_HINT);
  }
  if (!pinnedNodeWorks() || (!canLoad('pkcs11js') && !existsSync(HEADERS))) {
    say('fetching the pinned Node');
    npm(['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts'], REGISTRY_HINT);
  }
  if (!pinnedNodeWorks()) {
    throw new SetUpFailure(
      `${pinnedNode} does not run Node ${pinnedVersion()}. Remove node_modules, then run "npm run setup" again.`,
    );
  }
  if (!canLoad('pkcs11js')) {
    say('compiling pkcs11js');
    const nodedir = existsSync(HEADERS) ? [`--nodedir=${HEADERS}`] : [];
    npm(['rebuild', 'pkcs11js', '--ignore-scripts=false', '--foreground-scripts', ...nodedir], COMPILER_HINT);
  }
  for (const name of ['pkcs11js', 'better-sqlite3']) {
    const reason = failureToLoad(name);
    if (reason === undefined) continue;
    throw new SetUpFailure(
      `the package ${name} does not load under Node ${pinnedVersion()}. Remove node_modules, then run "npm run setup" again.`,
      { output: reason },
    );
  }
}

/**
 * Compares what npm wrote down about node_modules with package-lock.json. Packages for other platforms are in the
 * lock only, so a missing optional package is no difference.
 */
export function installedMatchesLock() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(lockedPackages()).every(([path, locked]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return locked.optional === true;
    return found.version === locked.version && found.integrity === locked.integrity;
  });
}

function lockedPackages() {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

function pinnedVersion() {
  return lockedPackages()['node_modules/node'].version;
}

function pinnedNodeWorks() {
  const result = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' });
  return result.stdout?.trim() === `v${pinnedVersion()}`;
}

function canLoad(name) {
  return failureToLoad(name) === undefined;
}

/** What went wrong when the pinned Node loaded a native package, or undefined if nothing did. */
function failureToLoad(name) {
  const use =
    name === 'better-sqlite3' ? `new (require(${JSON.stringify(name)}))(':memory:')` : `require('${name}')`;
  const result = spawnSync(pinnedNode, ['--eval', use], { cwd: root, encoding: 'utf8' });
  if (result.status === 0) return undefined;
  return result.error?.message ?? (result.stderr.trimEnd() || `Node ended with ${String(result.signal)}`);
}

/** npm of the machine, found on PATH. The log level is given because `npm run --silent` would silence it too. */
function npm(argumentList, hint) {
  run('npm', [...argumentList, '--no-audit', '--no-fund', '--loglevel=error'], { hint });
}
