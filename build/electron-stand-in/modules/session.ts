import { EventEmitter } from 'node:events';
import { protocol } from './custom-schemes.ts';
import type { WebContents } from './web-contents.ts';

type Headers = Record<string, string | string[]>;

interface RequestDetails {
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
}

interface ResponseDetails extends RequestDetails {
  readonly statusCode: number;
  readonly responseHeaders: Headers;
}

type BeforeRequest = (details: RequestDetails, callback: (answer: { cancel?: boolean }) => void) => void;
type HeadersReceived = (
  details: ResponseDetails,
  callback: (answer: { cancel?: boolean; responseHeaders?: Headers }) => void,
) => void;

export type PermissionRequestHandler = (
  webContents: WebContents,
  permission: string,
  callback: (isGranted: boolean) => void,
  details: object,
) => void;
export type PermissionCheckHandler = (
  webContents: WebContents,
  permission: string,
  requestingOrigin: string,
  details: object,
) => boolean;

/** Electron takes a filter of URLs before the listener. A listener that heard of more than it asked for would mislead. */
function refuseFilter(given: readonly unknown[]): void {
  if (given.length > 1)
    throw new Error('The Electron stand-in has no filters in webRequest: give the listener only.');
}

class WebRequest {
  #beforeRequest: BeforeRequest | undefined;
  #headersReceived: HeadersReceived | undefined;

  onBeforeRequest(...given: [listener: BeforeRequest | null]): void {
    refuseFilter(given);
    this.#beforeRequest = given[0] ?? undefined;
  }

  onHeadersReceived(...given: [listener: HeadersReceived | null]): void {
    refuseFilter(given);
    this.#headersReceived = given[0] ?? undefined;
  }

  /** Whether the app lets the request go out. */
  async mayStart(details: RequestDetails): Promise<boolean> {
    const listener = this.#beforeRequest;
    if (listener === undefined) return true;
    const { cancel } = await new Promise<{ cancel?: boolean }>((resolve) => listener(details, resolve));
    return cancel !== true;
  }

  /** The headers that the app wants, or undefined if it cancels. */
  async headersOf(details: ResponseDetails): Promise<Headers | undefined> {
    const listener = this.#headersReceived;
    if (listener === undefined) return details.responseHeaders;
    const answer = await new Promise<{ cancel?: boolean; responseHeaders?: Headers }>((resolve) =>
      listener(details, resolve),
    );
    return answer.cancel === true ? undefined : (answer.responseHeaders ?? details.responseHeaders);
  }
}

/** Electron's Session. */
class Session extends EventEmitter {
  readonly protocol = protocol;
  readonly webRequest = new WebRequest();
  permissionRequestHandler: PermissionRequestHandler | undefined;
  permissionCheckHandler: PermissionCheckHandler | undefined;

  setPermissionRequestHandler(handler: PermissionRequestHandler | null): void {
    this.permissionRequestHandler = handler ?? undefined;
  }

  setPermissionCheckHandler(handler: PermissionCheckHandler | null): void {
    this.permissionCheckHandler = handler ?? undefined;
  }

  setDevicePermissionHandler(): void {
    // Chromium's DevTools protocol lets no device be chosen: none is ever given.
  }

  setSpellCheckerEnabled(): void {
    // Chromium for Debian brings no dictionaries.
  }

  async clearCache(): Promise<void> {
    // Responses of custom schemes are not cached.
  }
}

const defaultSession = new Session();

/** Electron's `session`. There is one session only. */
export const session = { defaultSession, fromPartition: () => defaultSession };
