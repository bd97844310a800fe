import { ADMINISTRATORS } from '../../shared/domain/group.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import { printPolicyStatement } from '../../shared/domain/policy-statement.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { GroupRecord } from '../catalog/group-store.ts';
import type { PolicyRecord } from '../catalog/policy-store.ts';

/**
 * A home is never without an administrator (rule R62): their group and its policy are made with the first operator and
 * stay; the group's last member stays too. The catalog's triggers hold to that as well.
 */
const ADMINISTRATORS_STATEMENT = printPolicyStatement({
  subject: { kind: 'group-names', names: [ADMINISTRATORS] },
  grant: { kind: 'verb', verb: 'manage', resource: 'all-resources' },
  location: { kind: 'tenancy' },
});

/** Makes the administrators' group and policy. Inside the transaction that makes the first operator. */
export function makeAdministrators(
  catalog: Catalog,
  options: { readonly groupId: string; readonly policyId: string; readonly time: string },
): GroupRecord {
  const common = {
    name: ADMINISTRATORS,
    nameKey: foldName(ADMINISTRATORS),
    isImmutable: true,
    timeCreated: options.time,
  };
  const group: GroupRecord = {
    ...common,
    id: options.groupId,
    description: 'May do everything. Made with the first operator.',
  };
  catalog.groups.insert(group);
  catalog.policies.insert({
    ...common,
    id: options.policyId,
    compartmentId: catalog.realm.require().tenancyId,
    description: 'Lets administrators do everything. Made with the first operator.',
    statements: [ADMINISTRATORS_STATEMENT],
    timeModified: options.time,
  });
  return group;
}

export function isAdministrator(catalog: Catalog, operatorId: string): boolean {
  return catalog.groups.groupsOf(operatorId).some((group) => group.isImmutable);
}

/** @throws StrongroomError NotAllowed, reason `LastAdministrator`, if nobody else is in the administrators' group */
export function requireAnotherAdministrator(catalog: Catalog, operator: Operator): void {
  const group = catalog.groups.groupsOf(operator.id).find((one) => one.isImmutable);
  if (group === undefined || catalog.groups.memberCount(group.id) > 1) return;
  throw new StrongroomError(
    'NotAllowed',
    `${operator.name} is the last administrator: without one nobody could manage this home again. Nothing was changed.`,
    `Put another operator into the group ${group.name} first (group add-member).`,
    { reason: 'LastAdministrator' },
  );
}

/**
 * Who becomes an administrator, who ceases to be one, and who gets the passphrase of one, is decided by administrators:
 * else whoever may manage groups or operators could make themselves one.
 * @throws StrongroomError NotAuthorized, reason `AdministratorsOnly`
 */
export function requireAdministrator(catalog: Catalog, caller: Operator | undefined, doing: string): void {
  if (caller !== undefined && isAdministrator(catalog, caller.id)) return;
  throw new StrongroomError(
    'NotAuthorized',
    `Only a member of the group ${ADMINISTRATORS} may ${doing}. Nothing was changed.`,
    'Ask an administrator to do it.',
    { reason: 'AdministratorsOnly' },
  );
}

/** @throws StrongroomError NotAllowed, reason `Immutable`, for the administrators' group and policy */
export function requireMutable(record: GroupRecord | PolicyRecord, noun: 'group' | 'policy'): void {
  if (!record.isImmutable) return;
  throw new StrongroomError(
    'NotAllowed',
    `The ${noun} ${record.name} stays as it is: without it nobody could manage this home. Nothing was changed.`,
    noun === 'group'
      ? 'Its members can change: group add-member, group remove-member.'
      : 'Who it is for can change: group add-member, group remove-member.',
    { reason: 'Immutable' },
  );
}
