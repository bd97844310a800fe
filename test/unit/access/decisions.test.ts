import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  PERMISSIONS_BY_RESOURCE_TYPE,
  POLICY_VERBS,
  RESOURCE_FAMILIES,
  RESOURCE_TYPES,
} from '../../../shared/domain/permission.ts';
import type { Permission } from '../../../shared/domain/permission.ts';
import { POLICY_VARIABLES } from '../../../shared/domain/policy-statement.ts';
import { AccessHome, TENANCY } from '../../support/access-fixture.ts';
import { ocidOf } from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

const FRA = 'eu-frankfurt-1';

describe('rule R62: what statements give', () => {
  it('nothing without a statement, everything to administrators', async () => {
    const home = new AccessHome();
    const officer = await home.administrator();
    const clerk = await home.operator('clerk', 'Clerks');
    for (const permission of PERMISSIONS) {
      expect(home.allows(officer, permission)).toBe(true);
      expect(home.allows(clerk, permission)).toBe(false);
      expect(home.allowsAnywhere(clerk, permission)).toBe(false);
    }
  });

  it('each verb takes in the ones before it, on its resource type and on no other', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    for (const type of RESOURCE_TYPES) {
      for (const [index, verb] of POLICY_VERBS.entries()) {
        const policyId = home.policy(`Allow any-user to ${verb} ${type} in tenancy`);
        const given = PERMISSIONS.filter((permission) => home.allows(clerk, permission));
        home.catalog.policies.delete(policyId);
        const row = PERMISSIONS_BY_RESOURCE_TYPE[type];
        expect(given).toEqual(POLICY_VERBS.slice(0, index + 1).flatMap((one) => [...row[one]]));
      }
    }
  }, 20_000);

  it('families are their resource types together', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    for (const [family, types] of Object.entries(RESOURCE_FAMILIES)) {
      const policyId = home.policy(`Allow any-user to manage ${family} in tenancy`);
      const expected = types.flatMap((type) =>
        POLICY_VERBS.flatMap((verb) => [
          ...(PERMISSIONS_BY_RESOURCE_TYPE[type][verb] as readonly Permission[]),
        ]),
      );
      expect(PERMISSIONS.filter((permission) => home.allows(clerk, permission))).toEqual(expected);
      home.catalog.policies.delete(policyId);
    }
  });

  it('a set of permissions is these and no others', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    home.policy('Allow any-user to {KEY_BACKUP, VAULT_READ} in tenancy');
    expect(PERMISSIONS.filter((permission) => home.allows(clerk, permission))).toEqual([
      'VAULT_READ',
      'KEY_BACKUP',
    ]);
  });

  it("the reference's backup operator may look and back up, and nothing else", async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk', 'BackupOperators');
    const compartmentId = home.compartment('Payments');
    home.policy(
      "Allow group BackupOperators to manage vaults in compartment Payments where any {request.permission='VAULT_INSPECT', request.permission='VAULT_READ', request.permission='VAULT_BACKUP'}",
    );
    expect(PERMISSIONS.filter((permission) => home.allows(clerk, permission, { compartmentId }))).toEqual([
      'VAULT_INSPECT',
      'VAULT_READ',
      'VAULT_BACKUP',
    ]);
    expect(home.allows(clerk, 'VAULT_BACKUP')).toBe(false);
  });
});

