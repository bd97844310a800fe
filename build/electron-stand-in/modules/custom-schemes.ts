/**
 * Chromium loads no pages of a scheme that it was not built with, so a custom scheme is a host of its own there:
 * `app://bundle/index.html` is `https://bundle.app.localhost/index.html` to the browser. Main's code sees the scheme only;
 * scripts in a page see the host in `location`.
 */

/** Answers a request, as given to protocol.handle. */
export type SchemeHandler = (request: Request) => Response | Promise<Response>;

const handlers = new Map<string, SchemeHandler>();

/** `scheme://host` and what follows. */
const APP_URL = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is;
const BROWSER_URL = /^https:\/\/([^/?#:]+)\.([a-z0-9+-]+)\.localhost(?=[/?#]|$)(.*)$/is;

/** A URL of main's code, as the browser has it. */
export function toBrowserUrl(url: string): string {
  const [, scheme = '', host = '', rest = ''] = APP_URL.exec(url) ?? [];
  if (!handlers.has(scheme)) return url;
  return `https://${host}.${scheme}.localhost${rest.startsWith('/') ? rest : `/${rest}`}`;
}

/** A URL of the browser, as main's code has it. */
export function toAppUrl(url: string): string {
  const [, host = '', scheme = '', rest = ''] = BROWSER_URL.exec(url) ?? [];
  return handlers.has(scheme) ? `${scheme}://${host}${rest}` : url;
}

/** The origin of a page as Electron names it for a scheme that is registered as standard. */
export function originOf(url: string): string {
  const appUrl = toAppUrl(url);
  const [, scheme = '', host = ''] = APP_URL.exec(appUrl) ?? [];
  if (handlers.has(scheme)) return `${scheme}://${host}`;
  return URL.canParse(appUrl) ? new URL(appUrl).origin : 'null';
}

export function handlerOf(appUrl: string): SchemeHandler | undefined {
  return handlers.get(appUrl.slice(0, appUrl.indexOf(':')));
}

/** A policy may name the scheme, as in `img-src app:`. */
export function policyForBrowser(policy: string): string {
  return policy.replace(/(?<=\s)([a-z][a-z0-9+.-]*):(?=[\s;]|$)/gi, (source, scheme: string) =>
    handlers.has(scheme) ? `https://*.${scheme}.localhost` : source,
  );
}

/** Electron's `protocol`. */
export const protocol = {
  /** Every scheme is treated as standard, secure and fetchable here. */
  registerSchemesAsPrivileged(): void {
    // A host of https has these privileges anyway.
  },
  handle(scheme: string, handler: SchemeHandler): void {
    if (handlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
    handlers.set(scheme, handler);
  },
  unhandle(scheme: string): void {
    handlers.delete(scheme);
  },
  isProtocolHandled: (scheme: string): boolean => handlers.has(scheme),
};
