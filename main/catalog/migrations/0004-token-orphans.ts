import type { Migration } from './migration.ts';

/** Token objects that an interrupted restore or key creation left behind, to be destroyed (rule R73). */
export const tokenOrphans: Migration = {
  version: 4,
  sql: `
    CREATE TABLE token_orphans (
      region TEXT NOT NULL,
      material_id BLOB NOT NULL CHECK (length(material_id) = 16),
      work_request_id TEXT,
      PRIMARY KEY (region, material_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX token_orphans_by_work_request ON token_orphans (work_request_id) WHERE work_request_id IS NOT NULL;
  `,
};
