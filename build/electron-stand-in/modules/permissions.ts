import { hostBrowser } from './host-browser.ts';
import { originOf } from './custom-schemes.ts';
import { session } from './session.ts';
import type { WebContents } from './web-contents.ts';

interface Descriptor {
  readonly name: string;
  readonly sysex?: boolean;
}

/** Permissions as Electron's handlers are asked for them, and as Chromium's settings name them. */
const PERMISSIONS: readonly { electron: string; chromium: Descriptor }[] = [
  { electron: 'media', chromium: { name: 'camera' } },
  { electron: 'media', chromium: { name: 'microphone' } },
  { electron: 'geolocation', chromium: { name: 'geolocation' } },
  { electron: 'notifications', chromium: { name: 'notifications' } },
  { electron: 'midi', chromium: { name: 'midi' } },
  { electron: 'midiSysex', chromium: { name: 'midi', sysex: true } },
  { electron: 'clipboard-read', chromium: { name: 'clipboard-read' } },
  { electron: 'clipboard-sanitized-write', chromium: { name: 'clipboard-write' } },
  { electron: 'idle-detection', chromium: { name: 'idle-detection' } },
  { electron: 'window-management', chromium: { name: 'window-management' } },
  { electron: 'storage-access', chromium: { name: 'storage-access' } },
  { electron: 'persistent-storage', chromium: { name: 'persistent-storage' } },
];

/**
 * Chromium's DevTools protocol does not tell when a page asks for a permission. So the app's handlers are asked ahead, for
 * every permission, when a page's origin is first seen, and Chromium is set to their answers. Without a handler a
 * permission is granted, as in Electron.
 */
export async function settlePermissions(webContents: WebContents, browserUrl: string): Promise<void> {
  if (!URL.canParse(browserUrl)) return;
  const { origin } = new URL(browserUrl);
  if (origin === 'null') return;
  await Promise.all(
    PERMISSIONS.map(async ({ electron, chromium }) => {
      const isGranted = await mayHave(webContents, electron, originOf(browserUrl));
      await hostBrowser.session.trySend('Browser.setPermission', {
        origin,
        permission: chromium,
        setting: isGranted ? 'granted' : 'denied',
      });
    }),
  );
}

async function mayHave(webContents: WebContents, permission: string, origin: string): Promise<boolean> {
  const { permissionCheckHandler, permissionRequestHandler } = session.defaultSession;
  const details = { requestingUrl: webContents.getURL(), requestingOrigin: origin, isMainFrame: true };
  if (permissionCheckHandler?.(webContents, permission, origin, details) === false) return false;
  if (permissionRequestHandler === undefined) return true;
  return new Promise((resolve) => permissionRequestHandler(webContents, permission, resolve, details));
}
