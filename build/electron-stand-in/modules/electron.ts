/** The module that main's code gets for `electron`. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { protocol } from './custom-schemes.ts';
import { clipboard, crashReporter, powerMonitor, safeStorage, screen, shell } from './desktop.ts';
import { dialog } from './dialog.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, MenuItem } from './menu.ts';
import { nativeTheme } from './native-theme.ts';
import { session } from './session.ts';
import { utilityProcess } from './utility-process.ts';
import { windowOfTarget } from './window-registry.ts';

const allContents = (): BrowserWindow['webContents'][] =>
  BrowserWindow.getAllWindows().map((window) => window.webContents);

/** Electron's `webContents`. */
const webContents = {
  getAllWebContents: allContents,
  getFocusedWebContents: () => BrowserWindow.getFocusedWindow()?.webContents ?? null,
  fromId: (id: number) => allContents().find((contents) => contents.id === id),
  fromDevToolsTargetId: (targetId: string) => windowOfTarget(targetId)?.webContents,
};

const electron = {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
  webContents,
};

export {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
  webContents,
};
export default electron;
