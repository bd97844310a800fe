/**
 * Scans Strongroom's source with Electronegativity and compares with accepted.json, where each finding has its reason:
 * node run.mjs. Ends with 1 if there is a finding that nobody has looked at, or one that was accepted is gone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { differences } from './differences.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../../..');

/** All that runs in the window's program, and what names its version of Electron. */
const SOURCES = ['main', 'preload', 'renderer', 'shared', 'package.json'];

/**
 * What a scan has to find before it is believed about anything else, in the syntax that the project is written in: a scanner
 * that cannot read the source finds nothing in it either.
 */
const PLANTED = `import { BrowserWindow, shell } from 'electron';
import type { WebPreferences } from 'electron';
export class Window {
  static #open: BrowserWindow | undefined;
  readonly #url: string;
  constructor(url: string) { this.#url = url; }
  async open<Kind extends string>(kind: Kind): Promise<void> {
    const safe = { sandbox: true } satisfies WebPreferences;
    Window.#open ??= new BrowserWindow({ webPreferences: { nodeIntegration: true } });
    new BrowserWindow({ webPreferences: { ...safe, contextIsolation: false, sandbox: false, webSecurity: false } });
    await shell.openExternal(this.#url + kind);
    eval('open ' + kind);
  }
}
`;
const PLANTED_CHECKS = [
  'CONTEXT_ISOLATION_JS_CHECK',
  'DANGEROUS_FUNCTIONS_JS_CHECK',
  'NODE_INTEGRATION_JS_CHECK',
  'OPEN_EXTERNAL_JS_CHECK',
  'SANDBOX_JS_CHECK',
  'WEB_SECURITY_JS_CHECK',
];

install();
const { scan } = await import('./scan.mjs');
const electronVersion = readJson(join(root, 'package.json')).devDependencies.electron;

const missed = await checksMissedInPlanted();
const { checks, findings, unread } = await scan(root, SOURCES, electronVersion);
const accepted = readJson(join(here, 'accepted.json'));
const { unknown, vanished, withoutReason } = differences(findings, accepted);

const complaints = [
  ...missed.map((check) => `the scanner does not see what was planted for it: ${check}`),
  ...unread.map((failure) => `the scanner cannot read ${failure}`),
  ...unknown.map((finding) => `new finding: ${inWords(finding)}`),
  ...vanished.map((finding) => `accepted, but not found any more: ${inWords(finding)}`),
  ...withoutReason.map((finding) => `accepted without a reason: ${inWords(finding)}`),
];
if (complaints.length === 0) {
  process.stdout.write(
    `Electronegativity: ${checks} checks, ${findings.length} findings, each of them accepted with its reason.\n`,
  );
} else {
  process.stdout.write(`${complaints.join('\n')}\nLook at each, then mend the source or accepted.json.\n`);
  process.exitCode = 1;
}

/** Installs what package-lock.json says, if it is not there. */
function install() {
  const record = join(here, 'node_modules/.package-lock.json');
  const locked = readJson(join(here, 'package-lock.json')).packages;
  const installed = existsSync(record) ? readJson(record).packages : {};
  const isInstalled = Object.entries(locked).every(
    ([path, { integrity, optional }]) =>
      path === '' || optional === true || installed[path]?.integrity === integrity,
  );
  if (isInstalled) return;
  process.stdout.write('Installing Electronegativity as its package-lock.json says.\n');
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return;
  process.stdout.write(`npm could not install it${error === undefined ? '' : `: ${error.message}`}.\n`);
  process.exit(2);
}

async function checksMissedInPlanted() {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-planted-'));
  try {
    mkdirSync(join(folder, 'main'));
    writeFileSync(join(folder, 'main/window.ts'), PLANTED);
    const planted = await scan(folder, ['main'], electronVersion);
    const found = new Set(planted.findings.map(({ check }) => check));
    return PLANTED_CHECKS.filter((check) => !found.has(check));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inWords({ check, file, code }) {
  return [check, file || 'the source as a whole', code].filter(Boolean).join(' | ');
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
