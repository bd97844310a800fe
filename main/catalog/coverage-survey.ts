/**
 * The SQL of a coverage survey (rule R52). Everything is done once for all key versions in temporary tables, however many
 * there are: which backups count, which vaults and keys are asked about, and for each key version the newest backup that
 * covers it and whether one of them meets the vault's target. What is shown is then read from these tables.
 */

/** Temporary tables of one survey, in an order in which they can be dropped. */
export const SURVEY_TABLES = [
  'surveyed_versions',
  'surveyed_keys',
  'surveyed_vaults',
  'usable_backups',
] as const;

/**
 * Backups that count: with a copy that was verified with a token, and no failed drill. `rank` grows with the time they were
 * made at.
 */
const USABLE_BACKUPS = `
  CREATE TEMP TABLE usable_backups AS
  SELECT number, id, kind, vault_id, time_created, copies, regions,
    row_number() OVER (ORDER BY time_created, number) AS rank
  FROM (
    SELECT b.number, b.id, b.kind, b.vault_id, b.time_created,
      count(*) AS copies, count(DISTINCT c.region) AS regions
    FROM backups b JOIN backup_copies c ON c.backup_id = b.id AND c.etag = b.sha256
    WHERE c.verified_depth IN ('seal', 'keys')
      AND NOT EXISTS (SELECT 1 FROM drills d WHERE d.backup_id = b.id AND d.outcome = 'FAILED')
    GROUP BY b.number
  );
  CREATE UNIQUE INDEX temp.usable_backups_by_number ON usable_backups (number);
  CREATE UNIQUE INDEX temp.usable_backups_by_rank ON usable_backups (rank);
  CREATE INDEX temp.usable_backups_by_vault ON usable_backups (vault_id);
`;

const MEETS_TARGET = `u.copies >= s.minimum_copies AND u.regions >= s.minimum_regions`;

/** A state in which nothing new is backed up any more (rule R22): an old backup is as good as one can have. */
const IS_LEAVING = `IN ('SCHEDULING_DELETION', 'PENDING_DELETION', 'CANCELLING_DELETION', 'DELETING')`;

/** A restored vault is also in the backups of what it was restored from: restoring those gives it again (rule R41). */
const BACKUPS_OF_VAULT = `FROM usable_backups u WHERE u.kind = 'VAULT' AND u.vault_id IN (s.id, s.restored_from_vault_id)`;

const SURVEYED_VAULTS = `
  CREATE TEMP TABLE surveyed_vaults AS
  SELECT s.*,
    (SELECT max(u.rank) ${BACKUPS_OF_VAULT}) AS newest_rank,
    EXISTS (SELECT 1 ${BACKUPS_OF_VAULT} AND u.time_created >= s.oldest_time AND ${MEETS_TARGET}) AS is_met
  FROM (
    SELECT v.id, v.restored_from_vault_id, v.time_created, v.vault_type = 'VIRTUAL_PRIVATE' AS can_be_backed_up,
      t.maximum_age_hours, t.minimum_copies, t.minimum_regions, t.vault_id <> '' AS is_own_target,
      CASE WHEN v.lifecycle_state ${IS_LEAVING} THEN ''
        ELSE strftime('%Y-%m-%dT%H:%M:%fZ', @now, '-' || coalesce(@maximumAgeHours, t.maximum_age_hours) || ' hours')
      END AS oldest_time
    FROM vaults v
      JOIN backup_targets t ON t.vault_id =
        coalesce((SELECT own.vault_id FROM backup_targets own WHERE own.vault_id = v.id), '')
    WHERE v.lifecycle_state NOT IN ('CREATING', 'DELETED')
      AND (@compartmentId IS NULL OR v.compartment_id = @compartmentId)
      AND (@vaultId IS NULL OR v.id = @vaultId)
      AND (@keyId IS NULL OR v.id = (SELECT vault_id FROM keys WHERE id = @keyId))
      AND (@region IS NULL OR v.region = @region)
  ) s
`;

const INDEX_OF_VAULTS = `CREATE UNIQUE INDEX temp.surveyed_vaults_by_id ON surveyed_vaults (id)`;

const SURVEYED_KEYS = `
  CREATE TEMP TABLE surveyed_keys AS
  SELECT k.id, k.vault_id, k.time_created,
    s.can_be_backed_up AND k.protection_mode = 'HSM' AS can_be_backed_up,
    CASE WHEN k.lifecycle_state ${IS_LEAVING} THEN '' ELSE s.oldest_time END AS oldest_time,
    s.minimum_copies, s.minimum_regions
  FROM surveyed_vaults s JOIN keys k ON k.vault_id = s.id
  WHERE k.lifecycle_state NOT IN ('CREATING', 'DELETED') AND (@keyId IS NULL OR k.id = @keyId)
`;

