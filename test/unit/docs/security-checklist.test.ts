import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = resolve(ROOT, 'docs/security-checklist.md');

/** The headings of Electron's tutorial "Security", in its order. A further one has to be answered. */
const ITEMS = [
  'Only load secure content',
  'Do not enable Node.js integration for remote content',
  'Enable context isolation',
  'Enable process sandboxing',
  'Handle session permission requests from remote content',
  'Do not disable webSecurity',
  'Define a Content Security Policy',
  'Do not enable allowRunningInsecureContent',
  'Do not enable experimental features',
  'Do not use enableBlinkFeatures',
  'Do not use allowpopups for WebViews',
  'Verify WebView options before creation',
  'Disable or limit navigation',
  'Disable or limit creation of new windows',
  'Do not use shell.openExternal with untrusted content',
  'Use a current version of Electron',
  'Validate the sender of all IPC messages',
  'Avoid usage of the file:// protocol and prefer usage of custom protocols',
  'Check which fuses you can change',
  'Do not expose Electron APIs to untrusted web content',
];

/** Every fuse that the packages set, and to what. */
const FUSES = {
  runAsNode: 'false',
  enableCookieEncryption: 'true',
  enableNodeOptionsEnvironmentVariable: 'false',
  enableNodeCliInspectArguments: 'false',
  enableEmbeddedAsarIntegrityValidation: 'true',
  onlyLoadAppFromAsar: 'true',
  loadBrowserProcessSpecificV8Snapshot: 'false',
  grantFileProtocolExtraPrivileges: 'false',
};

const page = readFileSync(PAGE, 'utf8');
const rows = [...page.matchAll(/^\| (\d+) +\| ([^|]*?) +\| ([^|]*?) *\| ([^|]*?) *\|$/gm)].map(
  ([, number = '', item = '', how = '', proof = '']) => ({ number, item, how, proof }),
);

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => resolve(PAGE, '..', target));

it('docs/security-checklist.md answers every item, once and in order', () => {
  expect(rows.map(({ number, item }) => `${number}. ${item}`)).toEqual(
    ITEMS.map((item, index) => `${index + 1}. ${item}`),
  );
});

describe.each(rows)('docs/security-checklist.md, item $number', ({ how, proof }) => {
  it('says how it is met, and names tests', () => {
    expect(how.length).toBeGreaterThan(20);
    const tests = linksIn(proof);
    expect(tests).not.toEqual([]);
    for (const file of tests) expect(file).toMatch(/\.test\.ts$/);
  });
});

it('docs/security-checklist.md names files that are there', () => {
  const links = linksIn(page);
  expect(links.length).toBeGreaterThan(60);
  expect(links.filter((file) => !existsSync(file))).toEqual([]);
});

describe('the fuses of packages', () => {
  it('are set in electron-builder.yml, all of them', () => {
    const configuration = readFileSync(resolve(ROOT, 'electron-builder.yml'), 'utf8');
    const block = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(configuration)?.[1] ?? '';
    expect(
      Object.fromEntries([...block.matchAll(/^ {2}(\w+): (\w+)$/gm)].map(([, name, set]) => [name, set])),
    ).toEqual(FUSES);
  });

  it('stand on docs/security-checklist.md as they are', () => {
    const named = [...page.matchAll(/^\| `(\w+)` +\| (true|false) +\|/gm)];
    expect(Object.fromEntries(named.map(([, name, set]) => [name, set]))).toEqual(FUSES);
  });
});
