import { setImmediate } from 'node:timers/promises';
import type { AuditCheckpoint, AuditFlaw } from '../../shared/domain/audit.ts';
import { auditCheckpointSchema } from '../../shared/domain/audit.ts';
import type { AuditRow } from '../catalog/audit-store.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { decodeCheckpoint, isAuthentic } from './audit-checkpoint.ts';
import type { Authenticate } from './audit-checkpoint.ts';
import { classifyBreak } from './classify-break.ts';
import { hashOfRow } from './entry-hash.ts';

/** A checkpoint that was kept outside the catalog: in a backup's header. */
export interface ExternalCheckpoint {
  readonly encoded: Uint8Array;
  /** Where it was found, in words. */
  readonly source: string;
  /** This very home made that backup: then its checkpoint must be of this very log. */
  readonly isOfThisHome: boolean;
}

export interface AuditVerificationOptions {
  /** HMAC under RAK in a token; without it checkpoints are compared and not authenticated. */
  readonly authenticate?: Authenticate;
  readonly externalCheckpoints?: readonly ExternalCheckpoint[];
  readonly onProgress?: (done: number, total: number) => void;
}

export interface AuditVerification {
  /** Undefined while nothing was written down. */
  readonly logId: string | undefined;
  /** Entries that were read, up to the first flaw of the chain. */
  readonly entries: number;
  readonly checkpoints: {
    /** Of the catalog, and of backup headers, that were compared with the log. */
    readonly inCatalog: number;
    readonly inHeaders: number;
    /** How many of them the token vouched for. */
    readonly authenticated: number;
    /** In headers, of other homes' logs: nothing to compare them with here. */
    readonly ofOtherLogs: number;
  };
  /** The newest checkpoint that the log agrees with. */
  readonly newestCheckpoint: AuditCheckpoint | undefined;
  /** Entries whose time is earlier than that of the entry before: the clock was set back. No flaw. */
  readonly clockSetBack: { readonly count: number; readonly firstSequence: number | undefined };
  /** What was found, the earliest first; empty: the log is what was written. */
  readonly flaws: readonly AuditFlaw[];
}

/** Rows in memory at a time. */
const BATCH = 1000;

/** Altered checkpoints that are named one by one. */
const MOST_ALTERED = 20;

/** One checkpoint of this log, and where it was found. */
interface Witness {
  readonly checkpoint: AuditCheckpoint;
  readonly source: string;
}

/**
 * Reads the log once, in order, with the checkpoints beside it. Memory: one batch of rows, and the checkpoints of the
 * headers. What comes in while it runs is not looked at.
 */
export async function verifyAuditLog(
  catalog: Catalog,
  options: AuditVerificationOptions,
): Promise<AuditVerification> {
  return await new Verification(catalog, options).run();
}

class Verification {
  readonly #catalog: Catalog;
  readonly #options: AuditVerificationOptions;
  readonly #flaws: AuditFlaw[] = [];
  #entries = 0;
  #inCatalog = 0;
  #inHeaders = 0;
  #authenticated = 0;
  #ofOtherLogs = 0;
  #newest: AuditCheckpoint | undefined;
  #trustedThrough = 0;
  #setBackCount = 0;
  #firstSetBack: number | undefined;

  constructor(catalog: Catalog, options: AuditVerificationOptions) {
    this.#catalog = catalog;
    this.#options = options;
  }

