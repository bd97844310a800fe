import type { ObjectSummary } from '../../shared/domain/bucket.ts';

export type { ObjectSummary } from '../../shared/domain/bucket.ts';

/** Random access to bytes that may not change under the reader. */
export interface ReadableObject extends AsyncDisposable {
  readonly name: string;
  readonly size: number;
  /** Reads exactly `length` bytes. @throws InvalidParameter, reason `ObjectTruncated`, if they are not there. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** An object being written: under a temporary name, in the place where it will be published, seen by nobody. */
export interface StagedObject extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes to the disk and opens what was written for reading back. */
  reopen(): Promise<ReadableObject>;
  /**
   * fsync, give it its name without ever replacing another, fsync the folder, read back and compare SHA-256.
   * @throws NotAuthorizedOrResourceAlreadyExists if the name is taken.
   */
  publish(name: string, watch?: PublishWatch): Promise<ObjectSummary>;
  /** Disposing before publish removes every trace. */
}

/** For a store to which publishing takes its time; the others publish in one step, and do without. */
export interface PublishWatch {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void;
  /** Told if the store vouches for what it has, but does not let it be read back. */
  readonly onUnread?: (sentence: string) => void;
}

/** A staged object that may start with bytes which an earlier, crashed writer left. Further bytes follow them. */
export interface ResumedObject extends StagedObject {
  /** What is staged already: `size` 0 if nothing was left. */
  readonly staged: { readonly size: number; readonly sha256: string };
  /** Flushes and closes what is staged and leaves it, to be resumed under the same key, also by a later program. */
  leave(): Promise<void>;
}

/** One place for objects: a folder bucket, or an offline file (rules R23, R31). Objects are never overwritten. */
export interface ObjectStore {
  stage(): Promise<StagedObject>;
  /** Goes on with what a crashed writer staged under the same key; where a store cannot, it has no such method. */
  resume?(key: string): Promise<ResumedObject>;
  /** @throws NotAuthorizedOrNotFound */
  open(name: string): Promise<ReadableObject>;
  /** @throws NotAuthorizedOrNotFound */
  head(name: string): Promise<ObjectSummary>;
  list(): AsyncIterable<ObjectSummary>;
  delete(name: string): Promise<void>;
  /** Removes what interrupted writes left behind. @returns the temporary names removed. */
  sweep(): Promise<readonly string[]>;
}
