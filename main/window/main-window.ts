import { BrowserWindow } from 'electron';
import type { WebPreferences } from 'electron';
import { BUNDLE_ORIGIN } from './bundle-files.ts';

export const PAGE_URL = `${BUNDLE_ORIGIN}/index.html`;

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
