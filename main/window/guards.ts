import type { App, Session, WebContents } from 'electron';
import { BUNDLE_ORIGIN } from './bundle-files.ts';

/** No page of the window gets anywhere else, opens anything, or is allowed anything (docs/threat-model.md). */
export function guardEveryPage(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    guardPage(contents);
  });
}

function guardPage(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  const refuse = (event: { readonly url: string; preventDefault(): void }): void => {
    // Loading the same page anew leads nowhere else.
    if (withoutFragment(event.url) !== withoutFragment(contents.getURL())) event.preventDefault();
  };
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}

/**
 * No permission, no device, no download, and no request to anything but the bundle: the content security policy says so
 * to the page, and this holds even if that were got around.
 */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !isOfWindow(url) });
  });
}

function isOfWindow(url: string): boolean {
  return url.startsWith(`${BUNDLE_ORIGIN}/`) || /^(?:data|devtools):/.test(url);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}
