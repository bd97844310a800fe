import { unavailable, statusFailure, TransientFailure } from './pre-authenticated-failure.ts';
import { withAttempts } from './pre-authenticated-attempts.ts';
import { exchange } from './pre-authenticated-exchange.ts';
import type { Answer, Peer } from './pre-authenticated-exchange.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { ReadableObject, ResumedObject } from './object-store.ts';
import { resumeFile, stageFile } from './staged-file.ts';
import type { StagingPlace } from './staged-file.ts';

/** What a download needs besides the server. */
export interface DownloadOrder {
  readonly place: StagingPlace;
  /** Bytes: what is declared or sent beyond is refused. */
  readonly maximumSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytesDone: number, bytesTotal: number) => void) | undefined;
}

/** An attempt that brought this much counts as a good one: a connection that breaks off again and again still gets on. */
const ADVANCE_BYTES = 1024 * 1024;

/**
 * Fetches the whole object into a private file and opens that (rule R40); disposing removes it.
 *
 * [Note: going on with a download] What a strong ETag (RFC 9110, 8.8.3) names can be fetched in parts. Such a download is
 * staged under the hash of URL, ETag and size. Whoever asks for the same again, after a broken connection or in another
 * run of the program, goes on from what is staged there, with Range and If-Range: a server whose object is another one by
 * now sends all of it, and a server that knows no ranges does so too. The answer's own ETag and size are compared again
 * before a byte of it is added. That a prefix on the disk is sound is not taken on trust by anybody: the sealed backup is
 * verified as a whole, and what was fetched is removed afterwards, so that the next attempt starts from nothing.
 */
