import { chmodSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Catalog } from '../../../main/catalog/catalog.ts';
import { APPLICATION_ID, NEWEST_VERSION } from '../../../main/catalog/migrations.ts';
import { openCatalog, openDatabase } from '../../../main/catalog/open-catalog.ts';
import {
  insertVault,
  keyVersionRecord,
  temporaryCatalog,
  tenancyRecord,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function temporaryPath(): string {
  return join(temporaryFolder(), 'catalog.sqlite');
}

/** A closed catalog with a few hundred rows: its file has many pages. */
function closedCatalog(): string {
  const path = temporaryPath();
  const catalog = openCatalog(path);
  insertVault(catalog);
  catalog.transaction(() => {
    for (let number = 2; number <= 500; number += 1) {
      catalog.keyVersions.insert(keyVersionRecord('cards', number));
    }
  });
  catalog.close();
  return path;
}

/** Changes a closed catalog with SQLite's own means, as a stranger could. */
function alter(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe('opening the catalog', () => {
  it('makes a file that only its owner may read, with what every open asks of SQLite', () => {
    const path = temporaryPath();
    const database = openDatabase(path);
    onTestFinished(() => {
      database.close();
    });
    const pragma = (name: string): unknown => database.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('trusted_schema')).toBe(0);
    expect(pragma('application_id')).toBe(APPLICATION_ID);
    expect(pragma('user_version')).toBe(NEWEST_VERSION);
    database.exec('CREATE TABLE something (value TEXT)');
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps what was written, and takes wider rights away from a file that was copied here', () => {
    const path = closedCatalog();
    chmodSync(path, 0o644);
    const catalog = openCatalog(path);
    expect(catalog.vaults.require(vaultRecord().id)).toEqual(vaultRecord());
    catalog.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes an empty file for one that a crash left before the first transaction', () => {
    const path = temporaryPath();
    writeFileSync(path, '');
    const catalog = openCatalog(path);
    expect(catalog.realm.get()).toBeUndefined();
    catalog.close();
  });

  it.each([
    ['text', Buffer.from('These are the minutes of the meeting of the board.\n')],
    ['fewer bytes than a header', Buffer.from('SQL')],
    ['zeros', Buffer.alloc(8192)],
  ])('rule R74: refuses a file of %s and leaves it as it is', (_what, content) => {
    const path = temporaryPath();
    writeFileSync(path, content);
    const error = errorOf(() => openCatalog(path));
    expect([error.code, error.reason]).toEqual(['InvalidParameter', 'NotACatalog']);
    expect(readFileSync(path)).toEqual(content);
  });

  it('rule R74: refuses a folder, and a path whose folder is missing', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'catalog.sqlite'));
    expect(errorOf(() => openCatalog(join(folder, 'catalog.sqlite'))).reason).toBe('NotACatalog');
    expect(errorOf(() => openCatalog(join(folder, 'missing', 'catalog.sqlite'))).reason).toBe(
      'NoCatalogFolder',
    );
  });

  it.each([
    ['with an application id of its own', 'PRAGMA application_id = 252006674; CREATE TABLE t (x)'],
    ['without an application id', 'CREATE TABLE bookmarks (x)'],
    ['with a version only', 'PRAGMA user_version = 3'],
  ])('rule R74: refuses the database of another application %s, unchanged', (_what, sql) => {
    const path = temporaryPath();
    alter(path, sql);
    const before = readFileSync(path);
    const error = errorOf(() => openCatalog(path));
    expect([error.code, error.reason]).toEqual(['InvalidParameter', 'NotACatalog']);
    expect(readFileSync(path)).toEqual(before);
  });

  it('rule R74: refuses a catalog from the future unchanged, and says to install the newer Strongroom', () => {
    const path = closedCatalog();
    alter(path, `PRAGMA user_version = ${NEWEST_VERSION + 1}`);
    const before = readFileSync(path);
    const error = errorOf(() => openCatalog(path));
    expect([error.code, error.reason]).toEqual(['IncorrectState', 'CatalogFromTheFuture']);
    expect(error.next).toContain('Install the newer Strongroom');
    expect(readFileSync(path)).toEqual(before);
  });

  it('rule R74: finds a catalog whose pages were overwritten, wherever that was', () => {
    const path = closedCatalog();
    const sound = readFileSync(path);
    const pageSize = 4096;
    const pages = sound.length / pageSize;
    expect(pages).toBeGreaterThan(50);
    let found = 0;
    for (let page = 1; page < pages; page += 7) {
      const damaged = Buffer.from(sound);
      damaged.fill(0xa5, page * pageSize, page * pageSize + 64);
      writeFileSync(path, damaged);
      const error = errorOf(() => openCatalog(path));
      expect([error.code, error.reason]).toEqual(['InvalidParameter', 'CatalogDamaged']);
      expect(error.next).toContain('rebuild');
      found += 1;
    }
    expect(found).toBeGreaterThan(7);
  });

  it('rule R74: finds a catalog that was cut short', () => {
    const path = closedCatalog();
    truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
    expect(errorOf(() => openCatalog(path)).reason).toBe('CatalogDamaged');
  });

  it.each([
    ['a trigger', `CREATE TRIGGER quietly AFTER INSERT ON backups BEGIN DELETE FROM vaults; END`],
    ['a dropped table', 'DROP TABLE token_orphans'],
    ['a dropped index', 'DROP INDEX keys_by_vault'],
  ])('rule R74: refuses a catalog whose schema somebody changed: %s', (_what, sql) => {
    const path = closedCatalog();
    alter(path, sql);
    expect(errorOf(() => openCatalog(path)).reason).toBe('CatalogDamaged');
  });

  it('rule R74: a row that Strongroom did not write is an error when it is read, not a surprise later', () => {
    const path = closedCatalog();
    alter(path, `UPDATE vaults SET display_name = 'cle' || char(27) || '[2Jar'`);
    const catalog = openCatalog(path);
    onTestFinished(() => {
      catalog.close();
    });
    const error = errorOf(() => catalog.vaults.list());
    expect(error.reason).toBe('CatalogDamaged');
    expect(error.message).toContain(vaultRecord().id);
  });

  it('lets two connections see what each has committed, and nothing before', () => {
    const { catalog: one, path } = temporaryCatalog();
    const two = openCatalog(path);
    onTestFinished(() => {
      two.close();
    });
    one.transaction(() => {
      one.compartments.insert(tenancyRecord());
      expect(two.compartments.get(tenancyRecord().id)).toBeUndefined();
    });
    expect(two.compartments.get(tenancyRecord().id)).toEqual(tenancyRecord());
    two.vaults.insert(vaultRecord());
    expect(one.vaults.require(vaultRecord().id)).toEqual(vaultRecord());
  });

  it('waits for another process to end its transaction, and says so when it does not', () => {
    const path = temporaryPath();
    const catalog = new Catalog(openDatabase(path, 100));
    const other = new Database(path);
    onTestFinished(() => {
      other.close();
      catalog.close();
    });
    other.exec('BEGIN IMMEDIATE');
    const error = errorOf(() => {
      catalog.compartments.insert(tenancyRecord());
    });
    expect([error.code, error.reason]).toEqual(['ServiceUnavailable', 'CatalogBusy']);
    other.exec('ROLLBACK');
    catalog.compartments.insert(tenancyRecord());
  });

  const whyNot = whyNoSmallDisk();
  it.skipIf(whyNot !== undefined)(
    'rule R73: a full disk undoes the transaction, and the catalog goes on',
    () => {
      const disk = mountSmallDisk();
      try {
        const path = join(disk.path, 'catalog.sqlite');
        const catalog = openCatalog(path);
        insertVault(catalog);
        const error = errorOf(() =>
          catalog.transaction(() => {
            for (let number = 2; number <= 5000; number += 1) {
              catalog.keyVersions.insert(keyVersionRecord('cards', number));
            }
          }),
        );
        expect([error.code, error.reason]).toEqual(['ServiceUnavailable', 'CatalogDiskFull']);
        expect(catalog.keyVersions.count({})).toBe(1);
        catalog.close();
        const reopened = openCatalog(path);
        expect(reopened.keyVersions.count({})).toBe(1);
        reopened.vaults.update(vaultRecord().id, { displayName: 'still works' });
        reopened.close();
      } finally {
        disk.unmount();
      }
    },
  );
});

describe('transactions', () => {
  it('undo everything when the work throws, also what an inner one had done', () => {
    const { catalog } = temporaryCatalog();
    expect(() => {
      catalog.transaction(() => {
        catalog.transaction(() => {
          catalog.compartments.insert(tenancyRecord());
        });
        throw new Error('no');
      });
    }).toThrow('no');
    expect(catalog.compartments.list().data).toEqual([]);
  });

  it('undo an inner one alone when the outer catches', () => {
    const { catalog } = temporaryCatalog();
    catalog.transaction(() => {
      catalog.compartments.insert(tenancyRecord());
      expect(() => {
        catalog.transaction(() => {
          catalog.vaults.insert(vaultRecord());
          throw new Error('no');
        });
      }).toThrow('no');
    });
    expect(catalog.compartments.list().data).toHaveLength(1);
    expect(catalog.vaults.list().data).toEqual([]);
  });

  it('refuse work that is not done when it returns', () => {
    const { catalog } = temporaryCatalog();
    expect(() => catalog.transaction(() => Promise.resolve())).toThrow(/promise/i);
  });
});
