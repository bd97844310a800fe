import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What the source does with Electron, read off the source: what no running window could show, because it is not there. Each
 * list is whole, so that a further use has to be looked at here first.
 */
const ROOT = resolve(import.meta.dirname, '../../..');

const sources = ['main', 'preload', 'renderer', 'shared'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ['.ts', '.tsx', '.html', '.css'].includes(extname(name)))
    .map((name) => {
      const file = `${folder}/${name.replaceAll('\\', '/')}`;
      return { file, text: withoutComments(readFileSync(join(ROOT, file), 'utf8')) };
    }),
);

/** Good enough for what is looked for: no string of the source has a comment's beginning in it but addresses. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<![:'"`\w])\/\/.*$/gm, '');
}

/** `file: what was found`, in order, for each place that the pattern has in the source. */
function found(pattern: RegExp): string[] {
  return sources
    .flatMap(({ file, text }) =>
      [...text.matchAll(new RegExp(pattern, 'g'))].map(([match]) => `${file}: ${match}`),
    )
    .sort();
}

it('the source is read', () => {
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.map(({ file }) => file)).toContain('main/window/guards.ts');
});

describe('Electron in the source', () => {
  it('is imported for these parts alone: no shell, no net, no views, nothing deprecated', () => {
    const parts = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/import \{([^}]*)\} from 'electron'/g)].flatMap(([, names = '']) =>
        names.split(',').flatMap((name) => (name.trim() === '' ? [] : [`${file}: ${name.trim()}`])),
      ),
    );
    expect(parts.sort()).toEqual([
      'main/command-line-program.ts: app',
      'main/window-program.ts: app',
      'main/window-program.ts: dialog',
      'main/window-program.ts: ipcMain',
      'main/window-program.ts: nativeTheme',
      'main/window-program.ts: protocol',
      'main/window-program.ts: session',
      'main/window/launch-in-utility-process.ts: utilityProcess',
      'main/window/main-window.ts: BrowserWindow',
      'main/window/menu.ts: Menu',
      'main/window/menu.ts: dialog',
      'main/window/prompts.ts: BrowserWindow',
      'main/window/prompts.ts: ipcMain',
      'main/window/window-handlers.ts: clipboard',
      'main/window/window-handlers.ts: dialog',
      'preload/prompt.ts: contextBridge',
      'preload/prompt.ts: ipcRenderer',
      'preload/window.ts: contextBridge',
      'preload/window.ts: ipcRenderer',
      'preload/window.ts: webUtils',
    ]);
    expect(found(/(?:require\(|import\()\s*['"]electron[^)]*\)|from 'electron\/[^']*'/)).toEqual([]);
  });

  it('makes two windows, both with what every page runs under', () => {
    expect(found(/new (?:BrowserWindow|BrowserView|WebContentsView|BaseWindow)\(/)).toEqual([
      'main/window/main-window.ts: new BrowserWindow(',
      'main/window/prompts.ts: new BrowserWindow(',
    ]);
    // Whatever makes one is given the options, and they have one source.
    expect(found(/(?:createMainWindow|new Prompts)\((?!webPreferences:)[^;]*;/)).toEqual([
      "main/window-program.ts: createMainWindow(safeWebPreferences(pages, preload('window'), app.isPackaged));",
      "main/window-program.ts: new Prompts(() => window, safeWebPreferences(pages, preload('prompt'), app.isPackaged));",
    ]);
    expect(
      found(/\b(?:contextIsolation|sandbox|nodeIntegration\w*|webSecurity|webviewTag|devTools):[^,]*/),
    ).toEqual([
      'main/window/prompts.ts: devTools: false',
      'main/window/safe-web-preferences.ts: contextIsolation: true',
      'main/window/safe-web-preferences.ts: devTools: !isPackaged',
      'main/window/safe-web-preferences.ts: nodeIntegration: false',
      'main/window/safe-web-preferences.ts: nodeIntegrationInSubFrames: false',
      'main/window/safe-web-preferences.ts: nodeIntegrationInWorker: false',
      'main/window/safe-web-preferences.ts: sandbox: true',
      'main/window/safe-web-preferences.ts: webSecurity: true',
      'main/window/safe-web-preferences.ts: webviewTag: false',
    ]);
  });

  it('loads two pages, of the bundle, and no file and no address besides', () => {
    expect(found(/\.load(?:URL|File)\([^)]*\)/)).toEqual([
      'main/window-program.ts: .loadURL(PAGE_URL)',
      'main/window/prompts.ts: .loadURL(PROMPT_URL)',
    ]);
    expect(found(/\b(?:PAGE|PROMPT)_URL = [^;]*/)).toEqual([
      'main/window/main-window.ts: PAGE_URL = `${BUNDLE_ORIGIN}/index.html`',
      'main/window/prompts.ts: PROMPT_URL = `${BUNDLE_ORIGIN}/prompt.html`',
    ]);
    expect(found(/['"`](?:http|ws|wss|ftp|file):\/\//)).toEqual([]);
  });

  it('turns no feature of Chromium on, and none of its safety off', () => {
    expect(found(/\w*BlinkFeatures/)).toEqual([]);
    expect(found(/experimentalFeatures: \w+|allowRunningInsecureContent: \w+/)).toEqual([
      'main/window/safe-web-preferences.ts: allowRunningInsecureContent: false',
      'main/window/safe-web-preferences.ts: experimentalFeatures: false',
    ]);
    expect(found(/\.append(?:Switch|Argument)\([^)]*\)/)).toEqual([
      "main/window-program.ts: .appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')",
    ]);
    expect(found(/certificate-error|setCertificateVerifyProc|ELECTRON_\w+|bypassCSP/)).toEqual([]);
  });

  it('keeps what pages store in memory: no partition of the disk, no cache', () => {
    expect(found(/fromPartition\([^)]*\)|persist:/)).toEqual([
      "main/window-program.ts: fromPartition('strongroom', { cache: false })",
    ]);
  });

  it('has no webview, and gives nothing to the desktop to open', () => {
    expect(found(/<webview|allowpopups|createElement\('webview'\)/i)).toEqual([]);
    expect(found(/openExternal|openPath|showItemInFolder|setAsDefaultProtocolClient/)).toEqual([]);
  });

  it('listens on two channels in main, and has no way around the router', () => {
    expect(found(/ipcMain\s*\.\w+\([^,)]*/)).toEqual([
      'main/window-program.ts: ipcMain.handle(CALL_CHANNEL',
      'main/window/prompts.ts: ipcMain.handle(channel',
      'main/window/prompts.ts: ipcMain.removeHandler(channel',
      'main/window/prompts.ts: ipcMain.removeHandler(channel',
    ]);
    expect(found(/MessageChannelMain|MessagePortMain|\.ipc\.|executeJavaScript|insertCSS/)).toEqual([]);
  });

  it('exposes two objects to pages, and hands on neither ipcRenderer nor its events', () => {
    expect(found(/exposeIn\w+\([^)]*\)/)).toEqual([
      "preload/prompt.ts: exposeInMainWorld('strongroomPrompt', bridge)",
      "preload/window.ts: exposeInMainWorld('strongroom', bridge)",
    ]);
    // Each of them is called; as a value it would be all of Electron's messages.
    expect(
      found(/\b(?:ipcRenderer|webUtils)\b(?!\.(?:invoke|on|off|getPathForFile)\()(?![^{]*\} from)/),
    ).toEqual([]);
    expect(found(/listener\([^)]*\)/)).toContain('preload/window.ts: listener(told)');
  });
});
