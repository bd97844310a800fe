import type Database from 'better-sqlite3';
import { z } from 'zod';
import {
  coverageCopiesSchema,
  coverageRowSchema,
  coverageSummarySchema,
} from '../../shared/domain/coverage.ts';
import type { CoverageRow, CoverageStatus, CoverageSummary } from '../../shared/domain/coverage.ts';
import { describeKeyShape, keyShapeSchema } from '../../shared/domain/key-shape.ts';
import {
  BACKUPS_BY_RANK,
  COPIES_BY_RANK,
  KEY_ROWS,
  PAGE,
  SUMMARY,
  SURVEY,
  SURVEY_TABLES,
  VAULT_ROWS,
} from './coverage-survey.ts';
import { decodePageToken, encodePageToken, requireLimit } from './page.ts';
import type { Page, PageRequest } from './page.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

export interface CoverageQuery extends PageRequest {
  readonly compartmentId?: string | undefined;
  readonly vaultId?: string | undefined;
  /** Only this key, and its vault. */
  readonly keyId?: string | undefined;
  readonly region?: string | undefined;
  /** In the stead of the targets' ages. */
  readonly maximumAgeHours?: number | undefined;
}

export interface CoverageAnswer extends Page<CoverageRow> {
  readonly summary: CoverageSummary;
}

const HOUR = 60 * 60 * 1000;
/** Parts of a page token: the vault's time and OCID, the key's. */
const SORT_KEY_PARTS = 4;

const pageRowSchema = z.object({
  level: z.enum(['VAULT', 'KEY']),
  id: z.string(),
  vaultTime: z.string(),
  vaultId: z.string(),
  keyTime: z.string(),
  keyId: z.string(),
});

const count = z.number().int();
const countOrNone = count.nullable().transform((value) => value ?? 0);
const truth = z.number().transform((value) => value === 1);
const json = z.string().transform((text) => JSON.parse(text) as unknown);

const surveyedSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  region: z.string(),
  lifecycleState: z.string(),
  restoredFromId: z.string().nullable(),
  canBeBackedUp: truth,
  newestRank: count.nullable(),
  maximumAgeHours: count,
  minimumCopies: count,
  minimumRegions: count,
  isOwnTarget: truth,
  restoredIn: json,
  keyVersionCount: countOrNone,
  covered: countOrNone,
  tooFewCopies: countOrNone,
  tooOld: countOrNone,
  neverBackedUp: countOrNone,
});
const surveyedVaultSchema = surveyedSchema.extend({
  isMet: truth,
  oldestTime: z.string(),
  secretCount: count,
});
const surveyedKeySchema = surveyedSchema.extend({
  vaultId: z.string(),
  keyShape: json.pipe(keyShapeSchema),
  protectionMode: z.string(),
  vaultType: z.string(),
  uncovered: json,
});
const backupRowSchema = z.object({
  rank: count,
  id: z.string(),
  timeCreated: z.string(),
  timeDrilled: z.string().nullable(),
});
const copiesRowSchema = coverageCopiesSchema.extend({
  rank: count,
  region: z
    .string()
    .nullable()
    .transform((region) => region ?? undefined),
});

type Surveyed = z.infer<typeof surveyedSchema>;
type BackupRow = z.infer<typeof backupRowSchema>;

