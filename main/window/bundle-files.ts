import { readFile, readdir } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** Where the pages come from: the only origin that there is for the window. */
export const BUNDLE_SCHEME = 'app';
export const BUNDLE_ORIGIN = `${BUNDLE_SCHEME}://bundle`;

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** On every answer, good or bad. */
const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** What a bundle may hold. A file of another kind is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * The files of the bundle by the paths under which pages ask for them. The list is made once, from the folder as it is
 * at start: a path is looked up in it and never put together with a folder, so that none leads out of it.
 */
export class BundleFiles {
  readonly #files: ReadonlyMap<string, { readonly file: string; readonly contentType: string }>;

  private constructor(files: ReadonlyMap<string, { readonly file: string; readonly contentType: string }>) {
    this.#files = files;
  }

  static async of(folder: string): Promise<BundleFiles> {
    const files = new Map<string, { file: string; contentType: string }>();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const contentType = CONTENT_TYPES[extname(entry.name)];
      // A link is no file here: what it leads to is not of the bundle.
      if (!entry.isFile() || contentType === undefined) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(`/${file.slice(folder.length).split(sep).filter(Boolean).join('/')}`, { file, contentType });
    }
    return new BundleFiles(files);
  }

  /** Answers a request of a page: a file of the bundle, or 404. Never rejects. */
  async answer(request: { readonly method: string; readonly url: string }): Promise<Response> {
    const found = this.#find(request);
    if (found === undefined) return refuse();
    try {
      return new Response(await readFile(found.file), {
        headers: { ...HEADERS, 'Content-Type': found.contentType },
      });
    } catch {
      return refuse();
    }
  }

  #find({ method, url }: { readonly method: string; readonly url: string }) {
    if (method !== 'GET' || !URL.canParse(url)) return undefined;
    const { protocol, host, pathname, username, password } = new URL(url);
    if (`${protocol}//${host}` !== BUNDLE_ORIGIN || username !== '' || password !== '') return undefined;
    return this.#files.get(pathname);
  }
}

function refuse(): Response {
  return new Response('', { status: 404, headers: { ...HEADERS, 'Content-Type': 'text/plain' } });
}