  async run(): Promise<AuditVerification> {
    const { audit } = this.#catalog;
    const logId = audit.logId();
    const end = audit.head()?.sequence ?? 0;
    if (logId !== undefined) {
      const inHeaders = await this.#headerWitnesses(logId);
      await this.#readChain(logId, end, bySequence(inHeaders, this.#catalogWitnesses(logId)));
    } else if (end > 0) {
      this.#add('REMOVED', 1, 'the id of the log is missing, which every entry is bound to');
    } else if (audit.newestCheckpoint() !== undefined || this.#hasHeaderOfThisHome()) {
      this.#add('CUT_OFF', 1, 'the whole log is gone: there are checkpoints of it');
    }
    this.#flaws.sort((left, right) => left.sequence - right.sequence);
    return {
      logId,
      entries: this.#entries,
      checkpoints: {
        inCatalog: this.#inCatalog,
        inHeaders: this.#inHeaders,
        authenticated: this.#authenticated,
        ofOtherLogs: this.#ofOtherLogs,
      },
      newestCheckpoint: this.#newest,
      clockSetBack: { count: this.#setBackCount, firstSequence: this.#firstSetBack },
      flaws: this.#flaws,
    };
  }

  async #readChain(logId: string, end: number, witnesses: Iterator<Witness, void>): Promise<void> {
    const { audit } = this.#catalog;
    let last: { readonly sequence: number; readonly time: string; readonly hash: string } | undefined;
    let witness = witnesses.next();
    while ((last?.sequence ?? 0) < end) {
      for (const row of audit.rowsAfter(last?.sequence ?? 0, BATCH)) {
        const expected: number = (last?.sequence ?? 0) + 1;
        const hash = hashOfSuccessor(logId, row, expected, last?.hash);
        if (hash === undefined) {
          const trustedThrough = this.#trustedThrough;
          const flaw = classifyBreak(audit, { logId, expected, head: last?.hash, row, trustedThrough });
          this.#flaws.push(flaw);
          return;
        }
        this.#entries += 1;
        if (last !== undefined && row.time < last.time) this.#noteSetBack(row.sequence);
        last = { sequence: row.sequence, time: row.time, hash };
        while (witness.done !== true && witness.value.checkpoint.sequence <= row.sequence) {
          if (!(await this.#compare(witness.value, hash))) return;
          witness = witnesses.next();
        }
      }
      this.#options.onProgress?.(this.#entries, end);
      // The program's other work goes on.
      await setImmediate();
    }
    while (witness.done !== true) {
      const { checkpoint, source } = witness.value;
      if (await this.#isSound(witness.value)) {
        // That the chain is whole says little: what is left may have been hashed anew.
        this.#add(
          'CUT_OFF',
          this.#trustedThrough + 1,
          `the log ends at entry ${end}, and ${source} vouches for one that has entry ${checkpoint.sequence}; its token vouches for what there is up to entry ${this.#trustedThrough}`,
        );
        return;
      }
      witness = witnesses.next();
    }
  }

  /** @returns whether the chain goes on: false once it is known not to be the one that was vouched for. */
  async #compare(witness: Witness, hash: string): Promise<boolean> {
    const { checkpoint, source } = witness;
    if (!(await this.#isSound(witness))) return true;
    if (checkpoint.hash !== hash) {
      const from = this.#trustedThrough + 1;
      this.#add(
        'REWRITTEN',
        from,
        `${source} vouches for other entries than those from ${from} to ${checkpoint.sequence}: they were changed and hashed anew`,
      );
      return false;
    }
    if (this.#options.authenticate !== undefined) this.#trustedThrough = checkpoint.sequence;
    this.#newest = checkpoint;
    return true;
  }

  /** Whether the token vouches for the checkpoint, where a token was given; else it is taken as it is. */
  async #isSound({ checkpoint, source }: Witness): Promise<boolean> {
    const { authenticate } = this.#options;
    if (authenticate === undefined) return true;
    if (await isAuthentic(checkpoint, authenticate)) {
      this.#authenticated += 1;
      return true;
    }
    this.#addAltered(checkpoint.sequence, source);
    return false;
  }

  /** The headers' checkpoints of this log, by sequence. */
  async #headerWitnesses(logId: string): Promise<readonly Witness[]> {
    const realmId = this.#catalog.realm.get()?.realmId;
    const witnesses: Witness[] = [];
    for (const { encoded, source, isOfThisHome } of this.#options.externalCheckpoints ?? []) {
      const checkpoint = decodeCheckpoint(encoded);
      if (checkpoint === undefined || checkpoint.realmId !== realmId) {
        this.#addAltered(checkpoint?.sequence ?? 1, source);
      } else if (checkpoint.logId === logId) {
        this.#inHeaders += 1;
        witnesses.push({ checkpoint, source });
      } else if (!isOfThisHome) {
        this.#ofOtherLogs += 1;
      } else if (await this.#isSound({ checkpoint, source })) {
        this.#add('REMOVED', 1, `this home made the backup of ${source} with another log, which is gone`);
      }
    }
    return witnesses.sort((left, right) => left.checkpoint.sequence - right.checkpoint.sequence);
  }

  *#catalogWitnesses(logId: string): Generator<Witness, void> {
    const { audit, realm } = this.#catalog;
    let after: { readonly sequence: number; readonly regionId: string } | undefined;
    for (;;) {
      const rows = audit.checkpointsAfter(after, BATCH);
      for (const row of rows) {
        const source = `the catalog’s checkpoint of entry ${row.sequence}`;
        const parsed = auditCheckpointSchema.safeParse({ ...row, logId, realmId: realm.require().realmId });
        this.#inCatalog += 1;
        if (parsed.success) yield { checkpoint: parsed.data, source };
        else this.#addAltered(row.sequence, source);
      }
      after = rows.at(-1);
      if (after === undefined) return;
    }
  }

  #hasHeaderOfThisHome(): boolean {
    return (this.#options.externalCheckpoints ?? []).some((external) => external.isOfThisHome);
  }

  #noteSetBack(sequence: number): void {
    this.#setBackCount += 1;
    this.#firstSetBack ??= sequence;
  }

  #add(kind: AuditFlaw['kind'], sequence: number, message: string): void {
    this.#flaws.push({ kind, sequence, message });
  }

  #addAltered(sequence: number, source: string): void {
    if (this.#flaws.length >= MOST_ALTERED) return;
    this.#add('CHECKPOINT_ALTERED', sequence, `${source} is not as the token made it`);
  }
}

/** @returns the row's hash if it is the next entry of the chain, else undefined. */
function hashOfSuccessor(
  logId: string,
  row: AuditRow,
  expected: number,
  head: string | undefined,
): string | undefined {
  if (row.sequence !== expected || row.previousHash?.toString('hex') !== head) return undefined;
  const hash = hashOfRow(logId, row);
  return hash === row.hash.toString('hex') ? hash : undefined;
}

/** Two rows of witnesses as one, by sequence. */
function* bySequence(left: Iterable<Witness>, right: Iterable<Witness>): Generator<Witness, void> {
  const lefts = left[Symbol.iterator]();
  const rights = right[Symbol.iterator]();
  let first = lefts.next();
  let second = rights.next();
  while (first.done !== true || second.done !== true) {
    const isFirst =
      second.done === true ||
      (first.done !== true && first.value.checkpoint.sequence <= second.value.checkpoint.sequence);
    if (isFirst && first.done !== true) {
      yield first.value;
      first = lefts.next();
    } else if (second.done !== true) {
      yield second.value;
      second = rights.next();
    }
  }
}
