import { createHmac } from 'node:crypto';
import Database from 'better-sqlite3';
import { AuditLog } from '../../main/audit/audit-log.ts';
import type { AuditEnd, AuditEvent } from '../../main/audit/audit-event.ts';
import { hashOfRow } from '../../main/audit/entry-hash.ts';
import type { AuditRow } from '../../main/catalog/audit-store.ts';
import type { Catalog } from '../../main/catalog/catalog.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { ocidOf, temporaryCatalog, tenancyRecord, timeOf } from './catalog-fixture.ts';

export const REALM_ID = 'a1'.repeat(16);

/** HMAC under a key that is known here: what a token does with RAK. */
export function authenticate(message: Uint8Array): Promise<Uint8Array> {
  return Promise.resolve(createHmac('sha256', 'rak').update(message).digest());
}

/** A catalog with a realm, and an audit log whose clock goes on by a second an entry. */
export function temporaryAuditLog(): { audit: AuditLog; catalog: Catalog; path: string } {
  const { catalog, path } = temporaryCatalog();
  catalog.realm.insert({
    realmId: REALM_ID,
    name: 'Realm',
    tenancyId: tenancyRecord().id,
    tenancyName: 'Acme',
    rbkId: 'b2'.repeat(16),
    rakId: 'c3'.repeat(16),
    rbkCheckValue: 'd4'.repeat(16),
    rakCheckValue: 'e5'.repeat(16),
    timeCreated: timeOf(0),
  });
  let second = 0;
  const now = (): Date => new Date(timeOf((second += 1)));
  return { audit: new AuditLog({ catalog, now }), catalog, path };
}

export const BACKUP_EVENT: AuditEvent = {
  operationName: 'vault.backup',
  operator: { id: ocidOf('operator', 'alice'), name: 'alice' },
  compartmentId: tenancyRecord().id,
  resources: [ocidOf('vault', 'payments')],
  detail: { bucketName: 'backups', region: 'eu-frankfurt-1' },
};

export const REFUSED = {
  outcome: 'REFUSED',
  error: new StrongroomError('IncorrectState', 'The vault is being deleted.', 'Cancel that first.', {
    reason: 'VaultState',
  }),
} as const satisfies AuditEnd;

/** Writes a number of entries, of actions that began and ended and of refusals. */
export function writeEntries(catalog: Catalog, audit: AuditLog, count: number): void {
  // One transaction, for one flush to the disk and not thousands.
  catalog.transaction(() => {
    for (let written = 0; written < count; written += 2) {
      if (written === count - 1) audit.refuse(BACKUP_EVENT, REFUSED.error);
      else {
        const event = { ...BACKUP_EVENT, detail: { objectName: `object-${written}` } };
        audit.end(audit.begin(event), written % 3 === 0 ? REFUSED : { outcome: 'SUCCEEDED' });
      }
    }
  });
}

/** Somebody who writes into the catalog's file past the program: triggers and foreign keys do not stop them. */
export class Attacker implements Disposable {
  readonly database: Database.Database;
  readonly #triggers: readonly { readonly name: string; readonly sql: string }[];

  constructor(path: string) {
    this.database = new Database(path);
    this.database.pragma('foreign_keys = OFF');
    this.database.pragma('synchronous = OFF');
    this.#triggers = this.database
      .prepare<[], { name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_entries'`,
      )
      .all();
    for (const { name } of this.#triggers) this.database.exec(`DROP TRIGGER ${name}`);
  }

  /** Every value of a row, by column. */
  row(sequence: number): Record<string, unknown> {
    return this.database
      .prepare<[number], Record<string, unknown>>('SELECT * FROM audit_entries WHERE sequence = ?')
      .get(sequence)!;
  }

  put(row: Readonly<Record<string, unknown>>): void {
    const columns = Object.keys(row);
    this.database
      .prepare(
        `INSERT OR REPLACE INTO audit_entries (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      .run(...Object.values(row));
  }

  remove(from: number, count = 1): void {
    this.database
      .prepare('DELETE FROM audit_entries WHERE sequence BETWEEN ? AND ?')
      .run(from, from + count - 1);
  }

  /** Gives the entries from a place on other numbers. */
  move(from: number, distance: number): void {
    const faraway = 1_000_000;
    this.database
      .prepare('UPDATE audit_entries SET sequence = sequence + ? WHERE sequence >= ?')
      .run(faraway, from);
    this.database
      .prepare('UPDATE audit_entries SET sequence = sequence - ? + ? WHERE sequence >= ?')
      .run(faraway, distance, faraway);
  }

  /** Hashes the entries from a place on anew: the chain is whole again. */
  rehash(from: number, through = Number.MAX_SAFE_INTEGER): void {
    const logId = this.database.prepare<[], Buffer>('SELECT log_id FROM audit_log').pluck().get()!;
    const columns = `sequence, time, event_id AS eventId, operator_id AS operatorId, operator_name AS operatorName,
      operation_name AS operationName, outcome, compartment_id AS compartmentId, resources, error_code AS errorCode,
      error_reason AS errorReason, detail, previous_hash AS previousHash, hash`;
    const rows = this.database
      .prepare<[number, number], AuditRow>(
        `SELECT ${columns} FROM audit_entries WHERE sequence BETWEEN ? AND ? ORDER BY sequence`,
      )
      .all(from, through);
    let previousHash =
      this.database
        .prepare<[number], Buffer>('SELECT hash FROM audit_entries WHERE sequence = ?')
        .pluck()
        .get(from - 1) ?? null;
    for (const row of rows) {
      const hash = Buffer.from(hashOfRow(logId.toString('hex'), { ...row, previousHash }) ?? '', 'hex');
      this.database
        .prepare('UPDATE audit_entries SET previous_hash = ?, hash = ? WHERE sequence = ?')
        .run(previousHash, hash, row.sequence);
      previousHash = hash;
    }
  }

  [Symbol.dispose](): void {
    for (const { sql } of this.#triggers) this.database.exec(sql);
    this.database.close();
  }
}

/** Lets somebody loose on a catalog's file. */
export function attack(path: string, work: (attacker: Attacker) => void): void {
  using attacker = new Attacker(path);
  attacker.database.transaction(() => {
    work(attacker);
  })();
}
