import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { bytesOf, hashObject } from './hash-object.ts';
import type { ObjectStore, ObjectSummary, ReadableObject, StagedObject } from './object-store.ts';

/** What a copy needs of where it reads. */
export type CopySource = Pick<ObjectStore, 'head' | 'open'>;
/** What a copy needs of where it writes. */
export type CopyDestination = Pick<ObjectStore, 'head' | 'open' | 'stage' | 'resume'>;

export interface CopyRequest {
  readonly source: CopySource;
  readonly sourceName: string;
  readonly destination: CopyDestination;
  readonly destinationName: string;
  /** The ETag that the source must have (rule R30). Absent: the one it has now. */
  readonly ifMatchEtag?: string;
  /** Names this copy across a crash, such as its work request's OCID: the next run with the same key goes on. */
  readonly resumeKey?: string;
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Copies one object (rule R30): the source is checked against its ETag while it is read, the copy is staged, read back
 * and compared before it gets its name, so that the destination never has a part of it or anything else under that name.
 *
 * With `resumeKey`, a copy that a crash cut off goes on from the bytes that are staged already, if their hash is that of
 * the source's first bytes; and one that was published before the crash and not yet reported counts as done.
 * @returns the destination's summary
 * @throws NoEtagMatch `SourceChanged`, NotAuthorizedOrResourceAlreadyExists `NameTaken`, the signal's reason, and what the stores throw
 */
export async function copyObject(request: CopyRequest): Promise<ObjectSummary> {
  const { source, sourceName, destination, destinationName, ifMatchEtag, resumeKey, signal } = request;
  signal?.throwIfAborted();
  const found = await source.head(sourceName);
  const etag = ifMatchEtag ?? found.etag;
  if (found.etag !== etag) throw sourceChanged(sourceName, 'has another content than the one asked for');

  const taken = await summaryIfThere(destination, destinationName);
  if (taken !== undefined) {
    if (
      resumeKey !== undefined &&
      taken.etag === etag &&
      (await contentIs(destination, destinationName, etag))
    ) {
      request.onProgress?.(taken.size, taken.size);
      return taken;
    }
    throw new StrongroomError(
      'NotAuthorizedOrResourceAlreadyExists',
      `The destination has ${destinationName} already; nothing is ever overwritten.`,
      'Choose another name or another destination.',
      { reason: 'NameTaken' },
    );
  }

  await using reader = await source.open(sourceName);
  const staged = await stageCopy(request, reader, etag);
  await using copy = staged;
  await requireSame(copy, etag, signal);
  signal?.throwIfAborted();
  return await copy.publish(destinationName);
}

/** Stages the whole source, going on with what is left of an earlier copy where that fits. */
async function stageCopy(request: CopyRequest, reader: ReadableObject, etag: string): Promise<StagedObject> {
  const { destination, destinationName, resumeKey } = request;
  if (resumeKey !== undefined && destination.resume !== undefined) {
    const key = `${resumeKey}\n${destinationName}\n${etag}`;
    const resumed = await destination.resume(key);
    if (await fillStaged(request, reader, etag, resumed, resumed.staged)) return resumed;
    // Other bytes than the source's were left there, disposed of by now: start again under the same key.
    const fresh = await destination.resume(key);
    if (await fillStaged(request, reader, etag, fresh, fresh.staged)) return fresh;
  }
  const staged = await destination.stage();
  await fillStaged(request, reader, etag, staged, { size: 0, sha256: '' });
  return staged;
}

/**
 * Writes what is missing of the source after the prefix that is staged, and checks the source's hash on the way.
 * @returns false, with the staged object disposed of, if the prefix is not the source's
 */
async function fillStaged(
  request: CopyRequest,
  reader: ReadableObject,
  etag: string,
  staged: StagedObject,
  prefix: { readonly size: number; readonly sha256: string },
): Promise<boolean> {
  try {
    if (prefix.size > reader.size) return await disposed(staged);
    const hash = createHash('sha256');
    let done = 0;
    let prefixSeen = prefix.size === 0;
    for await (const bytes of bytesOf(reader, request.signal)) {
      // The part of these bytes that is staged already.
      const known = Math.min(Math.max(prefix.size - done, 0), bytes.length);
      hash.update(bytes.subarray(0, known));
      if (!prefixSeen && done + known === prefix.size) {
        if (hash.copy().digest('hex') !== prefix.sha256) return await disposed(staged);
        prefixSeen = true;
      }
      const missing = bytes.subarray(known);
      hash.update(missing);
      if (missing.length > 0) await staged.write(missing);
      done += bytes.length;
      request.onProgress?.(done, reader.size);
    }
    if (hash.digest('hex') !== etag) throw sourceChanged(request.sourceName, 'changed while it was copied');
    return true;
  } catch (thrown) {
    await staged[Symbol.asyncDispose]();
    const isCutShort = thrown instanceof StrongroomError && thrown.reason === 'ObjectTruncated';
    throw isCutShort
      ? sourceChanged(request.sourceName, 'was cut short while it was copied', thrown)
      : thrown;
  }
}

async function disposed(staged: StagedObject): Promise<false> {
  await staged[Symbol.asyncDispose]();
  return false;
}

async function requireSame(copy: StagedObject, etag: string, signal: AbortSignal | undefined): Promise<void> {
  await using written = await copy.reopen();
  if ((await hashObject(written, signal)) === etag) return;
  throw new StrongroomError(
    'ServiceUnavailable',
    'What was read back from the destination is not what was written.',
    'Do not trust this medium. Check it, and copy to another one.',
    { reason: 'ReadBackDiffers' },
  );
}

async function summaryIfThere(store: CopySource, name: string): Promise<ObjectSummary | undefined> {
  return await store.head(name).catch((thrown: unknown) => {
    if (thrown instanceof StrongroomError && thrown.code === 'NotAuthorizedOrNotFound') return undefined;
    throw thrown;
  });
}

async function contentIs(store: CopySource, name: string, etag: string): Promise<boolean> {
  await using object = await store.open(name);
  return (await hashObject(object)) === etag;
}

function sourceChanged(name: string, how: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'NoEtagMatch',
    `The source object ${name} ${how}.`,
    'Look at the source (object list), make sure that it is the right one, then copy again.',
    { reason: 'SourceChanged', cause },
  );
}
