import type { Protocol, Session } from 'electron';
import { BUNDLE_SCHEME } from './bundle-files.ts';
import type { BundleFiles } from './bundle-files.ts';

/** Before the app is ready: pages of this scheme have an origin, are a secure context, and may fetch from it. */
export function registerBundleScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: BUNDLE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export function serveBundle(session: Session, files: BundleFiles): void {
  session.protocol.handle(BUNDLE_SCHEME, (request) => files.answer(request));
}
