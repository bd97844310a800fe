import { describe, expect, it } from 'vitest';
import { accessRules } from '../../../main/operations/access-rules.ts';
import { FURTHER_PERMISSIONS } from '../../../main/operations/check-policy.ts';
import type { AccessRule } from '../../../main/access/access-demand.ts';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import { contract } from '../../../shared/contract/contract.ts';
import type { OperationName } from '../../../shared/contract/contract.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { AccessHome, TENANCY } from '../../support/access-fixture.ts';
import {
  backupRecord,
  FRANKFURT,
  keyRecord,
  keyVersionRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { fieldsOf, sampleOcid, sampleValue } from '../../support/request-samples.ts';

const operations = Object.values<Operation>(contract);

/** What needs no permission: about this machine, whoever calls, or what anybody sees in a file. All others need one. */
const WITHOUT_PERMISSION = [
  'backup.inspect',
  'operator.change-passphrase',
  'policy.check',
  'token.initialise',
  'token.list',
];

/** A home that has what sample requests name, in a compartment of its own. */
function home(): AccessHome {
  const made = new AccessHome();
  const { catalog } = made;
  const compartmentId = sampleOcid('compartment');
  const vault = sampleOcid('vault');
  catalog.transaction(() => {
    catalog.compartments.insert({
      id: compartmentId,
      compartmentId: TENANCY,
      name: 'Payments',
      timeCreated: timeOf(1),
    });
    catalog.vaults.insert(vaultRecord('payments', { id: vault, compartmentId }));
    const inVault = { vaultId: vault, compartmentId };
    const version = sampleOcid('keyversion');
    catalog.keys.insert(
      keyRecord('cards', { ...inVault, id: sampleOcid('key'), currentKeyVersion: version }),
    );
    catalog.keyVersions.insert(
      keyVersionRecord('cards', 1, { ...inVault, id: version, keyId: sampleOcid('key') }),
    );
    catalog.backups.insert(
      backupRecord('first', { id: sampleOcid('backup'), vaultId: vault, compartmentId }),
    );
    catalog.buckets.insert({
      id: sampleOcid('bucket'),
      namespace: 'n',
      name: 'plain-name',
      compartmentId,
      kind: 'folder',
      region: FRANKFURT,
      location: '/somewhere',
      timeCreated: timeOf(1),
    });
    catalog.workRequests.insert({
      id: sampleOcid('workrequest'),
      operationType: 'BACKUP_VAULT',
      operation: 'vault.backup',
      status: 'SUCCEEDED',
      compartmentId,
      percentComplete: 100,
      timeAccepted: timeOf(1),
      timeFinished: timeOf(2),
      intent: {},
    });
    const statements = ['Allow group Nobody to read keys in tenancy'];
    const policy = { name: 'sample', nameKey: 'sample', description: '', statements, isImmutable: false };
    const times = { timeCreated: timeOf(1), timeModified: timeOf(1) };
    catalog.policies.insert({ ...policy, ...times, id: sampleOcid('policy'), compartmentId });
    catalog.approvals.insert({
      id: sampleOcid('approval'),
      operation: 'vault.restore',
      planHash: 'd'.repeat(64),
      summary: 'It.',
      compartmentId,
      requestedBy: 'officer',
      timeRequested: timeOf(1),
      timeExpires: timeOf(2),
      state: 'REQUESTED',
    });
  });
  return made;
}

/** Where any sample would fit the request, but not the home. */
const THERE: Readonly<Record<string, unknown>> = {
  bucketName: 'plain-name',
  destinationBucket: 'plain-name',
  compartmentId: sampleOcid('compartment'),
  parentId: sampleOcid('compartment'),
  backupLocation: { destination: 'OFFLINE_FILE', file: '/somewhere/a file' },
};

function sampleRequest({ name, request }: Operation): unknown {
  const fields = fieldsOf(request).map(([field, schema]) => [
    field,
    THERE[field] ?? sampleValue(field, schema),
  ]);
  const parsed = contract[name as OperationName].request.safeParse(Object.fromEntries(fields));
  return parsed.success ? parsed.data : {};
}

function isOfWorkRequest(name: string): boolean {
  return name.startsWith('work-request.') && name !== 'work-request.list';
}

/** @returns undefined where what the request names is not in the home: that is refused too. */
function ruleFor({ catalog }: AccessHome, operation: Operation): AccessRule | undefined {
  const rule = accessRules[operation.name as OperationName] as (
    catalog: Catalog,
    request: unknown,
  ) => AccessRule;
  try {
    return rule(catalog, sampleRequest(operation));
  } catch (thrown) {
    if (thrown instanceof StrongroomError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

describe('rule R62: every call is decided', () => {
  it('every operation has a rule, and no rule is for what there is not', () => {
    expect(Object.keys(accessRules).sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it('what needs no permission is written down here', () => {
    const without = operations.filter(({ permission }) => permission === undefined);
    expect(without.map(({ name }) => name).sort()).toEqual(WITHOUT_PERMISSION);
  });

  it('every rule demands the permission of its operation, of administrators as of others', async () => {
    const made = home();
    const officer = await made.administrator();
    const clerk = await made.operator('clerk', 'Clerks');
    const decided: string[] = [];
    for (const operation of operations) {
      const { permission, name } = operation;
      if (permission === undefined) continue;
      expect(made.allowsAnywhere(officer, permission), name).toBe(true);
      expect(made.allowsAnywhere(clerk, permission), name).toBe(false);
      const rule = ruleFor(made, operation);
      if (rule === undefined || typeof rule === 'string') continue;
      decided.push(name);
      // A work request inherits the permission of the operation that made it, as in the reference.
      expect(
        rule.map((demand) => demand.permission),
        name,
      ).toContain(isOfWorkRequest(name) ? contract['vault.backup'].permission : permission);
      for (const demand of rule) {
        expect(made.catalog.compartments.get(demand.target.compartmentId), name).toBeDefined();
        expect(made.access.decide(officer, demand, name).isAllowed, name).toBe(true);
        expect(made.access.decide(clerk, demand, name).isAllowed, name).toBe(false);
      }
    }
    // Operations whose samples lead to a demand: if this falls, the fixture no longer fits the rules.
    expect(decided.length).toBeGreaterThan(50);
    for (const name of ['vault.backup', 'key.create', 'policy.update', 'object.copy'])
      expect(decided).toContain(name);
  });

  it('what is about a compartment is decided in that compartment, not in the tenancy', async () => {
    const made = home();
    const clerk = await made.operator('clerk', 'Clerks');
    made.policy('Allow any-user to manage all-resources in compartment Payments');
    for (const [name, expected] of [
      ['vault.backup', true],
      ['key.backup', true],
      ['policy.update', true],
      ['approval.grant', true],
      ['operator.create', false],
      ['group.add-member', false],
      ['realm.get', false],
      ['region.detach', false],
    ] as const) {
      const rule = ruleFor(made, contract[name]);
      if (rule === undefined || typeof rule === 'string') throw new Error(`no demand for ${name}`);
      expect(
        rule.every((demand) => made.access.decide(clerk, demand).isAllowed),
        name,
      ).toBe(expected);
    }
  });

  it('policy check asks about every permission that a rule may demand', () => {
    const made = home();
    for (const operation of operations) {
      const rule = ruleFor(made, operation);
      if (rule === undefined || typeof rule === 'string' || isOfWorkRequest(operation.name)) continue;
      const demanded = new Set(rule.map(({ permission }) => permission));
      const known = [operation.permission, ...(FURTHER_PERMISSIONS[operation.name] ?? [])];
      expect(known, operation.name).toEqual(expect.arrayContaining([...demanded]));
    }
  });
});
