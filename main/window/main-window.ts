import { BrowserWindow } from 'electron';
import type { Session, WebPreferences } from 'electron';
import { BUNDLE_ORIGIN } from './bundle-files.ts';

export const PAGE_URL = `${BUNDLE_ORIGIN}/index.html`;

/** What every page of this program runs under. */
export function safeWebPreferences(session: Session, preload: string, isPackaged: boolean): WebPreferences {
  return {
    session,
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !isPackaged,
  };
}

export function createMainWindow(webPreferences: WebPreferences): BrowserWindow {
  return new BrowserWindow({
    title: 'Strongroom',
    width: 1280,
    height: 800,
    minWidth: 640,
    minHeight: 480,
    show: false,
    webPreferences,
  });
}
