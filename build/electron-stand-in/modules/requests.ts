import type { DevToolsSession } from '../browser/connection.ts';
import type { Protocol } from '../browser/protocol.ts';
import { trace } from '../browser/settings.ts';
import { handlerOf, policyForBrowser, toAppUrl, type SchemeHandler } from './custom-schemes.ts';
import { settlePermissions } from './permissions.ts';
import { session as sessions } from './session.ts';
import { openWindows, windowOfTarget } from './window-registry.ts';

type RequestPaused = Protocol.Fetch.requestPausedPayload;

/**
 * Stands between all pages and the network: asks main's code before a page navigates, and answers requests of custom
 * schemes by their handlers. Every request of the browser comes by here, whichever page, frame or worker makes it.
 */
export class RequestInterception {
  readonly #session: DevToolsSession;

  constructor(session: DevToolsSession) {
    this.#session = session;
  }

  async start(): Promise<void> {
    this.#session.on('Fetch.requestPaused', (paused) => void this.#handle(paused));
    await this.#session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  }

  async #handle(paused: RequestPaused): Promise<void> {
    try {
      await this.#decide(paused);
    } catch (error) {
      trace('request', paused.request.url, error);
      await this.#fail(paused, 'Failed');
    }
  }

  async #decide(paused: RequestPaused): Promise<void> {
    const { request, resourceType, frameId } = paused;
    const url = toAppUrl(request.url);
    const window = windowOfTarget(frameId);
    if (resourceType === 'Document') {
      if (!mayNavigate(frameId, request.url)) return this.#fail(paused, 'Aborted');
      // The first request of a window may come before its preload script is in place.
      await window?.webContents.whenAttached();
      if (window !== undefined) await settlePermissions(window.webContents, request.url);
    }
    const details = { url, method: request.method, resourceType: electronsTypeOf(paused) };
    if (!(await sessions.defaultSession.webRequest.mayStart(details))) {
      return this.#fail(paused, 'BlockedByClient');
    }
    const handler = handlerOf(url);
    if (handler === undefined) {
      await this.#session.trySend('Fetch.continueRequest', { requestId: paused.requestId });
      return;
    }
    await this.#answer(paused, details, handler);
  }

  async #answer(
    paused: RequestPaused,
    details: { url: string; method: string; resourceType: string },
    handler: SchemeHandler,
  ): Promise<void> {
    const { request } = paused;
    const response = await handler(
      new Request(details.url, {
        method: request.method,
        headers: request.headers,
        ...(request.postData === undefined ? {} : { body: request.postData }),
      }),
    );
    const ownHeaders = Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]]));
    const headers = await sessions.defaultSession.webRequest.headersOf({
      ...details,
      statusCode: response.status,
      responseHeaders: ownHeaders,
    });
    if (headers === undefined) return this.#fail(paused, 'BlockedByClient');
    await this.#session.trySend('Fetch.fulfillRequest', {
      requestId: paused.requestId,
      responseCode: response.status,
      responseHeaders: Object.entries(headers).flatMap(([name, values]) =>
        [values].flat().map((value) => ({ name, value: headerForBrowser(name, value) })),
      ),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  async #fail(paused: RequestPaused, errorReason: Protocol.Network.ErrorReason): Promise<void> {
    await this.#session.trySend('Fetch.failRequest', { requestId: paused.requestId, errorReason });
  }
}

/** Electron emits will-navigate for what a page began, and will-frame-navigate for its frames besides. */
function mayNavigate(frameId: string, browserUrl: string): boolean {
  const url = toAppUrl(browserUrl);
  const window = windowOfTarget(frameId);
  if (window !== undefined) {
    const isAskedByPage = window.webContents.life?.takeRequest(browserUrl) ?? false;
    return !isAskedByPage || window.webContents.mayNavigate(url);
  }
  const owner = [...openWindows].find(({ webContents }) => webContents.life?.hasSubFrame(frameId));
  return owner === undefined || owner.webContents.mayFrameNavigate(url);
}

function headerForBrowser(name: string, value: string): string {
  return /^content-security-policy/i.test(name) ? policyForBrowser(value) : value;
}

/** The kinds of requests as webRequest names them. */
function electronsTypeOf({ resourceType, frameId }: RequestPaused): string {
  switch (resourceType) {
    case 'Document':
      return windowOfTarget(frameId) === undefined ? 'subFrame' : 'mainFrame';
    case 'XHR':
    case 'Fetch':
      return 'xhr';
    case 'Stylesheet':
    case 'Script':
    case 'Image':
    case 'Font':
    case 'Media':
    case 'Ping':
      return resourceType.toLowerCase();
    default:
      return 'other';
  }
}
