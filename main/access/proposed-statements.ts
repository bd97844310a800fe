import { foldName } from '../../shared/domain/operator.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { parsePolicyStatement, printPolicyStatement } from '../../shared/domain/policy-statement.ts';
import type { PolicyCondition, PolicyStatement } from '../../shared/domain/policy-statement.ts';
import { PolicySyntaxError } from '../../shared/domain/policy-tokens.ts';

/** What to do about a statement that names an OCID from before a restore (rule R41). */
export interface PolicyProposal {
  readonly policyId: string;
  readonly policyName: string;
  readonly statement: string;
  /** Absent if it would be too long or too deep: then it must be written by hand. */
  readonly proposedStatement?: string;
  /**
   * ADD: the new statement stands beside the old one. REPLACE: it stands in its place, for the old one excludes
   * something (`!=`), and no statement beside it could exclude the restored one as well.
   */
  readonly change: 'ADD' | 'REPLACE' | 'BY_HAND';
}

/**
 * Every statement that names a vault or key that was restored under a new OCID, with its proposed new text (rule R41).
 * What has been done already is not proposed again.
 * @param idMap from OCIDs in the backup to those that the restored resources have
 */
export function proposedStatements(
  policies: readonly Pick<Policy, 'id' | 'name' | 'statements'>[],
  idMap: ReadonlyMap<string, string>,
): PolicyProposal[] {
  return policies.flatMap(({ id, name, statements }) => {
    const present = new Set(statements.map(canonical));
    return statements.flatMap((statement): PolicyProposal[] => {
      const rewritten = rewrite(statement, idMap);
      if (rewritten === undefined || present.has(canonical(rewritten.text))) return [];
      const proposal = { policyId: id, policyName: name, statement };
      if (parsed(rewritten.text) === undefined) return [{ ...proposal, change: 'BY_HAND' }];
      return [{ ...proposal, proposedStatement: rewritten.text, change: rewritten.change }];
    });
  });
}

/** The OCIDs that statements name in conditions. */
export function idsNamed(policies: readonly Pick<Policy, 'statements'>[]): ReadonlySet<string> {
  const ids = new Set<string>();
  const collect = (condition: PolicyCondition): void => {
    if (condition.kind !== 'comparison') condition.conditions.forEach(collect);
    else for (const id of condition.value.text.toLowerCase().match(OCID) ?? []) ids.add(id);
  };
  for (const text of policies.flatMap(({ statements }) => statements)) {
    const condition = parsed(text)?.condition;
    if (condition !== undefined) collect(condition);
  }
  return ids;
}

const OCID = /ocid1\.[a-z0-9.-]+/g;

function rewrite(
  text: string,
  idMap: ReadonlyMap<string, string>,
): { readonly text: string; readonly change: 'ADD' | 'REPLACE' } | undefined {
  const statement = parsed(text);
  if (statement?.condition === undefined) return undefined;
  const { condition } = statement;
  const names = (operator: '=' | '!='): boolean =>
    comparisonsOf(condition).some((one) => one.operator === operator && renamed(one, idMap) !== undefined);
  const rewritten = (changed: PolicyCondition): string =>
    printPolicyStatement({ ...statement, condition: changed });
  if (names('!=')) return { text: rewritten(widened(condition, idMap)), change: 'REPLACE' };
  return names('=') ? { text: rewritten(moved(condition, idMap)), change: 'ADD' } : undefined;
}

type Comparison = Extract<PolicyCondition, { readonly kind: 'comparison' }>;

function comparisonsOf(condition: PolicyCondition): readonly Comparison[] {
  return condition.kind === 'comparison' ? [condition] : condition.conditions.flatMap(comparisonsOf);
}

/** The comparison with the new OCID; undefined if it names no old one. */
function renamed(comparison: Comparison, idMap: ReadonlyMap<string, string>): Comparison | undefined {
  const { value } = comparison;
  const text = value.text.toLowerCase().replace(OCID, (id) => idMap.get(id) ?? id);
  return text === value.text.toLowerCase() ? undefined : { ...comparison, value: { ...value, text } };
}

/** The condition about the restored resources instead. */
function moved(condition: PolicyCondition, idMap: ReadonlyMap<string, string>): PolicyCondition {
  return condition.kind === 'comparison'
    ? (renamed(condition, idMap) ?? condition)
    : { ...condition, conditions: condition.conditions.map((one) => moved(one, idMap)) };
}

/** The condition about both: `= old` also holds for the new one, `!= old` also excludes the new one. */
function widened(condition: PolicyCondition, idMap: ReadonlyMap<string, string>): PolicyCondition {
  if (condition.kind === 'comparison') {
    const other = renamed(condition, idMap);
    if (other === undefined) return condition;
    return { kind: kindOfPair(condition), conditions: [condition, other] };
  }
  const { kind } = condition;
  const had = new Set(condition.conditions.map(printed));
  // Flat where it can be, so that what was widened once is not nested deeper at the next restore.
  const conditions = condition.conditions.flatMap((one) => {
    const other = one.kind === 'comparison' ? renamed(one, idMap) : undefined;
    if (one.kind !== 'comparison' || other === undefined || kindOfPair(one) !== kind) {
      return [widened(one, idMap)];
    }
    return had.has(printed(other)) ? [one] : [one, other];
  });
  return { kind, conditions };
}

function kindOfPair({ operator }: Comparison): 'any' | 'all' {
  return operator === '=' ? 'any' : 'all';
}

function printed(condition: PolicyCondition): string {
  return foldName(JSON.stringify(condition));
}

function canonical(text: string): string {
  const statement = parsed(text);
  return foldName(statement === undefined ? text : printPolicyStatement(statement));
}

function parsed(text: string): PolicyStatement | undefined {
  try {
    return parsePolicyStatement(text);
  } catch (thrown) {
    if (thrown instanceof PolicySyntaxError) return undefined;
    throw thrown;
  }
}
