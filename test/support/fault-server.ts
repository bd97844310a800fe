import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ServerCertificate } from './certificate-authority.ts';

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The server of one test: of every request it does what the test says. */
export interface FaultServer {
  readonly port: number;
  readonly server: Server;
  readonly seen: readonly SeenRequest[];
  uri(objectName: string): string;
}

/** What lets whoever has it in. */
export const FAULT_SECRET = 'hT7wKc9ZrY2uLmQe5Dv8Xn3Ba6Sg1Jf4';

/**
 * An HTTPS server that does what no real one can be made to do at will: drips, lies about lengths, changes ETags, breaks
 * off at a chosen byte. Closed after the test.
 */
export async function faultServer(
  { certificate, key }: ServerCertificate,
  behaviour: Behaviour,
  options: ServerOptions = {},
): Promise<FaultServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key), ...options },
    (request, response) => {
      seen.push({ method: request.method ?? '', headers: request.headers });
      // What breaks off is broken off on purpose.
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      behaviour(request, response);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    server,
    seen,
    uri: (objectName) => `https://localhost:${port}/p/${FAULT_SECRET}/n/acme/b/backups/o/${objectName}`,
  };
}
