import { once } from 'node:events';
import { Agent, request as startRequest } from 'node:https';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { SecureContext } from 'node:tls';
import { brokenOff, exchangeFailure } from './pre-authenticated-failure.ts';
import type { BrokenOff } from './pre-authenticated-failure.ts';
import { longestExchange } from './pre-authenticated-limits.ts';
import type { ExchangeLimits } from './pre-authenticated-limits.ts';
import type { PreAuthenticatedUri } from './pre-authenticated-uri.ts';

/** A server, and how to speak with it. */
export interface Peer {
  readonly uri: PreAuthenticatedUri;
  /** Whose certificates are trusted, and which versions of TLS. */
  readonly trust: SecureContext;
  readonly limits: ExchangeLimits;
}

export interface Question {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent; its length is `size`. */
  readonly body?: { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> };
  /** Bytes that the answer is expected to have, for the time that it may take. */
  readonly expectedBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose header is here and whose body is not. Disposing breaks the rest off. */
export interface Answer extends Disposable {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Bytes that the body is declared to have. */
  readonly contentLength: number | undefined;
  /** @throws TransientFailure if it broke off; StrongroomError */
  body(): AsyncGenerator<Uint8Array>;
}

/**
 * One exchange over a connection of its own (rule R70): no agent keeps it, no proxy is asked, no redirect is followed, and
 * the certificate is always checked, whatever the environment says.
 * @throws TransientFailure, StrongroomError, the signal's reason
 */
export async function exchange(peer: Peer, question: Question): Promise<Answer> {
  const { uri, limits } = peer;
  const { method, headers, body, signal } = question;
  signal?.throwIfAborted();
  const request = startRequest(uri.url, {
    method,
    agent: new Agent({
      keepAlive: false,
      maxCachedSessions: 0,
      secureContext: peer.trust,
      rejectUnauthorized: true,
    }),
    headers: {
      // Bytes are wanted as they are stored: ranges and hashes are of those.
      'Accept-Encoding': 'identity',
      ...headers,
      ...(body === undefined ? {} : { 'Content-Length': String(body.size) }),
    },
    maxHeaderSize: limits.headerBytes,
    insecureHTTPParser: false,
  });
  const watch = new Watch(peer, request, question);
  try {
    const [response] = await watch.during(async () => {
      const answered = once(request, 'response') as Promise<[IncomingMessage]>;
      // Sent side by side: a server may refuse before it has read all.
      await Promise.all([send(request, body, watch), answered]);
      return await answered;
    });
    return new ReceivedAnswer(response, watch);
  } catch (thrown) {
    watch.end();
    throw thrown;
  }
}

/** Sends the body, as far as the server takes it: once it has answered, it wants no more. */
async function send(request: ClientRequest, body: Question['body'], watch: Watch): Promise<void> {
  const state = { isOver: false };
  const over = () => (state.isOver = true);
  request.once('response', over).once('close', over);
  if (body !== undefined) {
    for await (const bytes of body.bytes) {
      if (state.isOver) return;
      watch.touch();
      if (!request.write(bytes)) await drained(request);
    }
  }
  // A closed request that is ended as well would complain of that instead of why it was closed.
  if (!state.isOver) request.end();
}

async function drained(request: ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = () => resolve(undefined);
  request.once('drain', done).once('response', done).once('close', done);
  await promise;
  request.off('drain', done).off('response', done).off('close', done);
}

class ReceivedAnswer implements Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly contentLength: number | undefined;
  readonly #response: IncomingMessage;
  readonly #watch: Watch;

  constructor(response: IncomingMessage, watch: Watch) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    const declared = response.headers['content-length'];
    this.contentLength =
      declared !== undefined && /^[0-9]{1,15}$/.test(declared) ? Number(declared) : undefined;
    this.#response = response;
    this.#watch = watch;
  }

  async *body(): AsyncGenerator<Uint8Array> {
    const pieces = (this.#response as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    for (;;) {
      const piece = await this.#watch.during(() => pieces.next());
      if (piece.done === true) return;
      yield piece.value;
    }
  }

  [Symbol.dispose](): void {
    this.#watch.end();
  }
}

/** Breaks an exchange off that takes too long, and says why it was broken off: by this, by the caller, or by the peer. */
class Watch {
  readonly #peer: Peer;
  readonly #request: ClientRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #overall: NodeJS.Timeout;
  #idle: NodeJS.Timeout | undefined;
  #isOver = false;
  #why: BrokenOff | undefined;

  constructor(peer: Peer, request: ClientRequest, question: Question) {
    this.#peer = peer;
    this.#request = request;
    this.#signal = question.signal;
    const bytes = question.expectedBytes + (question.body?.size ?? 0);
    this.#overall = setTimeout(() => this.#breakOff('too slow'), longestExchange(peer.limits, bytes));
    this.#signal?.addEventListener('abort', this.#abort, { once: true });
    // What comes after the answer began is told by the answer's own stream.
    request.on('error', () => undefined);
  }

  /** Waits for the peer: only this time counts as idle, not what is done here with what it sent. */
  async during<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.touch();
    try {
      return await wait();
    } catch (thrown) {
      this.#signal?.throwIfAborted();
      throw this.#why === undefined
        ? exchangeFailure(this.#peer.uri, thrown)
        : brokenOff(this.#peer.uri, this.#why);
    } finally {
      clearTimeout(this.#idle);
    }
  }

  /** The peer has moved. */
  touch(): void {
    clearTimeout(this.#idle);
    if (this.#isOver) return;
    this.#idle = setTimeout(() => this.#breakOff('idle'), this.#peer.limits.idle);
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#overall);
    clearTimeout(this.#idle);
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#request.destroy();
  }

  readonly #abort = (): void => {
    this.#request.destroy(new Error('the exchange was cancelled'));
  };

  #breakOff(why: BrokenOff): void {
    this.#why ??= why;
    this.#request.destroy(new Error(`the exchange was broken off: ${why}`));
  }
}