describe('rule R62: whom statements are for', () => {
  it.each([
    ['any-user', true, true, true],
    ['any-group', true, true, false],
    ['group Officers', true, false, false],
    ['group officers, CLERKS', true, true, false],
    ['group Nobody', false, false, false],
  ])('%s', async (subject, officer, clerk, loner) => {
    const home = new AccessHome();
    home.policy(`Allow ${subject} to read keys in tenancy`);
    expect(home.allows(await home.operator('o', 'Officers'), 'KEY_READ')).toBe(officer);
    expect(home.allows(await home.operator('c', 'Clerks'), 'KEY_READ')).toBe(clerk);
    expect(home.allows(await home.operator('l'), 'KEY_READ')).toBe(loner);
  });

  it('groups by OCID', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk', 'Clerks');
    const other = await home.operator('other', 'Others');
    home.policy(`Allow group id ${home.group('Clerks')} to read keys in tenancy`);
    expect([home.allows(clerk, 'KEY_READ'), home.allows(other, 'KEY_READ')]).toEqual([true, false]);
  });

  it('who was deleted is nobody, also for any-user', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    home.policy('Allow any-user to read keys in tenancy');
    home.catalog.operators.delete(clerk.id);
    const demand = { permission: 'KEY_READ', target: { compartmentId: TENANCY } } as const;
    const error = errorOf(() => {
      home.access.require(clerk, [demand]);
    });
    expect([error.code, error.reason]).toEqual(['NotAuthenticated', 'SignInNeeded']);
    expect(errorOf(() => home.access.requireAnywhere(undefined, 'KEY_READ')).reason).toBe('SignInNeeded');
  });
});

describe('rule R62: where statements hold', () => {
  async function tree() {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    const payments = home.compartment('Payments');
    const cards = home.compartment('Cards', payments);
    const visa = home.compartment('Visa', cards);
    const staff = home.compartment('Staff');
    const places = { tenancy: TENANCY, payments, cards, visa, staff };
    const where = (): string[] =>
      Object.entries(places)
        .filter(([, compartmentId]) => home.allows(clerk, 'KEY_READ', { compartmentId }))
        .map(([name]) => name);
    return { home, places, where };
  }

  it.each([
    ['tenancy', 'tenancy', ['tenancy', 'payments', 'cards', 'visa', 'staff']],
    ['tenancy', 'compartment Payments', ['payments', 'cards', 'visa']],
    ['tenancy', 'compartment PAYMENTS:cards', ['cards', 'visa']],
    ['tenancy', 'compartment Payments:Cards:Visa', ['visa']],
    ['tenancy', 'compartment Cards', []],
    ['tenancy', 'compartment Payments:Visa', []],
    ['tenancy', 'compartment Acme', []],
    ['tenancy', 'compartment Acme:Payments', []],
    ['payments', 'tenancy', []],
    ['payments', 'compartment Payments', ['payments', 'cards', 'visa']],
    ['payments', 'compartment Cards', ['cards', 'visa']],
    ['payments', 'compartment Cards:Visa', ['visa']],
    ['payments', 'compartment Payments:Cards', ['cards', 'visa']],
    ['payments', 'compartment Staff', []],
    ['cards', 'compartment Payments', []],
  ] as const)('a policy in %s that says: in %s', async (attached, location, expected) => {
    const { home, places, where } = await tree();
    home.policy(`Allow any-user to read keys in ${location}`, places[attached]);
    expect(where()).toEqual(expected);
  });

  it.each([
    ['tenancy', 'cards', ['cards', 'visa']],
    ['payments', 'payments', ['payments', 'cards', 'visa']],
    ['payments', 'cards', ['cards', 'visa']],
    ['payments', 'staff', []],
    ['payments', 'tenancy', []],
    ['tenancy', 'tenancy', ['tenancy', 'payments', 'cards', 'visa', 'staff']],
  ] as const)('a policy in %s that names the OCID of %s', async (attached, named, expected) => {
    const { home, places, where } = await tree();
    home.policy(`Allow any-user to read keys in compartment id ${places[named]}`, places[attached]);
    expect(where()).toEqual(expected);
  });

  it('rule R40: a compartment that the home does not know yet is the tenancy’s child', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk', 'Clerks');
    const compartmentId = ocidOf('compartment', 'in a backup only');
    home.policy('Allow any-user to {KEY_READ} in tenancy');
    home.policy(`Allow any-user to {KEY_BACKUP} in compartment id ${compartmentId}`);
    home.policy(`Allow any-user to {KEY_RESTORE} in compartment id ${home.compartment('Payments')}`);
    const allowed = (permission: Permission) => home.allows(clerk, permission, { compartmentId });
    expect([allowed('KEY_READ'), allowed('KEY_BACKUP'), allowed('KEY_RESTORE')]).toEqual([true, true, false]);
    const demand = { permission: 'KEY_RESTORE', target: { compartmentId } } as const;
    const error = errorOf(() => home.access.require(clerk, [demand]));
    expect(error.message).toContain(`compartment ${compartmentId}`);
    expect(error.next).toContain(`Allow group Clerks to {KEY_RESTORE} in compartment id ${compartmentId}`);
  });
});

