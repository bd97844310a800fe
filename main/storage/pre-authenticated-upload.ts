import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { bytesOf } from './hash-object.ts';
import type { ObjectSummary, PublishWatch, ReadableObject, StagedObject } from './object-store.ts';
import { withAttempts } from './pre-authenticated-attempts.ts';
import { exchange } from './pre-authenticated-exchange.ts';
import type { Answer, Peer } from './pre-authenticated-exchange.ts';
import { statusFailure, unavailable } from './pre-authenticated-failure.ts';

/** What stands under the URL; `unreadable` if the URL does not let that be seen. */
type Standing = 'nothing' | 'something' | 'unreadable';

/** Statuses by which servers say that a URL is not for this method, or not for reading. */
const NOT_FOR_THIS = new Set([401, 403, 405, 501]);

/** Looks what is there already, by HEAD, or, where the URL is signed for GET alone, by the first byte. */
export async function whatStands(peer: Peer, signal?: AbortSignal): Promise<Standing> {
  return await withAttempts(peer.limits, signal, async () => {
    const byHead = await standing(peer, 'HEAD', signal);
    return byHead === 'unreadable' ? await standing(peer, 'GET', signal) : byHead;
  });
}

async function standing(
  peer: Peer,
  method: 'HEAD' | 'GET',
  signal: AbortSignal | undefined,
): Promise<Standing> {
  using answer = await exchange(peer, {
    method,
    headers: method === 'GET' ? { Range: 'bytes=0-0' } : {},
    expectedBytes: 0,
    signal,
  });
  // 416: there is an object, and it has no first byte.
  if ([200, 206, 416].includes(answer.status)) return 'something';
  if (answer.status === 404) return 'nothing';
  if (NOT_FOR_THIS.has(answer.status)) return 'unreadable';
  throw statusFailure(peer.uri, 'look at the object', answer);
}

/** @throws NotAuthorizedOrResourceAlreadyExists `NameTaken` */
export async function requireNothingThere(peer: Peer, signal?: AbortSignal): Promise<void> {
  if ((await whatStands(peer, signal)) === 'something') throw taken(peer);
}

/**
 * An object staged on this machine, to be put under a URL (rules R23, R24): sent as a whole and only where nothing
 * stands, read back, and reported only if it is the same.
 */
export class PreAuthenticatedUpload implements StagedObject {
  readonly #peer: Peer;
  readonly #staged: StagedObject;
  readonly #hash = createHash('sha256');

  constructor(peer: Peer, staged: StagedObject) {
    this.#peer = peer;
    this.#staged = staged;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    await this.#staged.write(bytes);
  }

  reopen(): Promise<ReadableObject> {
    return this.#staged.reopen();
  }

