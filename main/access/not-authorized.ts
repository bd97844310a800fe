import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import { printPolicyStatement } from '../../shared/domain/policy-statement.ts';
import type { PolicyLocation } from '../../shared/domain/policy-statement.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { Place } from './judge-statement.ts';

/**
 * The refusal of a call: which permission, in which compartment, and the statement to ask an administrator for (rule R62).
 * @param line the compartment and its parents, itself first; empty: the permission is missing everywhere
 */
export function notAuthorized(
  catalog: Catalog,
  operator: Operator,
  permission: Permission,
  line: readonly Place[],
): StrongroomError {
  const [group] = catalog.groups.groupsOf(operator.id);
  const statement = printPolicyStatement({
    subject: { kind: 'group-names', names: [group?.name ?? 'GROUP'] },
    grant: { kind: 'permissions', permissions: [permission] },
    location: isOfTenancy(permission) ? { kind: 'tenancy' } : locationOf(line),
  });
  const membership =
    group === undefined ? `, where GROUP is a group that ${operator.name} is then made a member of` : '';
  return new StrongroomError(
    'NotAuthorized',
    `The operator ${operator.name} does not have the permission ${permission} in ${nameOf(line)}.`,
    `Ask an administrator for a policy like: ${statement}${membership}. policy check explains the decision.`,
    { reason: 'NotAuthorizedByPolicy' },
  );
}

/** Realm, operators, groups, limits and the audit log are in no compartment. */
function isOfTenancy(permission: Permission): boolean {
  return /^(?:REALM|OPERATOR|GROUP|LIMIT|AUDIT)_/.test(permission);
}

function nameOf(line: readonly Place[]): string {
  const [place] = line;
  if (place === undefined) return 'any compartment';
  const kind = line.length === 1 ? 'the tenancy' : 'compartment';
  return place.name === undefined ? `${kind} ${place.id}` : `${kind} ${place.name} (${place.id})`;
}

function locationOf(line: readonly Place[]): PolicyLocation {
  const [place] = line;
  if (place === undefined) return { kind: 'compartment-path', path: ['NAME'] };
  if (line.length === 1) return { kind: 'tenancy' };
  const path = line.slice(0, -1).flatMap(({ name }) => (name === undefined ? [] : [name]));
  // A compartment that this home does not know yet has no name here.
  if (path.length < line.length - 1) return { kind: 'compartment-id', id: place.id };
  return { kind: 'compartment-path', path: path.reverse() };
}
