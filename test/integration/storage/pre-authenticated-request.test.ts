import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashObject } from '../../../main/storage/hash-object.ts';
import { DEFAULT_LIMITS } from '../../../main/storage/pre-authenticated-limits.ts';
import { preAuthenticatedRequest } from '../../../main/storage/pre-authenticated-request.ts';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import { faultServer } from '../../support/fault-server.ts';
import { NginxServer } from '../../support/nginx-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../support/fetch-program.ts', import.meta.url));
const NAME = 'payments.backup';
const BYTES = randomBytes(3_000_000);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

interface Place {
  readonly server: NginxServer;
  readonly order: { readonly uri: string; readonly caFile: string; readonly stagingFolder: string };
}

/** A real nginx, stopped after the test. */
async function place(): Promise<Place> {
  const folder = temporaryFolder();
  const [served, stagingFolder] = [join(folder, 'served'), join(folder, 'staging')];
  for (const each of [served, stagingFolder]) mkdirSync(each);
  const authority = new CertificateAuthority(folder);
  const server = await NginxServer.start(served, authority.issue());
  onTestFinished(() => server.kill());
  return { server, order: { uri: server.uri(NAME), caFile: authority.certificate, stagingFolder } };
}

function store(server: NginxServer): void {
  mkdirSync(dirname(server.path(NAME)), { recursive: true });
  writeFileSync(server.path(NAME), BYTES);
}

/** Runs the program that fetches. @returns what it printed; `during` may end it before. */
async function runProgram(
  order: Place['order'],
  options: {
    readonly environment?: Record<string, string>;
    readonly killAtByte?: number;
  } = {},
): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const byte = Number(/^byte ([0-9]+)$/m.exec(text)?.[1] ?? 0);
    if (options.killAtByte !== undefined && byte >= options.killAtByte) child.kill('SIGKILL');
  });
  await once(child, 'close');
  if (output === '') throw new Error(complaint);
  return output;
}

describe('a real web server', () => {
  it('rules R23, R24: takes an object, gives it back, and keeps it', async () => {
    const { server, order } = await place();
    const request = await preAuthenticatedRequest(order);
    const staged = await request.stage();
    await staged.write(BYTES);
    expect(await staged.publish(request.objectName)).toMatchObject({ etag: SHA256, size: BYTES.length });
    await using object = await request.open({ maximumSize: BYTES.length });
    expect(await hashObject(object)).toBe(SHA256);
    await expect(request.stage()).rejects.toMatchObject({ reason: 'NameTaken' });
    expect(server.requests().map(({ method, status }) => `${method} ${status}`)).toEqual([
      'HEAD 404',
      'HEAD 404',
      'PUT 201',
      'GET 200',
      'GET 200',
      'HEAD 200',
    ]);
  });

  it('rule R40: a fetch goes on where a killed server broke it off', async () => {
    const { server, order } = await place();
    store(server);
    await server.kill();
    await server.startAgain('2m');
    const request = await preAuthenticatedRequest({
      ...order,
      limits: { ...DEFAULT_LIMITS, waits: Array.from({ length: 100 }, () => 50) },
    });
    let restarted: Promise<void> | undefined;
    await using object = await request.open({
      maximumSize: BYTES.length,
      onProgress: (done) => {
        if (done >= 1_000_000) restarted ??= server.kill().then(() => server.startAgain());
      },
    });
    await restarted;
    expect(await hashObject(object)).toBe(SHA256);
    const rest = server.requests().filter(({ status }) => status === 206);
    expect(rest).toHaveLength(1);
    expect(rest[0]?.range).toMatch(/^bytes=[1-9][0-9]{5,}-$/);
    expect(rest[0]?.sent).toBeLessThan(BYTES.length - 500_000);
  });

  it('rules R40, R73: a fetch goes on where a killed program broke it off', async () => {
    const { server, order } = await place();
    store(server);
    await server.kill();
    await server.startAgain('2m');
    const killed = await runProgram(order, { killAtByte: 1_000_000 });
    expect(killed).not.toContain('sha256');
    expect(readdirSync(order.stagingFolder)).toHaveLength(1);
    await server.kill();
    await server.startAgain();
    expect(await runProgram(order)).toContain(`sha256 ${SHA256}\n`);
    const [rest] = server.requests().filter(({ status }) => status === 206);
    expect(rest?.range).toMatch(/^bytes=[1-9][0-9]{5,}-$/);
    expect(readdirSync(order.stagingFolder)).toEqual([]);
  });

  it('rule R70: nothing in the environment sends it over a proxy, or makes it trust a stranger', async () => {
    const { server, order } = await place();
    store(server);
    let callers = 0;
    const proxy = createServer((socket) => {
      callers += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      proxy.close();
    });
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const environment = {
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxyUrl,
      HTTPS_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      NO_PROXY: '',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    expect(await runProgram(order, { environment })).toContain(`sha256 ${SHA256}\n`);
    const { caFile: _caFile, ...withoutCa } = order;
    const refused = await runProgram(withoutCa as Place['order'], { environment });
    expect(refused).toBe('refused CertificateRefused\n');
    await setTimeout(50);
    expect(callers).toBe(0);
  });

  it('rule R70: TLS 1.1 is not spoken, whatever the environment says', async () => {
    const folder = temporaryFolder();
    const authority = new CertificateAuthority(folder);
    // No real server here speaks anything so old.
    const old = await faultServer(authority.issue(), (_request, response) => response.end('hello'), {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    const order = { uri: old.uri(NAME), caFile: authority.certificate, stagingFolder: folder };
    const environment = { NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0' };
    expect(await runProgram(order, { environment })).toBe('refused TlsRefused\n');
  });
});