  async publish(name: string, watch: PublishWatch = {}): Promise<ObjectSummary> {
    const sha256 = this.#hash.copy().digest('hex');
    await using object = await this.#staged.reopen();
    await requireNothingThere(this.#peer, watch.signal);
    const md5Confirmed = await this.#put(object, sha256, watch);
    const seen = await readBack(this.#peer, object.size, watch.signal).catch((thrown: unknown) => {
      throw sentInVain(this.#peer, thrown);
    });
    if (seen === undefined) {
      if (!md5Confirmed) throw notReadBack(this.#peer);
      watch.onUnread?.(
        `${this.#peer.uri.description} cannot be read with this URL. That all of the backup arrived is the server's word: the MD5 that it computed is right.`,
      );
    } else if (seen !== sha256) {
      throw unavailable(
        'ReadBackDiffers',
        `What was read back from ${this.#peer.uri.description} is not what was written.`,
        'Do not trust this storage; back up to another place.',
      );
    }
    await this.#staged[Symbol.asyncDispose]();
    return { name, size: object.size, etag: sha256, timeCreated: new Date().toISOString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#staged[Symbol.asyncDispose]();
  }

  /**
   * Sends the object until the server has all of it. An attempt that broke off may have arrived all the same, so what
   * stands there by then is not overwritten but looked at.
   * @returns whether the server has confirmed the object's MD5
   */
  async #put(object: ReadableObject, sha256: string, watch: PublishWatch): Promise<boolean> {
    let isFirst = true;
    return await withAttempts(this.#peer.limits, watch.signal, async () => {
      if (!isFirst && (await this.#hasArrived(object, sha256, watch.signal))) return false;
      isFirst = false;
      const sent = new SentBytes(object, watch);
      using answer = await exchange(this.#peer, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/octet-stream', 'If-None-Match': '*' },
        body: { size: object.size, bytes: sent },
        expectedBytes: 0,
        signal: watch.signal,
      });
      // 412: something stands there; 409: another upload is on its way there.
      if (answer.status === 412 || answer.status === 409) {
        if (await this.#hasArrived(object, sha256, watch.signal)) return false;
        throw taken(this.#peer);
      }
      if (![200, 201, 204].includes(answer.status)) {
        throw statusFailure(this.#peer.uri, 'write the object', answer);
      }
      return sent.isConfirmedBy(answer, sha256);
    });
  }

  /** @throws NotAuthorizedOrResourceAlreadyExists if something else stands there */
  async #hasArrived(object: ReadableObject, sha256: string, signal?: AbortSignal): Promise<boolean> {
    if ((await whatStands(this.#peer, signal)) !== 'something') return false;
    if ((await readBack(this.#peer, object.size, signal)) === sha256) return true;
    throw taken(this.#peer);
  }
}

/** The object's bytes on their way, with their hashes. */
class SentBytes implements AsyncIterable<Uint8Array> {
  readonly #object: ReadableObject;
  readonly #watch: PublishWatch;
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');

  constructor(object: ReadableObject, watch: PublishWatch) {
    this.#object = object;
    this.#watch = watch;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let done = 0;
    for await (const bytes of bytesOf(this.#object, this.#watch.signal)) {
      this.#md5.update(bytes);
      this.#sha256.update(bytes);
      yield bytes;
      done += bytes.length;
      this.#watch.onProgress?.(done, this.#object.size);
    }
  }

  /** The reference answers with the MD5 of what it stored, in Base64. */
  isConfirmedBy({ headers }: Answer, sha256: string): boolean {
    const md5 = headers['opc-content-md5'] ?? headers['content-md5'];
    return md5 === this.#md5.digest('base64') && this.#sha256.digest('hex') === sha256;
  }
}

/** @returns the SHA-256 of what stands there, or undefined if the URL does not let it be read */
async function readBack(
  peer: Peer,
  size: number,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return await withAttempts(peer.limits, signal, async () => {
    using answer = await exchange(peer, { method: 'GET', expectedBytes: size, signal });
    if (NOT_FOR_THIS.has(answer.status) || answer.status === 404) return undefined;
    if (answer.status !== 200) throw statusFailure(peer.uri, 'read the object back', answer);
    const hash = createHash('sha256');
    let read = 0;
    for await (const bytes of answer.body()) {
      hash.update(bytes);
      read += bytes.length;
      // Longer than what was written is another object, however long it is.
      if (read > size) break;
    }
    return hash.digest('hex');
  });
}

function taken({ uri }: Peer): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrResourceAlreadyExists',
    `There is an object at ${uri.description} already; nothing is ever overwritten.`,
    'Make a pre-authenticated request for an object name that is not in use.',
    { reason: 'NameTaken' },
  );
}

function notReadBack({ uri }: Peer): StrongroomError {
  return unavailable(
    'NotReadBack',
    `The backup was sent to ${uri.description}, but this URL does not let it be read back, so it does not count as made.`,
    'Use an ObjectReadWrite URL of another object name. What this attempt left there can be deleted.',
  );
}

/** What went wrong after all was sent; the same name cannot be used again then. */
function sentInVain({ uri }: Peer, thrown: unknown): unknown {
  if (!(thrown instanceof StrongroomError)) return thrown;
  return new StrongroomError(
    thrown.code,
    `The backup was sent to ${uri.description}, but not read back, so it does not count as made. ${thrown.message}`,
    'Back up again to another object name. What this attempt left there can be deleted.',
    { reason: thrown.reason ?? 'NotReadBack', cause: thrown },
  );
}
