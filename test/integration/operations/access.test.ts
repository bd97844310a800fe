import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Strongroom } from '../../../main/strongroom.ts';
import { contract } from '../../../shared/contract/contract.ts';
import type { OperationName, RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { OFFICER } from '../../support/operators.ts';
import { fieldsOf, sampleValue } from '../../support/request-samples.ts';
import { openHome, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

let regions: TwoRegions;
let vault: ResponseOf<'vault.create'>;
let key: ResponseOf<'key.create'>;

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vault = await regions.makeVault();
  key = await regions.makeKey(vault.id, 'Cards', { algorithm: 'AES', length: 32 });
  for (const operatorName of ['clerk', 'keeper']) await call('operator.create', { operatorName });
  for (const groupName of ['Clerks', 'Keepers']) await call('group.create', { groupName });
  await call('group.add-member', { groupName: 'Clerks', operatorName: 'clerk' });
  await call('group.add-member', { groupName: 'Keepers', operatorName: 'keeper' });
}, 60_000);

afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

afterEach(async () => {
  await regions.strongroom.signIn(OFFICER);
});

function call<Name extends OperationName>(
  name: Name,
  request: RequestInput<Name>,
): Promise<ResponseOf<Name>> {
  return regions.call(name, request);
}

/** The call as another operator. */
async function as<Name extends OperationName>(
  operatorName: string,
  name: Name,
  request: RequestInput<Name>,
): Promise<ResponseOf<Name>> {
  await regions.strongroom.signIn(operatorName);
  return call(name, request);
}

async function reasonOf(calling: Promise<unknown>): Promise<string | undefined> {
  const thrown: unknown = await calling.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return (thrown as { reason?: string } | undefined)?.reason;
}