/** A version is looked up by its value: what was restored elsewhere is covered by the backups of either region. */
const SURVEYED_VERSIONS = `
  CREATE UNIQUE INDEX temp.surveyed_keys_by_id ON surveyed_keys (id);
  CREATE INDEX temp.surveyed_keys_by_vault ON surveyed_keys (vault_id, time_created, id);
  CREATE TEMP TABLE surveyed_versions AS
  SELECT id, key_id, vault_id, newest_rank,
    CASE
      WHEN NOT can_be_backed_up THEN 'CANNOT_BE_BACKED_UP'
      WHEN is_met THEN 'COVERED'
      WHEN newest_rank IS NULL THEN 'NEVER_BACKED_UP'
      WHEN (SELECT u.time_created FROM usable_backups u WHERE u.rank = newest_rank) < oldest_time THEN 'TOO_OLD'
      ELSE 'TOO_FEW_COPIES'
    END AS status
  FROM (
    SELECT v.id, v.key_id, s.vault_id, s.can_be_backed_up,
      CASE WHEN v.lifecycle_state ${IS_LEAVING} THEN '' ELSE s.oldest_time END AS oldest_time,
      (SELECT max(u.rank) FROM backup_key_versions c JOIN usable_backups u ON u.number = c.backup_number
        WHERE c.material_id = v.material_id) AS newest_rank,
      EXISTS (SELECT 1 FROM backup_key_versions c JOIN usable_backups u ON u.number = c.backup_number
        WHERE c.material_id = v.material_id AND ${MEETS_TARGET}
          AND (v.lifecycle_state ${IS_LEAVING} OR u.time_created >= s.oldest_time)) AS is_met
    FROM surveyed_keys s CROSS JOIN key_versions v ON v.key_id = s.id
    WHERE v.lifecycle_state NOT IN ('CREATING', 'DELETED')
  );
  CREATE INDEX temp.surveyed_versions_by_key ON surveyed_versions (key_id, status);
  CREATE INDEX temp.surveyed_versions_by_vault ON surveyed_versions (vault_id, status);
`;

/** In this order; `vaults` takes @now, @maximumAgeHours, @compartmentId, @vaultId, @keyId and @region, `keys` @keyId. */
export const SURVEY = {
  usableBackups: USABLE_BACKUPS,
  vaults: SURVEYED_VAULTS,
  indexOfVaults: INDEX_OF_VAULTS,
  keys: SURVEYED_KEYS,
  versions: SURVEYED_VERSIONS,
} as const;

/** One row. */
export const SUMMARY = `
  SELECT
    (SELECT count(*) FROM surveyed_vaults) AS vaultCount,
    (SELECT count(*) FROM surveyed_vaults WHERE can_be_backed_up AND NOT is_met) AS uncoveredVaultCount,
    (SELECT count(*) FROM surveyed_keys) AS keyCount,
    count(*) AS keyVersionCount,
    count(*) FILTER (WHERE status = 'COVERED') AS covered,
    count(*) FILTER (WHERE status = 'TOO_FEW_COPIES') AS tooFewCopies,
    count(*) FILTER (WHERE status = 'TOO_OLD') AS tooOld,
    count(*) FILTER (WHERE status = 'NEVER_BACKED_UP') AS neverBackedUp,
    count(*) FILTER (WHERE status = 'CANNOT_BE_BACKED_UP') AS cannotBeBackedUp,
    (SELECT count(*) FROM secrets JOIN surveyed_vaults v ON v.id = vault_id
      WHERE lifecycle_state = 'ACTIVE') AS secretCount
  FROM surveyed_versions
`;

/** Which rows stand on a page: each vault, then its keys. Takes the sort key of the row before, and a limit. */
export const PAGE = `
  SELECT * FROM (
    SELECT 'VAULT' AS level, id, time_created AS vaultTime, id AS vaultId, '' AS keyTime, '' AS keyId
    FROM surveyed_vaults
    UNION ALL
    SELECT 'KEY', k.id, v.time_created, v.id, k.time_created, k.id
    FROM surveyed_keys k JOIN surveyed_vaults v ON v.id = k.vault_id
  )
  WHERE (vaultTime, vaultId, keyTime, keyId) > (?, ?, ?, ?)
  ORDER BY vaultTime, vaultId, keyTime, keyId LIMIT ?
`;

