import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { inspect } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hashObject } from '../../../main/storage/hash-object.ts';
import type { ExchangeLimits } from '../../../main/storage/pre-authenticated-limits.ts';
import { DEFAULT_LIMITS } from '../../../main/storage/pre-authenticated-limits.ts';
import { preAuthenticatedRequest } from '../../../main/storage/pre-authenticated-request.ts';
import type { PreAuthenticatedRequest } from '../../../main/storage/pre-authenticated-request.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import type { CertificateWish, ServerCertificate } from '../../support/certificate-authority.ts';
import { FAULT_SECRET, faultServer } from '../../support/fault-server.ts';
import type { Behaviour, FaultServer } from '../../support/fault-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Impatient, so that tests are quick. */
const LIMITS: ExchangeLimits = {
  ...DEFAULT_LIMITS,
  idle: 5000,
  grace: 20_000,
  bytesPerSecond: 1e9,
  waits: [5, 5, 5],
};
const MAXIMUM = 4 * 1024 * 1024;
const BYTES = randomBytes(300_000);
const SHA256 = sha256Of(BYTES);
const ETAG = '"one"';

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Setting {
  readonly request: PreAuthenticatedRequest;
  readonly staging: string;
  readonly server: FaultServer;
}

let authority: CertificateAuthority;
let usual: ServerCertificate;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'));
  authority = new CertificateAuthority(folder);
  usual = authority.issue();
  return () => rmSync(folder, { recursive: true });
});

async function setting(
  behaviour: Behaviour,
  options: {
    readonly limits?: Partial<ExchangeLimits>;
    readonly certificate?: CertificateWish;
    readonly isCaNamed?: boolean;
  } = {},
): Promise<Setting> {
  const staging = temporaryFolder();
  const certificate = options.certificate === undefined ? usual : authority.issue(options.certificate);
  const server = await faultServer(certificate, behaviour);
  const request = await preAuthenticatedRequest({
    uri: server.uri('payments.backup'),
    ...(options.isCaNamed === false ? {} : { caFile: authority.certificate }),
    stagingFolder: staging,
    limits: { ...LIMITS, ...options.limits },
  });
  return { request, staging, server };
}

/** What a call is refused with; whatever it is, the URL's secret is not in it (rule R74). */
async function refusalOf(call: Promise<unknown>): Promise<StrongroomError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(FAULT_SECRET);
  if (thrown instanceof StrongroomError) return thrown;
  throw new Error('no refusal was thrown', { cause: thrown });
}

async function fetchHash(
  { request }: Setting,
  watch: Omit<Parameters<PreAuthenticatedRequest['open']>[0], 'maximumSize'> = {},
): Promise<string> {
  await using object = await request.open({ maximumSize: MAXIMUM, ...watch });
  return await hashObject(object);
}