const policyNamed = async (name: string) => {
  const policy = (await call('policy.list', {})).data.find((one) => one.name === name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
};

describe('rule R62: the first operator', () => {
  it('is the administrator of a new home', async () => {
    expect((await call('group.get', { groupName: 'administrators' })).members).toEqual([OFFICER]);
    expect(await policyNamed('Administrators')).toMatchObject({
      statements: ['Allow group Administrators to manage all-resources in tenancy'],
      isImmutable: true,
    });
    expect(regions.strongroom.operator?.name).toBe(OFFICER);
  });

  it('is named by whoever sets a home up, before a token is touched, and by nobody else', async () => {
    await using fresh = await openHome(regions.path('fresh'), [regions.zrh]);
    const attach = { region: ZRH, ...tokenFields(regions.zrh), module: '/nonexistent' };
    const missing = await fresh.call('region.attach', attach).catch((thrown: unknown) => thrown);
    expect(missing).toMatchObject({ code: 'MissingParameter', reason: 'AdministratorMissing' });
    expect(await reasonOf(call('region.attach', { ...attach, administrator: 'second' }))).toBe(
      'AdministratorExists',
    );
  });

  it('is asked for a passphrase before the token’s PIN: one that will not do leaves the token alone', async () => {
    const asked: string[] = [];
    await using fresh = await Strongroom.open({
      home: regions.path('hasty'),
      program: 'test',
      environment: regions.zrh.environment,
      pins: () => {
        asked.push('PIN');
        return { kind: 'file', path: regions.zrh.pinFile };
      },
      passphrases: ({ operatorName, isNew }) => {
        asked.push(`${isNew ? 'new ' : ''}passphrase of ${operatorName}`);
        return Promise.resolve('too short');
      },
    });
    const attach = { region: ZRH, ...tokenFields(regions.zrh), administrator: OFFICER };
    expect(await reasonOf(fresh.call('region.attach', attach))).toBe('PassphraseUnfit');
    expect(asked).toEqual([`new passphrase of ${OFFICER}`]);
    expect(fresh.hasOperators).toBe(false);
  });

  it('is not made where the token cannot be bound', async () => {
    await using fresh = await openHome(regions.path('unbound'), [
      { ...regions.zrh, pinFile: '/nonexistent' },
    ]);
    const attach = { region: ZRH, ...tokenFields(regions.zrh), administrator: OFFICER };
    await expect(fresh.call('region.attach', attach)).rejects.toThrow();
    expect(fresh.hasOperators).toBe(false);
  });
});

describe('rule R62: every call is decided before anything else', () => {
  const operations = Object.values<Operation>(contract).filter(({ permission }) => permission !== undefined);
  const sampleRequest = ({ request }: Operation) =>
    Object.fromEntries(
      fieldsOf(request).map(([field, schema]) => [
        field,
        field === 'backupLocation' ? { destination: 'OFFLINE_FILE', file: '/x' } : sampleValue(field, schema),
      ]),
    ) as RequestInput<OperationName>;

  it('without a signed-in operator no operation that needs a permission goes ahead', async () => {
    regions.strongroom.signOut();
    for (const operation of operations) {
      const reason = await reasonOf(call(operation.name as OperationName, sampleRequest(operation)));
      expect(reason, operation.name).toBe('SignInNeeded');
    }
  });

  it('without a policy none goes ahead either, and the refusal names the permission', async () => {
    await regions.strongroom.signIn('clerk');
    for (const operation of operations) {
      const thrown = await call(operation.name as OperationName, sampleRequest(operation)).catch(
        (failure: unknown) => failure,
      );
      expect(thrown, operation.name).toMatchObject({
        code: 'NotAuthorized',
        reason: 'NotAuthorizedByPolicy',
        message: expect.stringContaining(operation.permission ?? '') as string,
      });
    }
  });

  it('a policy lets its group do what it says, in its compartment, and nothing else', async () => {
    const { id } = await call('policy.create', {
      policyName: 'backups',
      statements: [
        "Allow group Clerks to manage vaults in compartment Payments where any {request.permission='VAULT_INSPECT', request.permission='VAULT_READ', request.permission='VAULT_BACKUP'}",
      ],
    });
    const backupLocation = { destination: 'OFFLINE_FILE', file: regions.path('by-clerk') } as const;
    await as('clerk', 'vault.backup', { vaultId: vault.id, backupLocation });
    const refused = await call('key.disable', { keyId: key.id }).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({
      reason: 'NotAuthorizedByPolicy',
      message: expect.stringContaining('KEY_UPDATE') as string,
    });
    expect(await reasonOf(call('vault.list', {}))).toBe('NotAuthorizedByPolicy');
    const { compartmentId } = vault;
    expect((await call('vault.list', { compartmentId })).data.map((one) => one.id)).toEqual([vault.id]);
    expect(await reasonOf(as('keeper', 'vault.backup', { vaultId: vault.id, backupLocation }))).toBe(
      'NotAuthorizedByPolicy',
    );
    await as(OFFICER, 'policy.delete', { policyId: id });
    expect(await reasonOf(as('clerk', 'vault.get', { vaultId: vault.id }))).toBe('NotAuthorizedByPolicy');
  });
});

describe('rule R62: the last administrator', () => {
  it('stays, in whichever way one tries', async () => {
    const { id: policyId } = await policyNamed('Administrators');
    const groupName = 'Administrators';
    expect(await reasonOf(call('operator.delete', { operatorName: OFFICER }))).toBe('LastAdministrator');
    expect(await reasonOf(call('group.remove-member', { groupName, operatorName: OFFICER }))).toBe(
      'LastAdministrator',
    );
    expect(await reasonOf(call('group.delete', { groupName }))).toBe('Immutable');
    expect(await reasonOf(call('policy.delete', { policyId }))).toBe('Immutable');
    const statements = ['Allow group Clerks to read keys in tenancy'];
    expect(await reasonOf(call('policy.update', { policyId, statements }))).toBe('Immutable');
    expect(await reasonOf(call('policy.update', { policyId, description: 'x' }))).toBe('Immutable');
    expect((await call('group.get', { groupName })).members).toEqual([OFFICER]);
    await call('policy.list', {});
  });

  it('may go once there is another', async () => {
    const groupName = 'Administrators';
    await call('operator.create', { operatorName: 'second' });
    await call('group.add-member', { groupName, operatorName: 'second' });
    await as('second', 'group.remove-member', { groupName, operatorName: OFFICER });
    expect(await reasonOf(as(OFFICER, 'policy.list', {}))).toBe('NotAuthorizedByPolicy');
    await as('second', 'group.add-member', { groupName, operatorName: OFFICER });
    await as(OFFICER, 'operator.delete', { operatorName: 'second' });
    expect((await call('group.get', { groupName })).members).toEqual([OFFICER]);
    expect(await reasonOf(regions.strongroom.signIn('second'))).toBe('SignInFailed');
  });

  it('who may manage groups and operators cannot become one, nor get the passphrase of one', async () => {
    await call('policy.create', {
      policyName: 'keepers',
      statements: [
        'Allow group Keepers to manage groups in tenancy',
        'Allow group Keepers to manage operators in tenancy',
      ],
    });
    const groupName = 'Administrators';
    const mine = { groupName, operatorName: 'keeper' };
    expect(await reasonOf(as('keeper', 'group.add-member', mine))).toBe('AdministratorsOnly');
    expect(await reasonOf(call('group.remove-member', { groupName, operatorName: OFFICER }))).toBe(
      'AdministratorsOnly',
    );
    expect(await reasonOf(call('operator.update', { operatorName: OFFICER }))).toBe('AdministratorsOnly');
    expect(await reasonOf(call('operator.delete', { operatorName: OFFICER }))).toBe('AdministratorsOnly');
    await call('operator.create', { operatorName: 'temporary' });
    await call('group.add-member', { groupName: 'Clerks', operatorName: 'temporary' });
    await call('operator.delete', { operatorName: 'temporary' });
    expect((await call('group.get', { groupName: 'Clerks' })).members).toEqual(['clerk']);
  });
});

describe('operators, groups and policies', () => {
  it('rule R62: an operator’s own passphrase, from a file, is changed by that operator alone', async () => {
    const file = regions.path('new-passphrase');
    writeFileSync(file, 'another good passphrase\n', { mode: 0o600 });
    const changed = await as('clerk', 'operator.change-passphrase', { newPassphraseFile: file });
    expect(changed).toMatchObject({ name: 'clerk', groups: ['Clerks'] });
    expect(await reasonOf(regions.strongroom.signIn('clerk'))).toBe('SignInFailed');
    expect(await reasonOf(call('operator.change-passphrase', {}))).toBe('SignInNeeded');
    // The officer gives the old one back.
    const before = await as(OFFICER, 'operator.get', { operatorName: 'clerk' });
    const after = await call('operator.update', { operatorName: 'clerk', ifMatch: before.etag });
    expect(after.etag).not.toBe(before.etag);
    expect(await reasonOf(call('operator.update', { operatorName: 'clerk', ifMatch: before.etag }))).toBe(
      'EtagDiffers',
    );
    await regions.strongroom.signIn('clerk');
    // Signing in changes nothing that an etag guards.
    expect((await as(OFFICER, 'operator.get', { operatorName: 'clerk' })).etag).toBe(after.etag);
  });

  it('rule R60: stale changes are refused, and change nothing', async () => {
    const group = await call('group.get', { groupName: 'Clerks' });
    const changed = await call('group.update', {
      groupName: 'Clerks',
      description: 'At the desk',
      ifMatch: group.etag,
    });
    expect(changed.description).toBe('At the desk');
    const stale = { groupName: 'Clerks', ifMatch: group.etag };
    expect(await reasonOf(call('group.update', { ...stale, description: 'x' }))).toBe('EtagDiffers');
    expect(await reasonOf(call('group.delete', stale))).toBe('EtagDiffers');
    const statements = ['Allow group Clerks to read keys in tenancy'];
    const policy = await call('policy.create', { policyName: 'stale', statements });
    const policyId = policy.id;
    await call('policy.update', { policyId, description: 'x', ifMatch: policy.etag });
    expect(await reasonOf(call('policy.update', { policyId, description: 'y', ifMatch: policy.etag }))).toBe(
      'EtagDiffers',
    );
    expect(await reasonOf(call('policy.delete', { policyId, ifMatch: policy.etag }))).toBe('EtagDiffers');
    expect((await call('policy.get', { policyId })).description).toBe('x');
    await call('policy.delete', { policyId });
  });

  it('rule R74: names are taken whatever their case, and those that will not do are refused', async () => {
    expect(await reasonOf(call('operator.create', { operatorName: 'CLERK' }))).toBe('NameTaken');
    expect(await reasonOf(call('group.create', { groupName: 'clerks' }))).toBe('NameTaken');
    const statements = ['Allow group Clerks to read keys in tenancy'];
    expect(await reasonOf(call('policy.create', { policyName: 'ADMINISTRATORS', statements }))).toBe(
      'NameTaken',
    );
    for (const operatorName of ['', 'a b', "o'neill", key.id.slice(0, 90), '-x', 'x\u200b']) {
      await expect(call('operator.create', { operatorName })).rejects.toMatchObject({ status: 400 });
    }
    const missing = { groupName: 'Clerks', operatorName: 'nobody' };
    expect(await reasonOf(call('group.add-member', missing))).toBe('NotInCatalog');
    expect(await reasonOf(call('group.remove-member', { ...missing, operatorName: 'keeper' }))).toBe(
      'NotAMember',
    );
  });

  it('rule R62: each flaw of a policy is named with its statement and character', async () => {
    const statements = [
      'Allow group Clerks to read keys in tenancy',
      'Allow group Clerks to mange keys in tenancy',
      'Allow group Clerks to read keys in tenancy where request.regoin = 1',
    ];
    const error = await call('policy.create', { policyName: 'flawed', statements }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'InvalidParameter', reason: 'PolicySyntax' });
    expect((error as Error).message).toContain(
      'statement 2, character 23: There is no verb mange; did you mean manage?',
    );
    expect((error as Error).message).toContain(
      'statement 3, character 50: There is no variable request.regoin',
    );
    expect((error as Error).message).not.toContain('statement 1');
    const { compartmentId } = vault;
    const wide = { policyName: 'wide', compartmentId, statements: statements.slice(0, 1) };
    expect(await reasonOf(call('policy.create', wide))).toBe('PolicyLocation');
    expect((await call('policy.list', {})).data.map((one) => one.name)).not.toContain('wide');
  });

  it('a policy about what is not here yet is taken, with a warning', async () => {
    const { id, warnings } = await call('policy.create', {
      policyName: 'early',
      statements: [
        'Allow group Clerks, Others to read keys in compartment Payments',
        'Allow group Clerks to read keys in compartment Treasury',
      ],
    });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('Statement 1 names the group Others');
    expect(warnings[1]).toContain('Statement 2 names the compartment Treasury');
    await call('policy.delete', { policyId: id });
  });
});

