import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { Catalog } from '../../../main/catalog/catalog.ts';
import { migrate } from '../../../main/catalog/migrations.ts';
import { ocidOf, timeOf } from '../../support/catalog-fixture.ts';

const TENANCY = ocidOf('tenancy', 'acme');
const nameOf = (depth: number): string => ocidOf('compartment', `depth-${depth}`);

/** A tenancy and compartments in each other. */
function nested(depth: number): { readonly catalog: Catalog; readonly database: Database.Database } {
  const database = new Database(':memory:');
  database.pragma('foreign_keys = ON');
  migrate(database);
  const catalog = new Catalog(database);
  onTestFinished(() => {
    catalog.close();
  });
  catalog.transaction(() => {
    catalog.compartments.insert({ id: TENANCY, name: 'Acme', timeCreated: timeOf(0) });
    for (let at = 1; at <= depth; at += 1) {
      const compartmentId = at === 1 ? TENANCY : nameOf(at - 1);
      catalog.compartments.insert({ id: nameOf(at), compartmentId, name: `${at}`, timeCreated: timeOf(at) });
    }
  });
  return { catalog, database };
}

it('rule R62: the line of a compartment leads to the tenancy, a thousand compartments deep', () => {
  const { catalog } = nested(1000);
  const line = catalog.compartments.lineOf(nameOf(1000));
  expect(line).toHaveLength(1001);
  expect(line[0]?.id).toBe(nameOf(1000));
  expect(line.at(-1)?.id).toBe(TENANCY);
});

it('rule R74: compartments that lie in each other are told as a damaged catalog', () => {
  const { catalog, database } = nested(3);
  database.prepare('UPDATE compartments SET compartment_id = ? WHERE id = ?').run(nameOf(3), nameOf(1));
  expect(() => catalog.compartments.lineOf(nameOf(2))).toThrow(/catalog is damaged/);
});
