import { foldName } from '../../shared/domain/operator.ts';
import type { Permission, PolicyVerb, ResourceType } from '../../shared/domain/permission.ts';
import {
  PERMISSIONS_BY_RESOURCE_TYPE,
  POLICY_VERBS,
  RESOURCE_TYPES,
} from '../../shared/domain/permission.ts';
import { resourceTypesOf } from '../../shared/domain/policy-statement.ts';
import type {
  PolicyCondition,
  PolicyGrant,
  PolicyLocation,
  PolicyStatement,
  PolicySubject,
  PolicyValue,
  PolicyVariable,
} from '../../shared/domain/policy-statement.ts';

/** A compartment; the name is missing where this home does not know it yet. */
export interface Place {
  readonly id: string;
  readonly name?: string;
}

/** One permission that somebody needs, and all that statements can be held against. */
export interface Question {
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly permission: Permission;
  /** The compartment that it is about and its parents up to the tenancy, itself first; `anywhere`: any of them. */
  readonly line: readonly Place[] | 'anywhere';
  readonly tenancyId: string;
  /** What a variable is; several values: it is each of them. Undefined: it does not apply to the request. */
  readonly variables: Readonly<Record<PolicyVariable, readonly string[] | undefined>>;
}

/** `allows`, or the first part of the statement that is about something else. */
export type Verdict = 'allows' | 'subject' | 'permission' | 'location' | 'condition';

/**
 * Holds one statement against a question (rule R62). Statements only ever allow: what no statement allows is refused.
 * @param attachedTo OCID of the compartment that the statement's policy is attached to
 */
export function judgeStatement(statement: PolicyStatement, attachedTo: string, question: Question): Verdict {
  if (!isOfSubject(statement.subject, question)) return 'subject';
  if (!gives(statement.grant, question.permission)) return 'permission';
  if (!isInLocation(statement.location, attachedTo, question)) return 'location';
  return statement.condition === undefined || holds(statement.condition, question) ? 'allows' : 'condition';
}

function isOfSubject(subject: PolicySubject, { groups }: Question): boolean {
  switch (subject.kind) {
    case 'any-user':
      return true;
    case 'any-group':
      return groups.length > 0;
    case 'group-names':
      return subject.names.some((name) => groups.some((group) => isSame(group.name, name)));
    case 'group-ids':
      return subject.ids.some((id) => groups.some((group) => group.id === id));
  }
}

/** Where each permission stands in the table of verbs and resource types. */
const ROW_OF_PERMISSION: ReadonlyMap<Permission, { readonly type: ResourceType; readonly verb: PolicyVerb }> =
  new Map(
    RESOURCE_TYPES.flatMap((type) =>
      POLICY_VERBS.flatMap((verb) =>
        (PERMISSIONS_BY_RESOURCE_TYPE[type][verb] as readonly Permission[]).map(
          (permission) => [permission, { type, verb }] as const,
        ),
      ),
    ),
  );

/** Each verb takes in the ones before it. */
function gives(grant: PolicyGrant, permission: Permission): boolean {
  if (grant.kind === 'permissions') return grant.permissions.includes(permission);
  const row = ROW_OF_PERMISSION.get(permission);
  return (
    row !== undefined &&
    resourceTypesOf(grant.resource).includes(row.type) &&
    POLICY_VERBS.indexOf(row.verb) <= POLICY_VERBS.indexOf(grant.verb)
  );
}

/** A policy speaks of the compartment that it is attached to and of its children, of nothing beside or above. */
function isInLocation(location: PolicyLocation, attachedTo: string, { line, tenancyId }: Question): boolean {
  if (location.kind === 'tenancy' && attachedTo !== tenancyId) return false;
  if (line === 'anywhere') return true;
  const attached = line.findIndex((place) => place.id === attachedTo);
  if (attached === -1) return false;
  const within = line.slice(0, attached + 1);
  switch (location.kind) {
    case 'tenancy':
      return true;
    case 'compartment-id':
      return within.some((place) => place.id === location.id);
    case 'compartment-path': {
      // From the top: the place that the policy is attached to, then its child, and so on.
      const names = within.map((place) => place.name).reverse();
      const isFrom = (start: number): boolean =>
        location.path.every((name, index) => isSame(names[start + index], name));
      // A compartment's own policy may also name the compartment itself; the tenancy is no compartment's name.
      return isFrom(1) || (attachedTo !== tenancyId && isFrom(0));
    }
  }
}

/** A variable that does not apply makes its comparison false, also for `!=`. */
function holds(condition: PolicyCondition, question: Question): boolean {
  switch (condition.kind) {
    case 'any':
      return condition.conditions.some((one) => holds(one, question));
    case 'all':
      return condition.conditions.every((one) => holds(one, question));
    case 'comparison': {
      const { variable, operator, value } = condition;
      // Asked about anywhere, nothing is known of the target yet: it may be the one that the statement means.
      if (question.line === 'anywhere' && isOfTarget(variable)) return true;
      const values = question.variables[variable];
      if (values === undefined) return false;
      return values.some((one) => isLike(one, value)) === (operator === '=');
    }
  }
}

function isOfTarget(variable: PolicyVariable): boolean {
  return variable.startsWith('target.') || variable === 'request.region';
}

function isLike(found: string, { kind, text }: PolicyValue): boolean {
  const folded = foldName(found);
  const wanted = foldName(text);
  switch (kind) {
    case 'text':
      return folded === wanted;
    case 'beginning':
      return folded.startsWith(wanted);
    case 'ending':
      return folded.endsWith(wanted);
    case 'part':
      return folded.includes(wanted);
  }
}

function isSame(one: string | undefined, other: string): boolean {
  return one !== undefined && foldName(one) === foldName(other);
}
