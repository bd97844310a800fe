import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { toStrongroomError } from '../../shared/domain/errors.ts';
import type { WindowEvent } from '../../shared/contract/bridge.ts';

/** As strict as the window's own, so that what it refuses is seen here too. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** `window.strongroom` over HTTP: what the preload script is in the window. */
const BRIDGE = `
window.strongroom = {
  async call(name, request) {
    const response = await fetch('/call', { method: 'POST', body: JSON.stringify({ name, request }) });
    const reply = await response.json();
    if (!reply.ok) throw reply.error;
    return reply.answer;
  },
  onEvent(listener) {
    const events = new EventSource('/events');
    events.onmessage = ({ data }) => listener(JSON.parse(data));
    return () => events.close();
  },
  pathOf: (file) => '/' + file.name,
};
`;

/** What answers the page: PreviewWindow, or what a test puts in its place. */
export interface PageHost {
  call(name: string, request: unknown): Promise<unknown>;
  /** @returns how to stop listening. */
  onEvent(listener: (event: WindowEvent) => void): () => void;
}

export interface PreviewServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the built page from `folder`, with the bridge to `window` in it, on a free port of this machine only. */
export async function servePreview(folder: string, window: PageHost): Promise<PreviewServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      response.writeHead(500).end(String(thrown));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/call') return answerCall(request, response);
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const stop = window.onEvent((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
      response.on('close', stop);
      return;
    }
    if (pathname === '/preview-bridge.js') {
      response.writeHead(200, { 'content-type': TYPES['.js'] }).end(BRIDGE);
      return;
    }
    if (!/^\/(assets\/[\w.-]+)?$/.test(pathname)) {
      response.writeHead(404).end();
      return;
    }
    const file = pathname === '/' ? 'index.html' : pathname.slice(1);
    let content: string | Buffer = await readFile(join(folder, file));
    if (file === 'index.html') {
      content = content.toString().replace('<script', '<script src="/preview-bridge.js"></script><script');
    }
    response
      .writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': CONTENT_SECURITY_POLICY,
      })
      .end(content);
  }

  async function answerCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { name, request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as {
      name: string;
      request: unknown;
    };
    const reply = await window.call(name, asked).then(
      (result) => ({ ok: true, answer: result }),
      (thrown: unknown) => ({ ok: false, error: toStrongroomError(thrown).toDocument() }),
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
