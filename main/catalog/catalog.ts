import type Database from 'better-sqlite3';
import { ApprovalStore } from './approval-store.ts';
import { BackupCopyStore } from './backup-copy-store.ts';
import { BackupStore } from './backup-store.ts';
import { BucketStore } from './bucket-store.ts';
import { CompartmentStore } from './compartment-store.ts';
import { EnrolmentStore } from './enrolment-store.ts';
import { KeyStore } from './key-store.ts';
import { KeyVersionStore } from './key-version-store.ts';
import { PendingChangeStore } from './pending-change-store.ts';
import { RealmStore } from './realm-store.ts';
import { RegionStore } from './region-store.ts';
import { ResourceLockStore } from './resource-lock-store.ts';
import { RetryTokenStore } from './retry-token-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';
import { TokenOrphanStore } from './token-orphan-store.ts';
import { VaultStore } from './vault-store.ts';
import { WorkRequestNotes } from './work-request-notes.ts';
import { WorkRequestStore } from './work-request-store.ts';

/**
 * The catalog of one home: a cache of what buckets and tokens hold, and the journal of what is being done. One store
 * per noun; everything is synchronous. Made by openCatalog.
 */
export class Catalog {
  readonly realm: RealmStore;
  readonly regions: RegionStore;
  readonly enrolments: EnrolmentStore;
  readonly compartments: CompartmentStore;
  readonly vaults: VaultStore;
  readonly keys: KeyStore;
  readonly keyVersions: KeyVersionStore;
  readonly buckets: BucketStore;
  readonly backups: BackupStore;
  readonly backupCopies: BackupCopyStore;
  readonly tokenOrphans: TokenOrphanStore;
  readonly pendingChanges: PendingChangeStore;
  readonly workRequests: WorkRequestStore;
  readonly workRequestNotes: WorkRequestNotes;
  readonly resourceLocks: ResourceLockStore;
  readonly retryTokens: RetryTokenStore;
  readonly approvals: ApprovalStore;
  readonly #database: Database.Database;
  readonly #transaction: Database.Transaction<(work: () => unknown) => unknown>;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#transaction = database.transaction((work) => work());
    this.realm = new RealmStore(database);
    this.regions = new RegionStore(database);
    this.enrolments = new EnrolmentStore(database);
    this.compartments = new CompartmentStore(database);
    this.vaults = new VaultStore(database);
    this.keys = new KeyStore(database);
    this.keyVersions = new KeyVersionStore(database, this.keys);
    this.buckets = new BucketStore(database);
    this.backups = new BackupStore(database);
    this.backupCopies = new BackupCopyStore(database);
    this.tokenOrphans = new TokenOrphanStore(database);
    this.pendingChanges = new PendingChangeStore(database);
    this.workRequests = new WorkRequestStore(database);
    this.workRequestNotes = new WorkRequestNotes(database);
    this.resourceLocks = new ResourceLockStore(database);
    this.retryTokens = new RetryTokenStore(database);
    this.approvals = new ApprovalStore(database);
  }

  /**
   * Runs work in one transaction: all of it is committed and on the disk when this returns, or, if it throws, none.
   * Inside another transaction it is a part of that one, and alone undone if it throws and the caller catches.
   * The work is synchronous; a promise is refused.
   */
  transaction<Result>(work: () => Result): Result {
    return withSqliteErrors(() => this.#transaction.immediate(work) as Result);
  }

  close(): void {
    this.#database.close();
  }
}
