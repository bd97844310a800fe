/* global Response, setTimeout */
import { app, BrowserWindow, ipcMain, protocol, session } from 'electron';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The smallest app that uses what the window of Strongroom uses, and notes what it was asked for. */
const PAGES = {
  '/index.html': 'text/html',
  '/page.js': 'text/javascript',
};
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'";

/** What tests read by way of Playwright's evaluate. */
const noted = { navigations: [], opened: [], permissions: [], served: [], secondInstances: [], crashes: [] };
globalThis.noted = noted;

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Opens another window of the app; tests call it too. */
globalThis.openWindow = async (options = {}, url = 'app://bundle/index.html') => {
  const window = new BrowserWindow({
    width: 1000,
    height: 700,
    ...options,
    webPreferences: { preload: fileOf('preload.cjs'), ...options.webPreferences },
  });
  await window.loadURL(url);
  return window.id;
};

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

app.on('web-contents-created', (_event, contents) => {
  contents.setWindowOpenHandler(({ url }) => {
    noted.opened.push(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    noted.navigations.push(event.url);
    event.preventDefault();
  });
  contents.on('render-process-gone', (_gone, details) => noted.crashes.push(details.reason));
});

ipcMain.handle('echo', (event, value) => ({
  value,
  url: event.senderFrame.url,
  origin: event.senderFrame.origin,
  isTop: event.senderFrame.parent === null,
}));
ipcMain.handle('fail', () => {
  throw new RangeError('as asked');
});
ipcMain.handle('wait', (_event, milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
ipcMain.on('ask', (event, value) => event.reply('told', value));

if (app.requestSingleInstanceLock({ from: 'fixture' })) {
  app.on('second-instance', (_event, argv, folder, data) =>
    noted.secondInstances.push({ argv, folder, data }),
  );
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(start);
} else {
  app.quit();
}

async function start() {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) => {
    noted.permissions.push(permission);
    answer(false);
  });
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.webRequest.onHeadersReceived(({ responseHeaders }, answer) =>
    answer({ responseHeaders: { ...responseHeaders, 'x-fixture': ['seen'] } }),
  );
  protocol.handle('app', (request) => {
    noted.served.push(request.url);
    const { pathname } = new URL(request.url);
    const type = PAGES[pathname];
    if (type === undefined) return new Response('not of this app', { status: 403 });
    return new Response(readFileSync(fileOf(`.${pathname}`)), {
      headers: { 'content-type': type, 'content-security-policy': POLICY },
    });
  });
  await globalThis.openWindow({ width: 1280, height: 800 });
}