/** Answers like a well-behaved server, ranges included; cuts the connection after so many bytes of the body. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  more: { bytes?: Uint8Array; etag?: string; cutAfter?: number; hasRanges?: boolean } = {},
): void {
  const { bytes = BYTES, etag = ETAG, cutAfter, hasRanges = true } = more;
  const from = Number(/^bytes=([0-9]+)-/.exec(request.headers.range ?? '')?.[1] ?? -1);
  const isPart = hasRanges && from >= 0 && request.headers['if-range'] === etag;
  const body = isPart ? bytes.subarray(from) : bytes;
  response.writeHead(isPart ? 206 : 200, {
    'Content-Length': body.length,
    ETag: etag,
    ...(isPart ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else if (cutAfter === undefined) response.end(body);
  // Not at once: what the other side has not taken by then is lost with the connection.
  else response.write(body.subarray(0, cutAfter), () => void setTimeout(100).then(() => response.destroy()));
}

const ranges = (server: FaultServer): unknown[] => server.seen.map(({ headers }) => headers['range'] ?? '');

describe('fetching', () => {
  it('rule R40: opens what was fetched like a file, and removes it when it is closed', async () => {
    const here = await setting(send);
    const progress: number[] = [];
    const object = await here.request.open({
      maximumSize: MAXIMUM,
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(object.size).toBe(BYTES.length);
    expect(await object.read(1000, 5)).toEqual(Uint8Array.from(BYTES.subarray(1000, 1005)));
    expect(readdirSync(here.staging)).toHaveLength(1);
    await object[Symbol.asyncDispose]();
    expect(readdirSync(here.staging)).toEqual([]);
    expect(progress.at(-1)).toBe(1);
    expect(here.server.seen).toHaveLength(1);
    expect(here.server.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(here.server.seen[0]?.headers).toMatchObject({
      'accept-encoding': 'identity',
      connection: 'close',
    });
  });

  it('rule R40: takes a body without a declared length or an ETag', async () => {
    const here = await setting((_request, response) => {
      response.write(BYTES.subarray(0, 10));
      response.end(BYTES.subarray(10));
    });
    expect(await fetchHash(here)).toBe(SHA256);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it.each([1000, 100_000, 299_999])(
    'rule R40: goes on after a cut at byte %i, with the rest alone',
    async (cutAfter) => {
      const here = await setting((request, response) => {
        send(request, response, here.server.seen.length === 1 ? { cutAfter } : {});
      });
      expect(await fetchHash(here)).toBe(SHA256);
      const [first, look, rest] = here.server.seen;
      expect(here.server.seen).toHaveLength(3);
      expect([first, look].map((each) => each?.headers['range'])).toEqual([undefined, undefined]);
      expect(rest?.headers).toMatchObject({ 'if-range': ETAG });
      const from = Number(/^bytes=([0-9]+)-$/.exec(String(rest?.headers['range']))?.[1]);
      expect(from).toBeGreaterThan(0);
      expect(from).toBeLessThanOrEqual(cutAfter);
    },
  );

  it('rule R40: starts again where the server knows no ranges', async () => {
    const here = await setting((request, response) => {
      const cut = here.server.seen.length === 1 ? { cutAfter: 100_000 } : {};
      send(request, response, { hasRanges: false, ...cut });
    });
    expect(await fetchHash(here)).toBe(SHA256);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it('rule R40: starts again when the object has become another one meanwhile', async () => {
    const other = randomBytes(300_000);
    const here = await setting((request, response) => {
      if (here.server.seen.length === 1) send(request, response, { cutAfter: 100_000 });
      else send(request, response, { bytes: other, etag: '"two"' });
    });
    expect(await fetchHash(here)).toBe(sha256Of(other));
    expect(ranges(here.server)).toEqual(['', '']);
  });

  it('rule R40: starts again when it becomes another one between look and range', async () => {
    const other = randomBytes(300_000);
    const here = await setting((request, response) => {
      if (here.server.seen.length === 1) send(request, response, { cutAfter: 100_000 });
      else if (request.headers.range === undefined) send(request, response);
      else send(request, response, { bytes: other, etag: '"two"' });
    });
    expect(await fetchHash(here)).toBe(sha256Of(other));
  });

  it.each([
    ['another ETag', { ETag: '"two"', 'Content-Range': 'bytes FROM-299999/300000' }],
    ['another beginning', { ETag: ETAG, 'Content-Range': 'bytes 0-299999/300000' }],
    ['another size', { ETag: ETAG, 'Content-Range': 'bytes FROM-299999/300001' }],
    ['no word on what it is', { ETag: ETAG }],
  ])('rule R74: refuses a part with %s', async (_what, headers: Record<string, string>) => {
    const here = await setting((request, response) => {
      const from = /^bytes=([0-9]+)-/.exec(request.headers.range ?? '')?.[1];
      if (from === undefined) {
        send(request, response, here.server.seen.length === 1 ? { cutAfter: 100_000 } : {});
        return;
      }
      const range = headers['Content-Range']?.replace('FROM', from);
      response.writeHead(206, { ...headers, ...(range === undefined ? {} : { 'Content-Range': range }) });
      response.end(BYTES.subarray(Number(from)));
    });
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriAnswerInvalid' });
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it('rule R40: goes on by a strong ETag only: a weak one does not promise the same bytes', async () => {
    const here = await setting((request, response) => {
      send(request, response, {
        etag: 'W/"one"',
        ...(here.server.seen.length === 1 ? { cutAfter: 100_000 } : {}),
      });
    });
    expect(await fetchHash(here)).toBe(SHA256);
    expect(ranges(here.server)).toEqual(['', '']);
  });

  it('rules R40, R73: goes on in a later run, and only with the very same object', async () => {
    let cutAfter: number | undefined = 100_000;
    const here = await setting(
      (request, response) => {
        send(request, response, cutAfter === undefined ? {} : { cutAfter });
      },
      { limits: { waits: [] } },
    );
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriUnreachable' });
    expect(readdirSync(here.staging)).toHaveLength(1);
    cutAfter = undefined;
    expect(await fetchHash(here)).toBe(SHA256);
    expect(ranges(here.server)).toEqual(['', '', expect.stringMatching(/^bytes=[1-9]/)]);
    // It was removed when it was closed: now there is nothing to go on from.
    expect(await fetchHash(here)).toBe(SHA256);
    expect(ranges(here.server).slice(3)).toEqual(['']);
  });

  it('rule R60: can be cancelled, and gone on with afterwards', async () => {
    const controller = new AbortController();
    const reason = new StrongroomError('Conflict', 'Cancelled.', 'Ask again.');
    const here = await setting((request, response) => {
      if (here.server.seen.length > 1) send(request, response);
      else {
        response.writeHead(200, { 'Content-Length': BYTES.length, ETag: ETAG });
        response.write(BYTES.subarray(0, 100_000));
      }
    });
    const fetching = fetchHash(here, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    expect(await refusalOf(fetching)).toBe(reason);
    expect(await fetchHash(here)).toBe(SHA256);
    expect(ranges(here.server).at(-1)).toMatch(/^bytes=[1-9]/);
  });

  it('rule R74: gives up a server that breaks off every time, after as many attempts as it may make', async () => {
    const here = await setting((request, response) => {
      response.writeHead(200, { 'Content-Length': BYTES.length + 1, ETag: ETAG });
      response.write(BYTES.subarray(0, 10), () => request.socket.destroy());
    });
    expect(await refusalOf(fetchHash(here))).toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'UriUnreachable',
    });
    expect(here.server.seen.filter(({ headers }) => headers['range'] === undefined)).toHaveLength(4);
  });

  it('rule R40: a connection that breaks off again and again still gets on, megabyte by megabyte', async () => {
    const large = randomBytes(3_500_000);
    const here = await setting(
      (request, response) => send(request, response, { bytes: large, cutAfter: 1_200_000 }),
      {
        limits: { waits: [5] },
      },
    );
    expect(await fetchHash(here)).toBe(sha256Of(large));
  });

  it.each([
    ['declares', { 'Content-Length': MAXIMUM + 1 }],
    ['sends', {}],
  ])(
    'rule R74: refuses a server that %s more than there may be, and keeps nothing',
    async (_what, headers) => {
      let sent = 0;
      const here = await setting((_request, response) => {
        response.writeHead(200, { ...headers, ETag: ETAG });
        const more = (): void => {
          while (!response.destroyed && response.write(BYTES)) sent += BYTES.length;
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      });
      expect(await refusalOf(fetchHash(here))).toMatchObject({
        code: 'InvalidParameter',
        reason: 'DownloadTooLarge',
      });
      expect(sent).toBeLessThan(4 * MAXIMUM);
      expect(readdirSync(here.staging)).toEqual([]);
    },
  );

  it('rule R74: gives up a server that says nothing', async () => {
    const here = await setting(() => undefined, { limits: { waits: [], idle: 300 } });
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriStalled' });
  });

  it('rule R74: gives up a server that stops in the middle', async () => {
    const here = await setting(
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': BYTES.length });
        response.write(BYTES.subarray(0, 10));
      },
      { limits: { waits: [], idle: 300 } },
    );
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriStalled' });
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it('rule R74: gives up a server that drips', async () => {
    const here = await setting(
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': BYTES.length });
        const drip = setInterval(() => response.write('x'), 50);
        response.once('close', () => clearInterval(drip));
      },
      { limits: { waits: [], grace: 600 } },
    );
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriTooSlow' });
  });

  it('rule R74: time that is spent here does not count as silence there', async () => {
    const here = await setting(send, { limits: { waits: [], idle: 300 } });
    await using object = await here.request.open({
      maximumSize: MAXIMUM,
      onProgress: () => {
        const until = Date.now() + 40;
        while (Date.now() < until);
      },
    });
    expect(await hashObject(object)).toBe(SHA256);
  });

  it.each([301, 302, 303, 307, 308])('rule R70: does not follow a redirect (%i)', async (status) => {
    const elsewhere = await setting(send);
    const here = await setting((_request, response) => {
      response.writeHead(status, { Location: elsewhere.server.uri('payments.backup') }).end();
    });
    expect(await refusalOf(fetchHash(here))).toMatchObject({
      code: 'InvalidParameter',
      reason: 'RedirectRefused',
    });
    expect(elsewhere.server.seen).toEqual([]);
  });

  it.each([
    [401, 'NotAuthorized', 'UriRefused'],
    [403, 'NotAuthorized', 'UriRefused'],
    [404, 'NotAuthorizedOrNotFound', 'UriNotFound'],
    [410, 'NotAuthorizedOrNotFound', 'UriNotFound'],
    [418, 'ServiceUnavailable', 'UriFailed'],
    [206, 'ServiceUnavailable', 'UriFailed'],
  ])('rule R74: says what status %i means, at once', async (status, code, reason) => {
    const here = await setting((_request, response) => response.writeHead(status).end('https://secret'));
    expect(await refusalOf(fetchHash(here))).toMatchObject({ code, reason });
    expect(here.server.seen).toHaveLength(1);
  });

  it.each([408, 429, 500, 502, 503, 504])('tries again after status %i', async (status) => {
    const here = await setting((request, response) => {
      if (here.server.seen.length <= 3) response.writeHead(status).end();
      else send(request, response);
    });
    expect(await fetchHash(here)).toBe(SHA256);
  });

  it('waits as long as the server asks for', async () => {
    const here = await setting((request, response) => {
      if (here.server.seen.length === 1) response.writeHead(503, { 'Retry-After': '1' }).end();
      else send(request, response);
    });
    const started = performance.now();
    expect(await fetchHash(here)).toBe(SHA256);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('rule R74: refuses a header without end', async () => {
    const here = await setting(
      (_request, response) => response.writeHead(200, { 'X-Large': 'x'.repeat(8192) }).end(),
      { limits: { headerBytes: 4096 } },
    );
    expect(await refusalOf(fetchHash(here))).toMatchObject({ reason: 'UriAnswerInvalid' });
    expect(here.server.seen).toHaveLength(1);
  });

  it('two of one program do not disturb each other', async () => {
    const here = await setting(send);
    await using first = await here.request.open({ maximumSize: MAXIMUM });
    await using second = await here.request.open({ maximumSize: MAXIMUM });
    expect(await Promise.all([hashObject(first), hashObject(second)])).toEqual([SHA256, SHA256]);
  });
});

describe('the connection', () => {
  it.each([
    ['has expired', 'it has expired', { validity: ['20200101000000Z', '20200201000000Z'] }],
    ['is not valid yet', 'not valid yet', { validity: ['20900101000000Z', '20910101000000Z'] }],
    ['is for another host', 'for another host', { names: 'DNS:other.example,IP:127.0.0.2' }],
  ] as const)('rule R70: refuses a certificate that %s', async (_what, words, certificate) => {
    const here = await setting(send, { certificate });
    const refused = await refusalOf(fetchHash(here));
    expect(refused).toMatchObject({ code: 'ServiceUnavailable', reason: 'CertificateRefused' });
    expect(refused.message).toContain(words);
    expect(here.server.seen).toEqual([]);
  });

  it('rule R70: refuses a certificate of an unknown authority, whatever the environment says', async () => {
    const here = await setting(send, { isCaNamed: false });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    });
    const refused = await refusalOf(fetchHash(here));
    expect(refused).toMatchObject({ reason: 'CertificateRefused' });
    expect(refused.next).toContain('--ca-file');
    expect(here.server.seen).toEqual([]);
  });

  it('rule R70: an authority that is named is trusted besides the others, and not for others', async () => {
    const folder = temporaryFolder();
    const stranger = new CertificateAuthority(folder);
    const server = await faultServer(stranger.issue(), send);
    const asked = await preAuthenticatedRequest({
      uri: server.uri('payments.backup'),
      caFile: authority.certificate,
      stagingFolder: folder,
    });
    expect(await refusalOf(asked.open({ maximumSize: 1 }))).toMatchObject({ reason: 'CertificateRefused' });
  });

  it.each([
    ['unencrypted', 'TlsRefused'],
    ['no web', 'UriAnswerInvalid'],
  ])('rule R74: refuses an %s server', async (kind, reason) => {
    const { certificate, key } = usual;
    const server =
      kind === 'unencrypted'
        ? createPlainServer((_request, response) => response.end('hello'))
        : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
            socket.on('error', () => undefined);
            socket.end('220 mail.example ESMTP\r\n');
          });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
    });
    const request = await preAuthenticatedRequest({
      uri: `https://localhost:${(server.address() as AddressInfo).port}/p/${FAULT_SECRET}/object`,
      caFile: authority.certificate,
      stagingFolder: temporaryFolder(),
      limits: LIMITS,
    });
    expect(await refusalOf(request.open({ maximumSize: MAXIMUM }))).toMatchObject({ reason });
  });

  it('rule R74: says that nobody is there, after the attempts that it may make', async () => {
    const here = await setting(send);
    here.server.server.close();
    here.server.server.closeAllConnections();
    expect(await refusalOf(fetchHash(here))).toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'UriUnreachable',
    });
  });

  it.each([
    ['is not there', undefined, 'FileNotFound'],
    ['is no certificate', 'hello', 'CaFileInvalid'],
    ['is empty', '', 'CaFileInvalid'],
    [
      'is a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      'CaFileInvalid',
    ],
    ['is too large', ' '.repeat(1024 * 1024 + 1), 'CaFileInvalid'],
  ])('rule R74: refuses an authority file that %s', async (_what, content, reason) => {
    const folder = temporaryFolder();
    const caFile = join(folder, 'ca.pem');
    if (content !== undefined) writeFileSync(caFile, content);
    const asked = preAuthenticatedRequest({
      uri: `https://localhost/p/${FAULT_SECRET}/object`,
      caFile,
      stagingFolder: folder,
    });
    expect(await refusalOf(asked)).toMatchObject({ reason });
  });
});

/** An object store of one object; what it does otherwise is the test's. */
class OneObject {
  stored: Buffer | undefined;
  readonly handle: Behaviour = (request, response) => {
    if (request.method === 'PUT') {
      void this.receive(request).then((bytes) => {
        this.stored = bytes;
        response.writeHead(201).end();
      });
    } else if (this.stored === undefined) response.writeHead(404).end();
    else send(request, response, { bytes: this.stored });
  };