/** What the verified backups of this home cover (rule R52). The number of its queries does not depend on how much there is. */
export class CoverageStore {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws StrongroomError InvalidParameter, reason `PageToken` or `PageLimit` */
  survey(query: CoverageQuery, now: Date): CoverageAnswer {
    const limit = requireLimit(query.limit);
    const after = query.page === undefined ? ['', '', '', ''] : decodePageToken(query.page, SORT_KEY_PARTS);
    return withSqliteErrors(() => {
      try {
        this.#fill(query, now);
        const summary = coverageSummarySchema.parse(this.#database.prepare(SUMMARY).get());
        const page = this.#parse(pageRowSchema, PAGE, ...after, limit + 1);
        const shown = page.slice(0, limit);
        const last = shown.at(-1);
        return {
          data: this.#rows(shown, now),
          summary,
          ...(page.length <= limit || last === undefined
            ? {}
            : { nextPage: encodePageToken([last.vaultTime, last.vaultId, last.keyTime, last.keyId]) }),
        };
      } finally {
        this.#clear();
      }
    });
  }

  #fill({ compartmentId, vaultId, keyId, region, maximumAgeHours }: CoverageQuery, now: Date): void {
    this.#clear();
    this.#database.exec(SURVEY.usableBackups);
    this.#database.prepare(SURVEY.vaults).run({
      now: now.toISOString(),
      compartmentId: compartmentId ?? null,
      vaultId: vaultId ?? null,
      keyId: keyId ?? null,
      region: region ?? null,
      maximumAgeHours: maximumAgeHours ?? null,
    });
    this.#database.exec(SURVEY.indexOfVaults);
    this.#database.prepare(SURVEY.keys).run({ keyId: keyId ?? null });
    this.#database.exec(SURVEY.versions);
  }

  #clear(): void {
    this.#database.exec(SURVEY_TABLES.map((table) => `DROP TABLE IF EXISTS temp.${table};`).join('\n'));
  }

  #rows(page: readonly z.infer<typeof pageRowSchema>[], now: Date): CoverageRow[] {
    const ids = (level: 'VAULT' | 'KEY'): { ids: string } => ({
      ids: JSON.stringify(page.filter((row) => row.level === level).map((row) => row.id)),
    });
    const vaults = this.#parse(surveyedVaultSchema, VAULT_ROWS, ids('VAULT'));
    const keys = this.#parse(surveyedKeySchema, KEY_ROWS, ids('KEY'));
    const ranks = { ranks: JSON.stringify([...vaults, ...keys].map((row) => row.newestRank)) };
    const backups = new Map(
      this.#parse(backupRowSchema, BACKUPS_BY_RANK, ranks).map((row) => [row.rank, row]),
    );
    const copies = Map.groupBy(this.#parse(copiesRowSchema, COPIES_BY_RANK, ranks), (row) => row.rank);
    const common = (row: Surveyed) => {
      const backup = row.newestRank === null ? undefined : backups.get(row.newestRank);
      return {
        ...describeSurveyed(row),
        ...(backup === undefined ? {} : { newestBackup: describeBackup(backup, now) }),
        copiesByPlace: (copies.get(row.newestRank ?? 0) ?? []).map(({ rank: _rank, ...place }) => place),
      };
    };
    const rows = new Map<string, unknown>();
    for (const vault of vaults) {
      const backup = vault.newestRank === null ? undefined : backups.get(vault.newestRank);
      rows.set(vault.id, {
        level: 'VAULT',
        vaultId: vault.id,
        status: vault.canBeBackedUp
          ? worst([ownStatus(vault.isMet, backup, vault.oldestTime), statusOfVersions(vault)])
          : 'CANNOT_BE_BACKED_UP',
        ...(vault.canBeBackedUp
          ? {}
          : { reason: 'DEFAULT vaults have no backup; only VIRTUAL_PRIVATE vaults do.' }),
        secretCount: vault.secretCount,
        ...common(vault),
      });
    }
    for (const key of keys) {
      rows.set(key.id, {
        level: 'KEY',
        vaultId: key.vaultId,
        status: key.canBeBackedUp ? statusOfVersions(key) : 'CANNOT_BE_BACKED_UP',
        ...(key.canBeBackedUp ? {} : { reason: reasonOf(key) }),
        shape: describeKeyShape(key.keyShape),
        uncoveredKeyVersionIds: key.uncovered,
        ...common(key),
      });
    }
    return page.map(({ id }) => {
      const row = coverageRowSchema.safeParse(rows.get(id));
      if (row.success) return row.data;
      throw catalogDamaged(`what covers ${id} is not what Strongroom wrote`, row.error);
    });
  }

  #parse<Row>(schema: z.ZodType<Row>, sql: string, ...values: readonly unknown[]): Row[] {
    const rows = this.#database.prepare(sql).all(...values);
    const parsed = z.array(schema).safeParse(rows);
    if (parsed.success) return parsed.data;
    throw catalogDamaged('what is written about coverage is not what Strongroom wrote', parsed.error);
  }
}

function describeSurveyed(row: Surveyed) {
  return {
    id: row.id,
    displayName: row.displayName,
    region: row.region,
    lifecycleState: row.lifecycleState,
    keyVersionCount: row.keyVersionCount,
    coveredKeyVersionCount: row.covered,
    target: {
      maximumAgeHours: row.maximumAgeHours,
      minimumCopies: row.minimumCopies,
      minimumRegions: row.minimumRegions,
      isOfVault: row.isOwnTarget,
    },
    ...(row.restoredFromId === null ? {} : { restoredFromId: row.restoredFromId }),
    restoredInRegions: row.restoredIn,
  };
}

function describeBackup({ id, timeCreated, timeDrilled }: BackupRow, now: Date) {
  const age = now.getTime() - new Date(timeCreated).getTime();
  return {
    id,
    timeCreated,
    ageHours: Math.max(0, Math.floor(age / HOUR)),
    ...(timeDrilled === null ? {} : { timeDrilled }),
  };
}

function reasonOf({ vaultType }: z.infer<typeof surveyedKeySchema>): string {
  return vaultType === 'DEFAULT'
    ? 'Keys of DEFAULT vaults have no backup.'
    : 'SOFTWARE keys have no backup; only HSM keys do.';
}

/** Of a vault's metadata. */
function ownStatus(isMet: boolean, newest: BackupRow | undefined, oldestTime: string): CoverageStatus {
  if (isMet) return 'COVERED';
  if (newest === undefined) return 'NEVER_BACKED_UP';
  return newest.timeCreated < oldestTime ? 'TOO_OLD' : 'TOO_FEW_COPIES';
}

function statusOfVersions({ neverBackedUp, tooOld, tooFewCopies }: Surveyed): CoverageStatus {
  if (neverBackedUp > 0) return 'NEVER_BACKED_UP';
  if (tooOld > 0) return 'TOO_OLD';
  return tooFewCopies > 0 ? 'TOO_FEW_COPIES' : 'COVERED';
}

function worst(statuses: readonly CoverageStatus[]): CoverageStatus {
  return (
    (['NEVER_BACKED_UP', 'TOO_OLD', 'TOO_FEW_COPIES'] as const).find((status) => statuses.includes(status)) ??
    'COVERED'
  );
}
