import { randomBytes } from 'node:crypto';
import type { AuditCheckpoint, AuditDetail, AuditEntry } from '../../shared/domain/audit.ts';
import type { StrongroomError } from '../../shared/domain/errors.ts';
import type { AuditQuery } from '../catalog/audit-store.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { Page } from '../catalog/page.ts';
import { checkpointMessage, encodeCheckpoint } from './audit-checkpoint.ts';
import type { Authenticate } from './audit-checkpoint.ts';
import type { AuditEnd, AuditEvent } from './audit-event.ts';
import { hashOfEntry } from './entry-hash.ts';
import { verifyAuditLog } from './verify-audit-log.ts';
import type { AuditVerification, AuditVerificationOptions } from './verify-audit-log.ts';

/**
 * The audit log of a home (rule R61; docs/audit-log.md): who did what, when, and how it ended. Entries form a hash chain;
 * checkpoints of it are authenticated by the realm's tokens and stand in every backup's header, outside this machine.
 */
export class AuditLog {
  readonly #catalog: Catalog;
  readonly #now: () => Date;

  constructor(parts: { readonly catalog: Catalog; readonly now: () => Date }) {
    this.#catalog = parts.catalog;
    this.#now = parts.now;
  }

  /**
   * Writes down that an action begins, on the disk when this returns: call it before the first side effect.
   * @returns the event's id, for `end`.
   */
  begin(event: AuditEvent): string {
    const eventId = newId();
    this.#catalog.transaction(() => {
      const { sequence } = this.#append({ ...fieldsOf(event), eventId, outcome: 'BEGUN' });
      this.#catalog.audit.openEvent(eventId, sequence);
    });
    return eventId;
  }

  /**
   * Writes down how an action ended; inside a transaction, together with what that changes.
   * @throws Error if no such event is open: an action ends once.
   */
  end(eventId: string, end: AuditEnd): void {
    const { audit } = this.#catalog;
    this.#catalog.transaction(() => {
      const begun = audit.closeEvent(eventId);
      const begin = begun === undefined ? undefined : audit.get(begun);
      if (begin === undefined) throw new Error(`no audited action ${eventId} is under way`);
      this.#append({
        ...whoAndWhat(begin),
        resources: end.outcome === 'SUCCEEDED' ? [...(end.resources ?? [])] : [],
        detail: end.outcome === 'SUCCEEDED' ? sorted(end.detail ?? {}) : {},
        ...(end.outcome === 'SUCCEEDED' ? {} : errorFields(end.error)),
        eventId,
        outcome: end.outcome,
      });
    });
  }

  /** Writes down that an action was refused before it began. */
  refuse(event: AuditEvent, error: StrongroomError): void {
    this.#catalog.transaction(() => {
      this.#append({ ...fieldsOf(event), ...errorFields(error), eventId: newId(), outcome: 'REFUSED' });
    });
  }

  /** At start: gives every action that the program did not live to end its outcome. @returns how many there were. */
  interrupted(): number {
    const { audit } = this.#catalog;
    return this.#catalog.transaction(() => {
      const open = audit.openEvents();
      for (const eventId of open) {
        const begun = audit.closeEvent(eventId);
        const begin = begun === undefined ? undefined : audit.get(begun);
        if (begin === undefined) continue;
        this.#append({
          ...whoAndWhat(begin),
          resources: [],
          detail: {},
          eventId,
          outcome: 'INTERRUPTED',
        });
      }
      return open.length;
    });
  }

  /**
   * Has a token vouch for the log as it is now, and writes that down.
   * @param regionId whose token it is.
   * @returns the encoded checkpoint for a backup's header; undefined while the log is empty.
   */
  async checkpoint(regionId: string, authenticate: Authenticate): Promise<Uint8Array | undefined> {
    const { audit, realm } = this.#catalog;
    const head = audit.head();
    const logId = audit.logId();
    if (head === undefined || logId === undefined) return undefined;
    const unsigned = {
      realmId: realm.require().realmId,
      logId,
      sequence: head.sequence,
      hash: head.hash,
      time: this.#now().toISOString(),
      regionId,
    };
    const mac = Buffer.from(await authenticate(checkpointMessage(unsigned))).toString('hex');
    audit.putCheckpoint({ ...unsigned, mac });
    return encodeCheckpoint({ ...unsigned, mac });
  }

  /** The newest checkpoint that the catalog has, encoded as in backup headers. */
  newestCheckpoint(): Uint8Array | undefined {
    const { audit, realm } = this.#catalog;
    const row = audit.newestCheckpoint();
    const logId = audit.logId();
    if (row === undefined || logId === undefined) return undefined;
    const checkpoint: AuditCheckpoint = { ...row, realmId: realm.require().realmId, logId };
    return encodeCheckpoint(checkpoint);
  }

  /** Entries, oldest first. */
  list(query: AuditQuery): Page<AuditEntry> {
    return this.#catalog.audit.list(query);
  }

  /** Reads the whole log and tells whether it is what was written (docs/audit-log.md). Changes nothing. */
  verify(options: AuditVerificationOptions = {}): Promise<AuditVerification> {
    return verifyAuditLog(this.#catalog, options);
  }

  /** The caller's transaction. */
  #append(fields: Omit<AuditEntry, 'sequence' | 'time' | 'previousHash' | 'hash'>): AuditEntry {
    const { audit } = this.#catalog;
    const head = audit.head();
    const logId = this.#requireLogId();
    const unhashed = {
      ...fields,
      sequence: (head?.sequence ?? 0) + 1,
      // The clock's own words, also where it was set back: a time that was made up would hide that.
      time: this.#now().toISOString(),
      ...(head === undefined ? {} : { previousHash: head.hash }),
    };
    const entry = { ...unhashed, hash: hashOfEntry(logId, unhashed) };
    audit.insert(entry);
    return entry;
  }

  #requireLogId(): string {
    const known = this.#catalog.audit.logId();
    if (known !== undefined) return known;
    const logId = newId();
    this.#catalog.audit.insertLog(logId);
    return logId;
  }
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function fieldsOf(
  event: AuditEvent,
): Pick<
  AuditEntry,
  'operationName' | 'operatorId' | 'operatorName' | 'compartmentId' | 'resources' | 'detail'
> {
  const { operationName, operator, compartmentId, resources, detail } = event;
  return {
    operationName,
    ...(operator === undefined ? {} : { operatorId: operator.id, operatorName: operator.name }),
    ...(compartmentId === undefined ? {} : { compartmentId }),
    resources: [...(resources ?? [])],
    detail: sorted(detail ?? {}),
  };
}

function whoAndWhat(
  begin: AuditEntry,
): Pick<AuditEntry, 'operationName' | 'operatorId' | 'operatorName' | 'compartmentId'> {
  const { operationName, operatorId, operatorName, compartmentId } = begin;
  return { operationName, operatorId, operatorName, compartmentId };
}

function errorFields(error: StrongroomError): Pick<AuditEntry, 'errorCode' | 'errorReason'> {
  return { errorCode: error.code, ...(error.reason === undefined ? {} : { errorReason: error.reason }) };
}

/** By name: the one order in which a detail is kept and hashed. */
function sorted(detail: AuditDetail): AuditDetail {
  return Object.fromEntries(
    Object.entries(detail).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
  );
}