  async receive(request: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }
}

describe('sending', () => {
  async function upload(
    here: Setting,
    watch: Parameters<Awaited<ReturnType<PreAuthenticatedRequest['stage']>>['publish']>[1] = {},
  ) {
    await using staged = await here.request.stage();
    await staged.write(BYTES.subarray(0, 1000));
    await staged.write(BYTES.subarray(1000));
    return await staged.publish('payments.backup', watch);
  }
  const methods = (here: Setting): string[] => here.server.seen.map(({ method }) => method);

  it('rules R23, R24: looks, sends as a whole on condition, reads back, and only then says it is done', async () => {
    const store = new OneObject();
    const here = await setting(store.handle);
    const progress: number[] = [];
    const published = await upload(here, { onProgress: (done, total) => progress.push(done / total) });
    expect(published).toMatchObject({ name: 'payments.backup', size: BYTES.length, etag: SHA256 });
    expect(sha256Of(store.stored ?? Buffer.alloc(0))).toBe(SHA256);
    expect(methods(here)).toEqual(['HEAD', 'HEAD', 'PUT', 'GET']);
    expect(here.server.seen[2]?.headers).toMatchObject({
      'content-length': String(BYTES.length),
      'content-type': 'application/octet-stream',
      'if-none-match': '*',
    });
    expect(progress.at(-1)).toBe(1);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it('rule R23: never overwrites: what is there already is refused before anything is staged', async () => {
    const store = new OneObject();
    store.stored = Buffer.from('somebody else');
    const here = await setting(store.handle);
    expect(await refusalOf(here.request.stage())).toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'NameTaken',
    });
    expect(methods(here)).toEqual(['HEAD']);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it.each([200, 206, 416])('rule R23: sees by its first byte (%i) what HEAD may not see', async (status) => {
    const here = await setting((request, response) => {
      response.writeHead(request.method === 'HEAD' ? 403 : status).end();
    });
    expect(await refusalOf(here.request.stage())).toMatchObject({ reason: 'NameTaken' });
    expect(here.server.seen.map(({ method, headers }) => [method, headers['range']])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=0-0'],
    ]);
  });

  it.each([412, 409])('rule R23: refuses when somebody else was faster (%i)', async (status) => {
    const store = new OneObject();
    const here = await setting((request, response) => {
      if (request.method !== 'PUT') store.handle(request, response);
      else {
        store.stored = Buffer.from('somebody else');
        request.resume();
        response.writeHead(status).end();
      }
    });
    expect(await refusalOf(upload(here))).toMatchObject({ reason: 'NameTaken' });
    expect(store.stored?.toString()).toBe('somebody else');
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it('rule R24: sends all of it again after a cut', async () => {
    const store = new OneObject();
    let puts = 0;
    const here = await setting((request, response) => {
      if (request.method === 'PUT' && (puts += 1) <= 2) request.once('data', () => request.socket.destroy());
      else store.handle(request, response);
    });
    expect(await upload(here)).toMatchObject({ etag: SHA256 });
    expect(puts).toBe(3);
    expect(sha256Of(store.stored ?? Buffer.alloc(0))).toBe(SHA256);
  });

  it('rule R24: does not send again what arrived although no answer came', async () => {
    const store = new OneObject();
    let puts = 0;
    const here = await setting((request, response) => {
      if (request.method !== 'PUT') store.handle(request, response);
      else {
        puts += 1;
        void store.receive(request).then((bytes) => {
          store.stored = bytes;
          request.socket.destroy();
        });
      }
    });
    expect(await upload(here)).toMatchObject({ etag: SHA256 });
    expect(puts).toBe(1);
  });

  it('rule R23: leaves alone what else stands there after a cut', async () => {
    const store = new OneObject();
    const here = await setting((request, response) => {
      if (request.method !== 'PUT') store.handle(request, response);
      else {
        store.stored = Buffer.from('somebody else');
        request.socket.destroy();
      }
    });
    expect(await refusalOf(upload(here))).toMatchObject({ reason: 'NameTaken' });
    expect(methods(here).filter((method) => method === 'PUT')).toHaveLength(1);
  });

  it('rule R24: gives up after as many attempts as it may make, and keeps nothing', async () => {
    const store = new OneObject();
    const here = await setting((request, response) => {
      if (request.method === 'PUT') request.socket.destroy();
      else store.handle(request, response);
    });
    expect(await refusalOf(upload(here))).toMatchObject({ reason: 'UriUnreachable' });
    expect(methods(here).filter((method) => method === 'PUT')).toHaveLength(4);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it.each([
    ['a changed byte', (bytes: Buffer) => bytes.fill(1, 7, 8)],
    ['a missing end', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['something more', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])('rule R24: does not believe a store that gives back %s', async (_what, change) => {
    const store = new OneObject();
    const here = await setting((request, response) => {
      if (request.method === 'GET' && store.stored !== undefined) store.stored = change(store.stored);
      store.handle(request, response);
    });
    expect(await refusalOf(upload(here))).toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'ReadBackDiffers',
    });
  });

  /** A URL for writing only, as ObjectWrite makes it. */
  async function writeOnly(answer: (md5: string) => Record<string, string>): Promise<Setting> {
    const store = new OneObject();
    return await setting((request, response) => {
      if (request.method !== 'PUT') {
        response.writeHead(403).end();
        return;
      }
      void store.receive(request).then((bytes) => {
        response.writeHead(200, answer(createHash('md5').update(bytes).digest('base64'))).end();
      });
    });
  }

  it.each([
    ['says nothing', () => ({})],
    ['has computed another MD5', () => ({ 'opc-content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })],
  ])('rule R24: what cannot be read back is not done, if the server %s', async (_what, answer) => {
    const unread: string[] = [];
    const here = await writeOnly(answer);
    const refused = await refusalOf(upload(here, { onUnread: (sentence) => unread.push(sentence) }));
    expect(refused).toMatchObject({ code: 'ServiceUnavailable', reason: 'NotReadBack' });
    expect(refused.next).toContain('ObjectReadWrite');
    expect(unread).toEqual([]);
    expect(readdirSync(here.staging)).toEqual([]);
  });

  it.each(['opc-content-md5', 'Content-MD5'])(
    "rule R24: takes the server's word for it where %s is right, and says so",
    async (header) => {
      const unread: string[] = [];
      const here = await writeOnly((md5) => ({ [header]: md5 }));
      const published = await upload(here, { onUnread: (sentence) => unread.push(sentence) });
      expect(published).toMatchObject({ etag: SHA256 });
      expect(unread).toEqual([expect.stringContaining('MD5')]);
      expect(unread[0]).not.toContain(FAULT_SECRET);
    },
  );

  it('rule R24: says that it was sent when it could not be read back in the end', async () => {
    const store = new OneObject();
    const here = await setting((request, response) => {
      if (request.method === 'GET') request.socket.destroy();
      else store.handle(request, response);
    });
    const refused = await refusalOf(upload(here));
    expect(refused).toMatchObject({ reason: 'UriUnreachable' });
    expect(refused.message).toContain('does not count as made');
  });

  it.each([
    [403, 'UriRefused'],
    [404, 'UriNotFound'],
    [413, 'StorageFull'],
    [507, 'StorageFull'],
    [302, 'RedirectRefused'],
  ])('rule R74: says why a server does not take it (%i), even before it has all', async (status, reason) => {
    const here = await setting((request, response) => {
      response.writeHead(request.method === 'PUT' ? status : 404).end();
      request.resume();
    });
    expect(await refusalOf(upload(here))).toMatchObject({ reason });
    expect(methods(here)).toEqual(['HEAD', 'HEAD', 'PUT']);
  });

  it('rule R74: gives up a server that takes nothing', async () => {
    const large = randomBytes(8 * 1024 * 1024);
    const here = await setting(
      (request, response) => {
        if (request.method !== 'PUT') response.writeHead(404).end();
        else request.pause();
      },
      { limits: { waits: [], idle: 300 } },
    );
    await using staged = await here.request.stage();
    await staged.write(large);
    expect(await refusalOf(staged.publish('payments.backup'))).toMatchObject({ reason: 'UriStalled' });
  });

  it('rule R60: can be cancelled', async () => {
    const controller = new AbortController();
    const reason = new StrongroomError('Conflict', 'Cancelled.', 'Ask again.');
    const here = await setting((request, response) => {
      if (request.method !== 'PUT') response.writeHead(404).end();
      else request.once('data', () => controller.abort(reason));
    });
    expect(await refusalOf(upload(here, { signal: controller.signal }))).toBe(reason);
    await setTimeout(20);
    expect(readdirSync(here.staging)).toEqual([]);
  });
});
