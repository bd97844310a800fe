import type Database from 'better-sqlite3';
import { ApprovalStore } from './approval-store.ts';
import { AuditStore } from './audit-store.ts';
import { BackupCopyStore } from './backup-copy-store.ts';
import { BackupStore } from './backup-store.ts';
import { BackupTargetStore } from './backup-target-store.ts';
import { BucketStore } from './bucket-store.ts';
import { ClockStore } from './clock-store.ts';
import { CompartmentStore } from './compartment-store.ts';
import { CoverageStore } from './coverage-store.ts';
import { DrillStore } from './drill-store.ts';
import { EnrolmentStore } from './enrolment-store.ts';
import { GroupStore } from './group-store.ts';
import { KeyStore } from './key-store.ts';
import { KeyVersionStore } from './key-version-store.ts';
import { LimitStore } from './limit-store.ts';
import { OperatorStore } from './operator-store.ts';
import { PendingChangeStore } from './pending-change-store.ts';
import { PolicyStore } from './policy-store.ts';
import { RealmStore } from './realm-store.ts';
import { RegionStore } from './region-store.ts';
import { RecoveryKitStore } from './recovery-kit-store.ts';
import { ResourceLockStore } from './resource-lock-store.ts';
import { RetryTokenStore } from './retry-token-store.ts';
import { ScheduledDeletionStore } from './scheduled-deletion-store.ts';
import { ScratchTokenStore } from './scratch-token-store.ts';
import { SecretStore } from './secret-store.ts';
import { SignInStore } from './sign-in-store.ts';
import { SoftwareKeyMaterialStore } from './software-key-material-store.ts';
import { SoftwareKeyProtectorStore } from './software-key-protector-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';
import { TokenOrphanStore } from './token-orphan-store.ts';
import { UncoveredStore } from './uncovered-store.ts';
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
  readonly softwareKeyProtectors: SoftwareKeyProtectorStore;
  readonly softwareKeyMaterials: SoftwareKeyMaterialStore;
  readonly secrets: SecretStore;
  readonly buckets: BucketStore;
  readonly backups: BackupStore;
  readonly backupCopies: BackupCopyStore;
  readonly backupTargets: BackupTargetStore;
  readonly coverage: CoverageStore;
  readonly drills: DrillStore;
  readonly scratchTokens: ScratchTokenStore;
  readonly tokenOrphans: TokenOrphanStore;
  readonly scheduledDeletions: ScheduledDeletionStore;
  readonly uncovered: UncoveredStore;
  readonly limits: LimitStore;
  readonly clock: ClockStore;
  readonly audit: AuditStore;
  readonly pendingChanges: PendingChangeStore;
  readonly workRequests: WorkRequestStore;
  readonly workRequestNotes: WorkRequestNotes;
  readonly resourceLocks: ResourceLockStore;
  readonly recoveryKits: RecoveryKitStore;
  readonly retryTokens: RetryTokenStore;
  readonly approvals: ApprovalStore;
  readonly operators: OperatorStore;
  readonly signIns: SignInStore;
  readonly groups: GroupStore;
  readonly policies: PolicyStore;
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
    this.softwareKeyProtectors = new SoftwareKeyProtectorStore(database);
    this.softwareKeyMaterials = new SoftwareKeyMaterialStore(database);
    this.secrets = new SecretStore(database);
    this.buckets = new BucketStore(database);
    this.backups = new BackupStore(database);
    this.backupCopies = new BackupCopyStore(database);
    this.backupTargets = new BackupTargetStore(database);
    this.coverage = new CoverageStore(database);
    this.drills = new DrillStore(database);
    this.scratchTokens = new ScratchTokenStore(database);
    this.tokenOrphans = new TokenOrphanStore(database);
    this.scheduledDeletions = new ScheduledDeletionStore(database);
    this.uncovered = new UncoveredStore(database);
    this.limits = new LimitStore(database);
    this.clock = new ClockStore(database);
    this.audit = new AuditStore(database);
    this.pendingChanges = new PendingChangeStore(database);
    this.workRequests = new WorkRequestStore(database);
    this.workRequestNotes = new WorkRequestNotes(database);
    this.resourceLocks = new ResourceLockStore(database);
    this.recoveryKits = new RecoveryKitStore(database);
    this.retryTokens = new RetryTokenStore(database);
    this.approvals = new ApprovalStore(database);
    this.operators = new OperatorStore(database);
    this.signIns = new SignInStore(database);
    this.groups = new GroupStore(database);
    this.policies = new PolicyStore(database);
  }

  /**
   * Runs work in one transaction: all of it is committed and on the disk when this returns, or, if it throws, none.
   * Inside another transaction it is a part of that one, and alone undone if it throws and the caller catches.
   * The work is synchronous; a promise is refused.
   */
  transaction<Result>(work: () => Result): Result {
    return withSqliteErrors(() => this.#transaction.immediate(work) as Result);
  }

  /** What SQLite finds wrong with the file, in its words; nothing in a sound one. Reads all of it. */
  flaws(): readonly string[] {
    return withSqliteErrors(() => {
      const checked = this.#database.pragma('integrity_check(10)') as readonly { integrity_check: string }[];
      const references = this.#database.pragma('foreign_key_check') as readonly {
        table: string;
        parent: string;
      }[];
      const dangling = new Set(
        references.map(({ table, parent }) => `a row of ${table} refers to one of ${parent} that is missing`),
      );
      return [...checked.map((row) => row.integrity_check).filter((words) => words !== 'ok'), ...dangling];
    });
  }

  close(): void {
    this.#database.close();
  }
}