const COUNTS = `
  count(*) AS keyVersionCount,
  count(*) FILTER (WHERE status = 'COVERED') AS covered,
  count(*) FILTER (WHERE status = 'TOO_FEW_COPIES') AS tooFewCopies,
  count(*) FILTER (WHERE status = 'TOO_OLD') AS tooOld,
  count(*) FILTER (WHERE status = 'NEVER_BACKED_UP') AS neverBackedUp
`;

/** The vaults of a page; takes their OCIDs as JSON. */
export const VAULT_ROWS = `
  SELECT s.id, v.display_name AS displayName, v.region, v.lifecycle_state AS lifecycleState,
    v.restored_from_vault_id AS restoredFromId, s.can_be_backed_up AS canBeBackedUp, s.is_met AS isMet,
    s.newest_rank AS newestRank, s.oldest_time AS oldestTime,
    s.maximum_age_hours AS maximumAgeHours, s.minimum_copies AS minimumCopies,
    s.minimum_regions AS minimumRegions, s.is_own_target AS isOwnTarget,
    (SELECT json_group_array(DISTINCT r.region) FROM vaults r
      WHERE r.restored_from_vault_id = s.id AND r.lifecycle_state NOT IN ('RESTORING', 'DELETED')) AS restoredIn,
    (SELECT count(*) FROM secrets WHERE vault_id = s.id AND lifecycle_state = 'ACTIVE') AS secretCount,
    n.*
  FROM surveyed_vaults s JOIN vaults v ON v.id = s.id
    LEFT JOIN (SELECT vault_id, ${COUNTS} FROM surveyed_versions
      WHERE vault_id IN (SELECT value FROM json_each(@ids)) GROUP BY vault_id) n ON n.vault_id = s.id
  WHERE s.id IN (SELECT value FROM json_each(@ids))
`;

/** The keys of a page; takes their OCIDs as JSON. */
export const KEY_ROWS = `
  SELECT s.id, s.vault_id AS vaultId, k.display_name AS displayName, v.region, k.lifecycle_state AS lifecycleState,
    k.key_shape AS keyShape, k.protection_mode AS protectionMode, v.vault_type AS vaultType,
    k.restored_from_key_id AS restoredFromId, s.can_be_backed_up AS canBeBackedUp,
    sv.maximum_age_hours AS maximumAgeHours, sv.minimum_copies AS minimumCopies,
    sv.minimum_regions AS minimumRegions, sv.is_own_target AS isOwnTarget,
    (SELECT json_group_array(DISTINCT rv.region) FROM keys r JOIN vaults rv ON rv.id = r.vault_id
      WHERE r.restored_from_key_id = s.id AND r.lifecycle_state NOT IN ('RESTORING', 'DELETED')) AS restoredIn,
    (SELECT json_group_array(u.id) FROM (SELECT id FROM surveyed_versions
      WHERE key_id = s.id AND status IN ('TOO_FEW_COPIES', 'TOO_OLD', 'NEVER_BACKED_UP') LIMIT 100) u) AS uncovered,
    n.*
  FROM surveyed_keys s JOIN keys k ON k.id = s.id JOIN vaults v ON v.id = s.vault_id
    JOIN surveyed_vaults sv ON sv.id = s.vault_id
    LEFT JOIN (SELECT key_id, min(newest_rank) AS newestRank, ${COUNTS} FROM surveyed_versions
      WHERE key_id IN (SELECT value FROM json_each(@ids)) GROUP BY key_id) n ON n.key_id = s.id
  WHERE s.id IN (SELECT value FROM json_each(@ids))
`;

/** The backups that a page names; takes their ranks as JSON. */
export const BACKUPS_BY_RANK = `
  SELECT u.rank, u.id, u.time_created AS timeCreated, d.time AS timeDrilled
  FROM usable_backups u LEFT JOIN drills d ON d.backup_id = u.id
  WHERE u.rank IN (SELECT value FROM json_each(@ranks))
`;

/** Where the verified copies of these backups lie. */
export const COPIES_BY_RANK = `
  SELECT u.rank, c.region,
    CASE WHEN c.region IS NOT NULL THEN 'bucket' WHEN c.path IS NOT NULL THEN 'file' ELSE 'uri' END AS medium,
    count(*) AS count, min(c.time_verified) AS timeVerified
  FROM usable_backups u JOIN backups b ON b.number = u.number
    JOIN backup_copies c ON c.backup_id = b.id AND c.etag = b.sha256
  WHERE c.verified_depth IN ('seal', 'keys') AND u.rank IN (SELECT value FROM json_each(@ranks))
  GROUP BY u.rank, medium, c.region ORDER BY u.rank, medium, c.region
`;