describe('rule R62: policy check', () => {
  it('says which statement allows, or what came of each', async () => {
    const { id, name } = await call('policy.create', {
      policyName: 'checked',
      statements: [
        'Allow group Keepers to read keys in compartment Payments',
        `Allow group Clerks to read keys in tenancy where target.vault.id = '${vault.id}'`,
        'Allow group Clerks to read vaults in tenancy',
      ],
    });
    const asked = { operatorName: 'clerk', operationName: 'key.get', keyId: key.id };
    const allowed = await call('policy.check', asked);
    expect(allowed.isAllowed).toBe(true);
    expect(allowed.decisions[0]?.because).toContain(`Statement 2 of policy ${name}`);
    const { vaultId: _vaultId, ...outside } = { ...asked, vaultId: vault.id, keyId: undefined };
    const denied = await call('policy.check', { ...outside, compartmentId: vault.compartmentId });
    expect(denied.isAllowed).toBe(false);
    const outcomes = denied.decisions[0]?.statements.filter(({ policyName }) => policyName === name);
    expect(outcomes?.map(({ statementNumber, outcome }) => [statementNumber, outcome])).toEqual([
      [1, 'is for others'],
      [2, 'its condition does not hold'],
    ]);
    // Of themselves everybody may know; of others, who may see policies.
    const own = await as('clerk', 'policy.check', { permission: 'KEY_READ', keyId: key.id });
    expect([own.operatorName, own.isAllowed]).toEqual(['clerk', true]);
    expect(await reasonOf(call('policy.check', { operatorName: 'keeper', permission: 'KEY_READ' }))).toBe(
      'NotAuthorizedByPolicy',
    );
    const both = await as(OFFICER, 'policy.check', { operationName: 'key.create', vaultId: vault.id });
    expect(both.decisions.map(({ permission }) => permission)).toEqual(['KEY_CREATE', 'VAULT_CREATE_KEY']);
    expect(await reasonOf(call('policy.check', {}))).toBe('CheckOfWhat');
    expect(await reasonOf(call('policy.check', { operationName: 'vault.destroy' }))).toBe('CheckOfWhat');
    await call('policy.delete', { policyId: id });
  });
});