describe('rule R62: conditions', () => {
  const vaultId = ocidOf('vault', 'v');
  const keyId = ocidOf('key', 'k');
  const target = { vaultId, keyId, bucketName: 'Archive', objectName: 'pay.backup', region: FRA };

  async function holds(condition: string, change: object = {}): Promise<boolean> {
    const home = new AccessHome();
    const clerk = await home.operator('Clerk', 'Clerks');
    const compartmentId = home.compartment('Payments');
    const filled = condition
      .replace('USER', clerk.id)
      .replace('GROUP', home.group('Clerks'))
      .replace('COMPARTMENT', compartmentId);
    home.policy(`Allow any-user to manage all-resources in tenancy where ${filled}`);
    const about = { ...target, compartmentId, workRequestType: 'COPY_OBJECT', ...change };
    return home.allows(clerk, 'KEY_BACKUP', about, 'key.backup');
  }

  it.each([
    ['request.user.id', 'USER'],
    ['request.user.name', 'clerk'],
    ['request.groups.id', 'GROUP'],
    ['request.permission', 'key_backup'],
    ['request.operation', 'key.backup'],
    ['request.region', FRA],
    ['request.region', 'fra'],
    ['request.utc-timestamp', '2026-11-01T00:16:40.000Z'],
    ['target.compartment.id', 'COMPARTMENT'],
    ['target.compartment.name', 'payments'],
    ['target.vault.id', vaultId],
    ['target.key.id', keyId],
    ['target.bucket.name', 'archive'],
    ['target.object.name', 'PAY.BACKUP'],
    ['target.workrequest.type', 'copy_object'],
  ])('%s = %s', async (variable, value) => {
    expect(await holds(`${variable} = '${value}'`)).toBe(true);
    expect(await holds(`${variable} != '${value}'`)).toBe(false);
    expect(await holds(`${variable} = 'another'`)).toBe(false);
    expect(await holds(`${variable} != 'another'`)).toBe(true);
  });

  it('every variable of the language is tried above', async () => {
    for (const variable of POLICY_VARIABLES) expect(await holds(`${variable} != 'x'`)).toBe(true);
  });

  it.each([
    ['target.vault.id', 'vaultId'],
    ['target.key.id', 'keyId'],
    ['target.bucket.name', 'bucketName'],
    ['target.object.name', 'objectName'],
    ['target.workrequest.type', 'workRequestType'],
    ['request.region', 'region'],
  ])('%s makes its condition false where it does not apply, also for !=', async (variable, field) => {
    expect(await holds(`${variable} = 'x'`, { [field]: undefined })).toBe(false);
    expect(await holds(`${variable} != 'x'`, { [field]: undefined })).toBe(false);
    expect(
      await holds(`any {${variable} != 'x', request.permission = 'KEY_BACKUP'}`, { [field]: undefined }),
    ).toBe(true);
    expect(
      await holds(`all {${variable} != 'x', request.permission = 'KEY_BACKUP'}`, { [field]: undefined }),
    ).toBe(false);
  });

  it.each([
    ['/arc*/', true],
    ['/*IVE/', true],
    ['/*chi*/', true],
    ['/*arc/', false],
    ['/ive*/', false],
    ['/*x*/', false],
  ])('the pattern %s', async (pattern, expected) => {
    expect(await holds(`target.bucket.name = ${pattern}`)).toBe(expected);
    expect(await holds(`target.bucket.name != ${pattern}`)).toBe(!expected);
  });

  it('any and all, in each other', async () => {
    const [yes, no] = ["request.user.name = 'clerk'", "request.user.name = 'other'"];
    expect(await holds(`any {${no}, ${yes}}`)).toBe(true);
    expect(await holds(`any {${no}, ${no}}`)).toBe(false);
    expect(await holds(`all {${yes}, ${yes}}`)).toBe(true);
    expect(await holds(`all {${yes}, ${no}}`)).toBe(false);
    expect(await holds(`all {${yes}, any {${no}, all {${yes}}}}`)).toBe(true);
    expect(await holds(`any {${no}, all {${yes}, any {${no}}}}`)).toBe(false);
  });

  it('!= with several groups means none of them', async () => {
    const home = new AccessHome();
    const both = await home.operator('both', 'A', 'B');
    const one = await home.operator('one', 'A');
    const none = await home.operator('none');
    home.policy(`Allow any-user to read keys in tenancy where request.groups.id != '${home.group('B')}'`);
    expect([both, one, none].map((operator) => home.allows(operator, 'KEY_READ'))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('rule R62: anywhere', () => {
  it('a permission on one vault only is a permission somewhere; one for others is not', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    home.policy(
      `Allow any-user to {KEY_BACKUP} in compartment Nowhere where all {target.vault.id = 'x', request.region = 'FRA', request.user.name = 'clerk'}`,
    );
    home.policy(`Allow any-user to {KEY_READ} in tenancy where request.user.name != 'clerk'`);
    home.policy('Allow any-user to {KEY_SIGN} in tenancy', home.compartment('Payments'));
    expect(home.allowsAnywhere(clerk, 'KEY_BACKUP')).toBe(true);
    expect(home.allowsAnywhere(clerk, 'KEY_READ')).toBe(false);
    // The tenancy is not a compartment's to speak of.
    expect(home.allowsAnywhere(clerk, 'KEY_SIGN')).toBe(false);
    expect(home.allows(clerk, 'KEY_BACKUP')).toBe(false);
  });

  it('what is allowed on some target is allowed anywhere, whatever the statement', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk', 'Clerks');
    const compartmentId = home.compartment('Payments');
    const id = ocidOf('vault', 'v');
    fc.assert(
      fc.property(statementTexts(id), fc.constantFrom(TENANCY, compartmentId), (statement, attachedTo) => {
        const policyId = home.policy(statement, attachedTo);
        for (const permission of ['KEY_READ', 'KEY_BACKUP'] as const) {
          const isAllowed = home.allows(clerk, permission, { compartmentId, vaultId: id });
          if (isAllowed) expect(home.allowsAnywhere(clerk, permission)).toBe(true);
        }
        home.catalog.policies.delete(policyId);
      }),
    );
  });
});

describe('rule R62: refusals', () => {
  it('name the permission, the compartment, and the policy to ask for', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk', 'Clerks');
    const compartmentId = home.compartment('Card data', home.compartment('Payments'));
    const refused = (permission: Permission, target: { compartmentId: string }) =>
      errorOf(() => home.access.require(clerk, [{ permission, target }]));
    const error = refused('VAULT_BACKUP', { compartmentId });
    expect([error.code, error.status, error.reason]).toEqual(['NotAuthorized', 403, 'NotAuthorizedByPolicy']);
    for (const part of ['clerk', 'VAULT_BACKUP', 'Card data', compartmentId])
      expect(error.message).toContain(part);
    const wanted = "Allow group Clerks to {VAULT_BACKUP} in compartment Payments:'Card data'";
    expect(error.next).toContain(wanted);
    // What is asked for is what helps.
    home.policy(wanted);
    expect(home.allows(clerk, 'VAULT_BACKUP', { compartmentId })).toBe(true);
    expect(refused('KEY_READ', { compartmentId: TENANCY }).message).toContain(
      `the tenancy Acme (${TENANCY})`,
    );
    const loner = await home.operator('loner');
    const anywhere = errorOf(() => home.access.requireAnywhere(loner, 'VAULT_BACKUP'));
    expect(anywhere.message).toContain('VAULT_BACKUP in any compartment');
    // What is in no compartment is asked for where it can be given.
    const realm = errorOf(() => home.access.requireAnywhere(clerk, 'REALM_INSPECT'));
    expect(realm.next).toContain('Allow group Clerks to {REALM_INSPECT} in tenancy.');
    expect(anywhere.next).toContain('GROUP is a group that loner is then made a member of');
  });

  it('all demands must be met: the one that is not is named', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    home.policy('Allow any-user to {KEY_CREATE} in tenancy');
    const target = { compartmentId: TENANCY };
    const demands = [
      { permission: 'KEY_CREATE', target },
      { permission: 'VAULT_CREATE_KEY', target },
    ] as const;
    expect(errorOf(() => home.access.require(clerk, demands)).message).toContain('VAULT_CREATE_KEY');
    expect(() => home.access.require(clerk, [])).not.toThrow();
  });

  it('a statement that cannot be read allows nothing, and the others hold', async () => {
    const home = new AccessHome();
    const clerk = await home.operator('clerk');
    home.policy(['Allow any-user to manage everything in tenancy', 'Allow any-user to read keys in tenancy']);
    expect(home.allows(clerk, 'KEY_READ')).toBe(true);
    expect(home.allows(clerk, 'VAULT_READ')).toBe(false);
    const demand = { permission: 'VAULT_READ', target: { compartmentId: TENANCY } } as const;
    expect(home.access.explain(clerk, demand).map(({ verdict }) => verdict)).toEqual([
      'unreadable',
      'permission',
    ]);
  });
});

it('rule R62: adding a statement never takes a permission away', async () => {
  const home = new AccessHome();
  const clerk = await home.operator('clerk', 'Clerks');
  const compartmentId = home.compartment('Payments');
  const vaultId = ocidOf('vault', 'v');
  const given = (): string[] =>
    [TENANCY, compartmentId].flatMap((one) =>
      PERMISSIONS.filter((permission) => home.allows(clerk, permission, { compartmentId: one, vaultId })).map(
        (permission) => `${permission} in ${one}`,
      ),
    );
  fc.assert(
    fc.property(
      fc.array(statementTexts(vaultId), { maxLength: 3 }),
      statementTexts(vaultId),
      (some, more) => {
        const before = some.length === 0 ? undefined : home.policy(some);
        const had = given();
        const added = home.policy(more);
        expect(given()).toEqual(expect.arrayContaining(had));
        home.catalog.policies.delete(added);
        if (before !== undefined) home.catalog.policies.delete(before);
      },
    ),
    { numRuns: 25 },
  );
}, 20_000);

function statementTexts(vaultId: string): fc.Arbitrary<string> {
  const comparison = fc
    .tuple(
      fc.constantFrom('target.vault.id', 'request.permission', 'target.bucket.name', 'request.user.name'),
      fc.constantFrom('=', '!='),
      fc.constantFrom(`'${vaultId}'`, "'KEY_READ'", "'clerk'", '/*e*/', "'x'"),
    )
    .map((parts) => parts.join(' '));
  const condition = fc.oneof(
    fc.constant(''),
    comparison.map((one) => ` where ${one}`),
    fc
      .tuple(fc.constantFrom('any', 'all'), fc.array(comparison, { minLength: 1, maxLength: 3 }))
      .map(([kind, some]) => ` where ${kind} {${some.join(', ')}}`),
  );
  return fc
    .tuple(
      fc.constantFrom('any-user', 'any-group', 'group Clerks', 'group Others'),
      fc.constantFrom('inspect vaults', 'manage key-family', 'read all-resources', '{KEY_READ, KEY_BACKUP}'),
      fc.constantFrom('tenancy', 'compartment Payments', 'compartment Other'),
      condition,
    )
    .map(([subject, grant, location, where]) => `Allow ${subject} to ${grant} in ${location}${where}`);
}
