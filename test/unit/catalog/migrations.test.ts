import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import {
  migrate,
  MIGRATIONS,
  NEWEST_VERSION,
  readVersion,
  requireNoGap,
} from '../../../main/catalog/migrations.ts';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import { tenancyRecord } from '../../support/catalog-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('migrations', () => {
  it('stand in a row without a gap', () => {
    expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    expect(() =>
      requireNoGap([
        { version: 1, sql: '' },
        { version: 3, sql: '' },
      ]),
    ).toThrow(/3 stands where 2/);
    expect(() =>
      requireNoGap([
        { version: 1, sql: '' },
        { version: 1, sql: '' },
      ]),
    ).toThrow(/1 stands where 2/);
  });

  it.each(MIGRATIONS.map((migration) => migration.version))(
    'bring a catalog of version %i to the newest, and keep its rows',
    (version) => {
      const path = join(temporaryFolder(), 'catalog.sqlite');
      const old = new Database(path);
      migrate(old, version);
      expect(readVersion(old)).toBe(version);
      old
        .prepare(
          `INSERT INTO enrolments VALUES (?, 'eu-frankfurt-1', 'FRA', '{"modulePath":"/m.so","tokenLabel":"t"}', ?, ?)`,
        )
        .run('0'.repeat(32), 'f'.repeat(64), '2026-11-01T00:00:00.000Z');
      if (version >= 2) {
        const { id, name, timeCreated } = tenancyRecord();
        old
          .prepare(`INSERT INTO compartments (id, compartment_id, name, time_created) VALUES (?, NULL, ?, ?)`)
          .run(id, name, timeCreated);
      }
      old.close();
      const catalog = openCatalog(path);
      expect(catalog.enrolments.require('0'.repeat(32)).regionKey).toBe('FRA');
      expect(catalog.compartments.get(tenancyRecord().id)).toEqual(
        version >= 2 ? tenancyRecord() : undefined,
      );
      catalog.close();
      const reopened = new Database(path, { readonly: true });
      expect(readVersion(reopened)).toBe(NEWEST_VERSION);
      reopened.close();
    },
  );

  it('rule R73: leave the version before when a step fails in the middle', () => {
    const database = new Database(':memory:');
    migrate(database, 1);
    // The second step makes this table after another one: it fails half way.
    database.exec('CREATE TABLE vaults (stranger TEXT)');
    expect(() => {
      migrate(database);
    }).toThrow(/vaults/);
    expect(readVersion(database)).toBe(1);
    expect(database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'compartments'`).get()).toBeUndefined();
    database.close();
  });

  it('make strict tables only: SQLite checks the types of what is stored', () => {
    const database = new Database(':memory:');
    migrate(database);
    const tables = database
      .prepare(`SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'`)
      .all() as { name: string; strict: number }[];
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((table) => table.strict !== 1)).toEqual([]);
    database.close();
  });
});