export async function download(peer: Peer, order: DownloadOrder): Promise<ReadableObject> {
  const progress = { highest: 0, before: 0 };
  const staged = await withAttempts(
    peer.limits,
    order.signal,
    () => {
      progress.before = progress.highest;
      return downloadOnce(peer, order, (done) => (progress.highest = Math.max(progress.highest, done)));
    },
    () => progress.highest - progress.before >= ADVANCE_BYTES,
  );
  try {
    const reader = await staged.reopen();
    return {
      name: peer.uri.objectName,
      size: reader.size,
      read: (offset, length) => reader.read(offset, length),
      [Symbol.asyncDispose]: () => staged[Symbol.asyncDispose](),
    };
  } catch (thrown) {
    await staged[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** @returns the whole object, staged. What broke off stays staged if it can be gone on with. */
async function downloadOnce(
  peer: Peer,
  order: DownloadOrder,
  advance: (bytesDone: number) => void,
): Promise<ResumedObject> {
  using whole = await ask(peer, order);
  const object = describe(peer, order, whole);
  if (object.etag === undefined || object.size === undefined) {
    return await receive(peer, order, whole, object, await stageFile(order.place), advance);
  }
  const { etag, size } = object;
  const key = `${peer.uri.sha256}\n${etag}\n${size}`;
  const staged = await resumeOrStage(order.place, key, size);
  const from = staged.staged.size;
  if (from === 0) return await receive(peer, order, whole, object, staged, advance);
  whole[Symbol.dispose]();
  if (from === size) return staged;
  using rest = await askForRest(peer, order, staged, etag, size);
  if (rest.status === 206) return await receive(peer, order, rest, object, staged, advance);
  // No ranges here, or another object by now: this answer is all of it.
  await staged[Symbol.asyncDispose]();
  return await receive(peer, order, rest, describe(peer, order, rest), await stageFile(order.place), advance);
}

async function resumeOrStage(place: StagingPlace, key: string, size: number): Promise<ResumedObject> {
  const resume = (): Promise<ResumedObject> =>
    resumeFile(place, key).catch((thrown: unknown) => {
      // Another call of this program is fetching it, or has it open: each has its own.
      if (thrown instanceof StrongroomError && thrown.reason === 'CopyInProgress') return stageFile(place);
      throw thrown;
    });
  const staged = await resume();
  if (staged.staged.size <= size) return staged;
  await staged[Symbol.asyncDispose]();
  return await resume();
}

/** @returns the part that is missing (status 206), or everything (200) */
async function askForRest(
  peer: Peer,
  order: DownloadOrder,
  staged: ResumedObject,
  etag: string,
  size: number,
): Promise<Answer> {
  const from = staged.staged.size;
  try {
    const rest = await ask(peer, order, { etag, from });
    if (rest.status === 206) requireRest(peer, rest, etag, from, size);
    return rest;
  } catch (thrown) {
    await leaveOrDiscard(order, staged, thrown);
    throw thrown;
  }
}

async function ask(
  peer: Peer,
  order: DownloadOrder,
  rest?: { readonly etag: string; readonly from: number },
): Promise<Answer> {
  const answer = await exchange(peer, {
    method: 'GET',
    headers: rest === undefined ? {} : { Range: `bytes=${rest.from}-`, 'If-Range': rest.etag },
    expectedBytes: order.maximumSize,
    signal: order.signal,
  });
  if (answer.status === 200 || (rest !== undefined && answer.status === 206)) return answer;
  answer[Symbol.dispose]();
  throw statusFailure(peer.uri, 'read the object', answer);
}

interface Described {
  /** Only a strong one: a weak ETag does not promise the same bytes. */
  readonly etag: string | undefined;
  readonly size: number | undefined;
}

const STRONG_ETAG = /^"[\x21\x23-\x7e]{1,256}"$/;

/** @throws InvalidParameter `DownloadTooLarge` */
function describe({ uri }: Peer, { maximumSize }: DownloadOrder, whole: Answer): Described {
  const { etag } = whole.headers;
  if (whole.contentLength !== undefined && whole.contentLength > maximumSize) {
    throw tooLarge(uri.host, maximumSize);
  }
  return {
    etag: etag !== undefined && STRONG_ETAG.test(etag) ? etag : undefined,
    size: whole.contentLength,
  };
}

/** The part that was asked for and no other one, of the same object. @throws ServiceUnavailable `UriAnswerInvalid` */
function requireRest({ uri }: Peer, rest: Answer, etag: string, from: number, size: number): void {
  if (
    rest.headers['content-range'] === `bytes ${from}-${size - 1}/${size}` &&
    (rest.headers.etag === undefined || rest.headers.etag === etag)
  ) {
    return;
  }
  rest[Symbol.dispose]();
  throw unavailable(
    'UriAnswerInvalid',
    `${uri.host} sent another part of the object than the one asked for.`,
    'Look at the server, or use another URL.',
  );
}

/** Writes an answer's body behind what is staged. */
async function receive(
  peer: Peer,
  order: DownloadOrder,
  answer: Answer,
  object: Described,
  staged: ResumedObject,
  advance: (bytesDone: number) => void,
): Promise<ResumedObject> {
  let done = staged.staged.size;
  const limit = object.size ?? order.maximumSize;
  try {
    for await (const bytes of answer.body()) {
      done += bytes.length;
      if (done > limit) throw tooLarge(peer.uri.host, limit);
      await staged.write(bytes);
      advance(done);
      order.onProgress?.(done, object.size ?? order.maximumSize);
    }
    if (object.size !== undefined && done < object.size) {
      throw new TransientFailure(
        unavailable('UriUnreachable', `The connection to ${peer.uri.host} broke off.`, 'Try again.'),
      );
    }
    return staged;
  } catch (thrown) {
    if (object.etag !== undefined && object.size !== undefined) await leaveOrDiscard(order, staged, thrown);
    else await staged[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** What was cut off, by the peer or the operator, can be gone on with; after any other failure it is in doubt. */
async function leaveOrDiscard(
  { signal }: DownloadOrder,
  staged: ResumedObject,
  thrown: unknown,
): Promise<void> {
  if (thrown instanceof TransientFailure || signal?.aborted === true) await staged.leave();
  else await staged[Symbol.asyncDispose]();
}

function tooLarge(host: string, limit: number): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `What ${host} sends is larger than the ${limit} bytes that it may have.`,
    'Check that the URL is that of a sealed backup.',
    { reason: 'DownloadTooLarge' },
  );
}
