import type Database from 'better-sqlite3';
import { realmAndRegions } from './migrations/0001-realm-and-regions.ts';
import { vaultsAndKeys } from './migrations/0002-vaults-and-keys.ts';
import { bucketsAndBackups } from './migrations/0003-buckets-and-backups.ts';
import { tokenOrphans } from './migrations/0004-token-orphans.ts';
import { workRequests } from './migrations/0005-work-requests.ts';
import { pendingChanges } from './migrations/0006-pending-changes.ts';
import { access } from './migrations/0007-access.ts';
import { audit } from './migrations/0008-audit.ts';
import { deletionAndLimits } from './migrations/0009-deletion-and-limits.ts';
import { softwareKeysAndSecrets } from './migrations/0010-software-keys-and-secrets.ts';
import { recoveryKits } from './migrations/0011-recovery-kits.ts';
import { drillsAndTargets } from './migrations/0012-drills-and-targets.ts';
import { requests } from './migrations/0013-requests.ts';
import type { Migration } from './migrations/migration.ts';

/** Marks an SQLite file as a catalog of ours ("Strg"): `PRAGMA application_id`. */
export const APPLICATION_ID = 0x53747267;

/** Every step of the schema, oldest first. A new one is added at the end. */
export const MIGRATIONS: readonly Migration[] = requireNoGap([
  realmAndRegions,
  vaultsAndKeys,
  bucketsAndBackups,
  tokenOrphans,
  workRequests,
  pendingChanges,
  access,
  audit,
  deletionAndLimits,
  softwareKeysAndSecrets,
  recoveryKits,
  drillsAndTargets,
  requests,
]);

export const NEWEST_VERSION = MIGRATIONS.length;

/** @throws Error unless the versions are 1, 2, 3, ... */
export function requireNoGap(migrations: readonly Migration[]): readonly Migration[] {
  migrations.forEach((migration, index) => {
    if (migration.version !== index + 1) {
      throw new Error(`migration ${migration.version} stands where ${index + 1} belongs`);
    }
  });
  return migrations;
}

export function readVersion(database: Database.Database): number {
  return database.pragma('user_version', { simple: true }) as number;
}

/** Brings a database from its version to a later one; each step and its version are one transaction. */
export function migrate(database: Database.Database, toVersion = NEWEST_VERSION): void {
  for (const migration of MIGRATIONS.slice(0, toVersion)) {
    const step = database.transaction(() => {
      // Read inside the transaction: another process may have run this step meanwhile.
      if (readVersion(database) >= migration.version) return;
      database.exec(migration.sql);
      database.pragma(`user_version = ${migration.version}`);
      database.pragma(`application_id = ${APPLICATION_ID}`);
    });
    if (readVersion(database) < migration.version) step.immediate();
  }
}
