import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { say, SetUpFailure } from './report.mjs';

/** PKCS#11 modules that the demo and the tests use as tokens, and the Debian package that brings each. */
const LIBRARIES = [
  { debianPackage: 'softhsm2', file: 'libsofthsm2.so', subfolders: ['softhsm', ''] },
  { debianPackage: 'libnss3', file: 'libsoftokn3.so', subfolders: ['', 'nss'] },
];

/** What node-gyp needs to compile pkcs11js, which comes as source. */
const COMPILER = [
  { debianPackage: 'python3', command: 'python3' },
  { debianPackage: 'make', command: 'make' },
  { debianPackage: 'g++', command: 'g++' },
];

/**
 * What tests talk to, besides: a web server, and what makes its certificates; the browser of the Electron stand-in, a
 * screen that needs no monitor, and what Spectron drives the installed package with.
 */
const TEST_TOOLS = [
  { debianPackage: 'nginx', command: 'nginx' },
  { debianPackage: 'openssl', command: 'openssl' },
  { debianPackage: 'chromium', command: 'chromium' },
  { debianPackage: 'xvfb', command: 'Xvfb' },
  { debianPackage: 'chromium-driver', command: 'chromedriver' },
];

/** Where Debian keeps commands such as nginx, which a user's PATH may not have. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** What Debian asks before it starts a service whose package it installs (101: do not). */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** Brings the Debian packages that are missing; asks for the compiler only if something is to be compiled. */
export function ensureMachine({ needsCompiler, needsTestTools }) {
  const missing = missingLibraries();
  if (needsCompiler) {
    missing.push(...COMPILER.filter(({ command }) => !isOnPath(command)).map((tool) => tool.debianPackage));
  }
  if (needsTestTools) missing.push(...missingTestTools());
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || !isOnPath('apt-get')) {
    throw new SetUpFailure(
      `This machine has no apt-get. Install what is called ${missing.join(', ')} on Debian by hand, then run this again.`,
      { exitCode: 2 },
    );
  }
  if (process.getuid() !== 0) {
    throw new SetUpFailure(
      `Debian packages are missing: ${missing.join(', ')}. Run this one command, then try again:\n` +
        `sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}'` +
        (missing.includes('nginx')
          ? '\nDebian starts nginx as a service then; tests start their own: sudo systemctl disable --now nginx'
          : ''),
      { exitCode: 2 },
    );
  }
  say(`installing Debian packages: ${missing.join(', ')}`);
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt may be at work, as on a machine that has just started.
  const patience = ['-o', 'DPkg::Lock::Timeout=300'];
  run('apt-get', ['update', ...patience], { environment });
  const install = ['install', '-y', '--no-install-recommends', ...patience, ...missing];
  withoutStartingServices(missing.includes('nginx'), () => run('apt-get', install, { environment }));
}

/** Tests start a web server of their own, when they need it; the machine is not to run one because of them. */
function withoutStartingServices(hasService, install) {
  if (!hasService || existsSync(SERVICE_POLICY)) return install();
  writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(SERVICE_POLICY, { force: true });
  }
}

/** Names of the Debian packages whose command is nowhere to be found. */
export function missingTestTools() {
  return TEST_TOOLS.filter(
    ({ command }) =>
      !isOnPath(command) && !SYSTEM_FOLDERS.some((folder) => isExecutable(join(folder, command))),
  ).map((tool) => tool.debianPackage);
}

/** Names of the Debian packages whose library is nowhere to be found. */
export function missingLibraries() {
  return LIBRARIES.filter(({ file, subfolders }) => {
    const folders = libraryFolders().flatMap((folder) =>
      subfolders.map((subfolder) => join(folder, subfolder)),
    );
    return !folders.some((folder) => existsSync(join(folder, file)));
  }).map((library) => library.debianPackage);
}

function libraryFolders() {
  const multiarch = existsSync('/usr/lib')
    ? readdirSync('/usr/lib')
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join('/usr/lib', name))
    : [];
  return ['/usr/lib', ...multiarch, '/usr/lib64', '/usr/local/lib', '/opt/homebrew/lib'];
}

function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
