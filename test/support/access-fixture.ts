import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { Access } from '../../main/access/access.ts';
import type { AccessTarget } from '../../main/access/access-demand.ts';
import { Catalog } from '../../main/catalog/catalog.ts';
import { migrate } from '../../main/catalog/migrations.ts';
import { newOcid } from '../../main/operations/new-ocid.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import { materialIdOf, ocidOf, timeOf } from './catalog-fixture.ts';
import { OFFICER, PASSPHRASE, QUICK_ARGON2 } from './operators.ts';

export const TENANCY = ocidOf('tenancy', 'acme');

/** A home with operators, groups, policies and compartments, and no token: what decisions are made of. */
export class AccessHome {
  readonly catalog: Catalog;
  readonly access: Access;
  /** What the home's clock says. */
  time = new Date(timeOf(1000));

  constructor() {
    // In memory: tests make hundreds of homes, and these are not about what is on the disk.
    const database = new Database(':memory:');
    database.pragma('foreign_keys = ON');
    migrate(database);
    this.catalog = new Catalog(database);
    onTestFinished(() => {
      this.catalog.close();
    });
    this.access = new Access({
      catalog: this.catalog,
      now: () => this.time,
      newId: (type) => newOcid(type),
      argon2: QUICK_ARGON2,
    });
    const id = materialIdOf('realm');
    this.catalog.realm.insert({
      realmId: id,
      name: 'Realm',
      tenancyId: TENANCY,
      tenancyName: 'Acme',
      rbkId: id,
      rakId: id,
      rbkCheckValue: id,
      rakCheckValue: id,
      timeCreated: timeOf(0),
    });
    this.catalog.compartments.insert({ id: TENANCY, name: 'Acme', timeCreated: timeOf(0) });
  }

  /** The first operator, with the administrators' group and policy. */
  async administrator(name = OFFICER): Promise<Operator> {
    const create = await this.access.prepareFirstOperator(name, PASSPHRASE);
    return this.catalog.transaction(create);
  }

  /** A further operator, in these groups. */
  async operator(name: string, ...groups: readonly string[]): Promise<Operator> {
    const operator = (await this.access.prepareOperator(name, PASSPHRASE))();
    for (const group of groups) this.catalog.groups.addMember(this.group(group), operator.id);
    return operator;
  }

  /** @returns the OCID of the group of this name, which is made if there is none. */
  group(name: string): string {
    const existing = this.catalog.groups.getByName(name);
    if (existing !== undefined) return existing.id;
    const id = newOcid('group');
    const nameKey = foldName(name);
    const rest = { description: '', isImmutable: false, timeCreated: timeOf(2) };
    this.catalog.groups.insert({ id, name, nameKey, ...rest });
    return id;
  }

  /** A compartment; its parent is the tenancy unless told otherwise. */
  compartment(name: string, parent = TENANCY): string {
    const id = newOcid('compartment');
    this.catalog.compartments.insert({ id, compartmentId: parent, name, timeCreated: timeOf(1) });
    return id;
  }

  /** A policy of these statements, attached to a compartment. */
  policy(statements: string | readonly string[], compartmentId = TENANCY): string {
    const id = newOcid('policy');
    const name = `policy-${id.slice(-8)}`;
    this.catalog.policies.insert({
      id,
      compartmentId,
      name,
      nameKey: name,
      description: '',
      statements: typeof statements === 'string' ? [statements] : [...statements],
      isImmutable: false,
      timeCreated: timeOf(3),
      timeModified: timeOf(3),
    });
    return id;
  }

  allows(
    operator: Operator,
    permission: Permission,
    target: Partial<AccessTarget> = {},
    operation?: string,
  ): boolean {
    const demand = { permission, target: { compartmentId: TENANCY, ...target } };
    return this.access.decide(operator, demand, operation).isAllowed;
  }

  allowsAnywhere(operator: Operator, permission: Permission): boolean {
    try {
      this.access.requireAnywhere(operator, permission);
      return true;
    } catch {
      return false;
    }
  }
}
