import type { CustomScheme, Protocol, Session } from 'electron';
import { expect, it } from 'vitest';
import type { BundleFiles } from '../../../main/window/bundle-files.ts';
import { registerBundleScheme, serveBundle } from '../../../main/window/bundle-scheme.ts';

it('the scheme of the bundle is a secure origin of its own, and has no privilege that a page has no use for', () => {
  const registered: CustomScheme[] = [];
  registerBundleScheme({
    registerSchemesAsPrivileged: (schemes: CustomScheme[]) => registered.push(...schemes),
  } as unknown as Protocol);
  // Not bypassCSP, not corsEnabled, not allowServiceWorkers, not stream, not codeCache.
  expect(registered).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

it('every request of the scheme is answered from the bundle, and no other scheme is handled', async () => {
  const handled = new Map<string, (request: Request) => Promise<Response>>();
  const session = {
    protocol: {
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
        handled.set(scheme, handler),
    },
  } as unknown as Session;
  const asked: string[] = [];
  serveBundle(session, {
    answer: ({ url }: { url: string }) => {
      asked.push(url);
      return Promise.resolve(new Response('', { status: 404 }));
    },
  } as unknown as BundleFiles);
  expect([...handled.keys()]).toEqual(['app']);
  expect((await handled.get('app')?.(new Request('app://bundle/x')))?.status).toBe(404);
  expect(asked).toEqual(['app://bundle/x']);
});
