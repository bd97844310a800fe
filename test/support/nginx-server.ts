import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ServerCertificate } from './certificate-authority.ts';

/** One request as nginx wrote it down when it was over. */
export interface LoggedRequest {
  readonly method: string;
  readonly status: number;
  /** As the client sent it; empty if it did not. */
  readonly range: string;
  /** Bytes of the body that were sent. */
  readonly sent: number;
}

/**
 * A real nginx as an object store behind one secret part of the path, as pre-authenticated requests have it: GET and PUT,
 * and, as in the reference, a PUT with If-None-Match that finds something is refused.
 */
export class NginxServer implements AsyncDisposable {
  readonly port: number;
  /** What lets whoever has it in. */
  readonly secret: string;
  readonly #folder: string;
  readonly #certificate: ServerCertificate;
  #limitRate = '0';
  #process: ChildProcess | undefined;

  private constructor(folder: string, certificate: ServerCertificate, secret: string, port: number) {
    this.#folder = folder;
    this.#certificate = certificate;
    this.secret = secret;
    this.port = port;
  }

  /** @param folder existing and empty; it holds configuration, log and objects. */
  static async start(
    folder: string,
    certificate: ServerCertificate,
    secret = 'qPbTo4xVAhEvYTSoJ2wC-p1d8Lk0_sRzG7nMfXeU',
  ): Promise<NginxServer> {
    const server = new NginxServer(folder, certificate, secret, await freePort());
    for (const name of ['objects', 'temporary']) mkdirSync(join(folder, name));
    await server.startAgain();
    return server;
  }

  uri(objectName: string): string {
    return `https://localhost:${this.port}/p/${this.secret}/n/acme/b/backups/o/${objectName}`;
  }

  /** The file that an object is. */
  path(objectName: string): string {
    return join(this.#folder, 'objects/p', this.secret, 'n/acme/b/backups/o', objectName);
  }

  /** Starts it again after a kill, on the same port. @param limitRate bytes a second for each answer; 0: no limit. */
  async startAgain(limitRate = '0'): Promise<void> {
    this.#limitRate = limitRate;
    const configuration = join(this.#folder, 'nginx.conf');
    writeFileSync(configuration, this.#configuration());
    const nginx = spawn(nginxCommand(), ['-c', configuration, '-p', this.#folder, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    nginx.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    this.#process = nginx;
    while (!(await answers(this.port))) {
      if (nginx.exitCode !== null) throw new Error(`nginx did not start: ${complaint}`);
      await setTimeout(20);
    }
  }

  /** Ends it at once, whatever it is doing. */
  async kill(): Promise<void> {
    const nginx = this.#process;
    if (nginx === undefined) return;
    this.#process = undefined;
    const ended = once(nginx, 'close');
    nginx.kill('SIGKILL');
    await ended;
  }

  requests(): LoggedRequest[] {
    return readFileSync(join(this.#folder, 'access.log'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [method = '', status, sent, range = ''] = line.split('\t');
        return { method, status: Number(status), sent: Number(sent), range: range === '-' ? '' : range };
      });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #configuration(): string {
    return `
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
  log_format short '$request_method\t$status\t$body_bytes_sent\t$http_range';
  access_log access.log short;
  client_max_body_size 0;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;
  server {
    listen 127.0.0.1:${this.port} ssl;
    ssl_certificate ${this.#certificate.certificate};
    ssl_certificate_key ${this.#certificate.key};
    root objects;
    location /p/${this.secret}/ {
      dav_methods PUT;
      create_full_put_path on;
      limit_rate ${this.#limitRate};
      set $condition "$request_method$http_if_none_match";
      if (-f $request_filename) { set $condition "$condition found"; }
      if ($condition = "PUT* found") { return 412; }
    }
    location / { return 404; }
  }
}
`;
  }
}

/** Debian keeps it where only root looks for commands. */
function nginxCommand(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('nginx is missing: run node build/set-up.mjs --with-test-tools');
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