describe('rule R41: policies after a restore in another region', () => {
  it('what names an old OCID is listed with its new text, and written in one call', async () => {
    const mine = `Allow group Clerks to read keys in compartment Payments where target.key.id = '${key.id}'`;
    const not = `Allow group Keepers to read keys in compartment Payments where target.vault.id != '${vault.id}'`;
    const { id: policyId } = await call('policy.create', { policyName: 'regional', statements: [mine, not] });
    expect((await call('policy.proposals', {})).data).toEqual([]);
    const file = regions.path('for-zurich');
    const backupLocation = { destination: 'OFFLINE_FILE', file } as const;
    await call('vault.backup', { vaultId: vault.id, backupLocation });
    const restored = await call('vault.restore', { backupLocation, region: ZRH });
    const [newKey] = (await call('key.list', { vaultId: restored.vault.id })).data;
    if (newKey === undefined) throw new Error('no key was restored');
    expect(await reasonOf(as('clerk', 'key.get', { keyId: newKey.id }))).toBe('NotAuthorizedByPolicy');

    const proposals = await as(OFFICER, 'policy.proposals', {});
    expect(proposals.data).toMatchObject([
      {
        policyId,
        statement: mine,
        proposedStatement: mine.replace(key.id, newKey.id),
        change: 'ADD',
        region: ZRH,
      },
      { policyId, statement: not, change: 'REPLACE', region: ZRH },
    ]);
    expect(await reasonOf(call('policy.apply-proposals', { ifMatch: 'stale' }))).toBe('EtagDiffers');
    const applied = await call('policy.apply-proposals', { ifMatch: proposals.etag });
    expect(applied.changeCount).toBe(2);
    expect(applied.policies.map((policy) => policy.statements)).toEqual([
      [
        mine,
        mine.replace(key.id, newKey.id),
        not.replace(
          `target.vault.id != '${vault.id}'`,
          `all {target.vault.id != '${vault.id}', target.vault.id != '${restored.vault.id}'}`,
        ),
      ],
    ]);
    expect((await call('policy.proposals', {})).data).toEqual([]);
    expect((await as('clerk', 'key.get', { keyId: newKey.id })).id).toBe(newKey.id);
    expect((await call('key.get', { keyId: key.id })).id).toBe(key.id);
    expect(await reasonOf(as('keeper', 'key.get', { keyId: newKey.id }))).toBe('NotAuthorizedByPolicy');
  });

  it('only who may change the policies writes the proposals', async () => {
    expect(await reasonOf(as('clerk', 'policy.apply-proposals', {}))).toBe('NotAuthorizedByPolicy');
  });
});
