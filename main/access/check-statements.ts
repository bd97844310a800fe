import { StrongroomError } from '../../shared/domain/errors.ts';
import { parsePolicyStatement } from '../../shared/domain/policy-statement.ts';
import type { PolicyStatement } from '../../shared/domain/policy-statement.ts';
import { PolicySyntaxError } from '../../shared/domain/policy-tokens.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Catalog } from '../catalog/open-catalog.ts';

/**
 * Checks the statements of a policy that is to be attached to a compartment.
 * @returns warnings about what they name and this home does not have: it may still come, as with a restore
 * @throws StrongroomError InvalidParameter, reason `PolicySyntax`, that names each flaw with statement and character;
 * reason `PolicyLocation` for statements that reach beyond the compartment
 */
export function checkStatements(
  catalog: Catalog,
  compartmentId: string,
  statements: readonly string[],
): string[] {
  const parsed = parseAll(statements);
  const { tenancyId } = catalog.realm.require();
  const tooWide = parsed.findIndex(({ location }) => location.kind === 'tenancy') + 1;
  if (compartmentId !== tenancyId && tooWide > 0) {
    throw new StrongroomError(
      'InvalidParameter',
      `Statement ${tooWide} speaks of the whole tenancy, and the policy is attached to a compartment.`,
      'Attach it to the tenancy, or write: in compartment NAME.',
      { reason: 'PolicyLocation' },
    );
  }
  return parsed.flatMap((statement, index) =>
    [...missingGroups(catalog, statement), ...missingCompartment(catalog, compartmentId, statement)].map(
      (missing) => `Statement ${index + 1} ${missing}; it allows nothing until there is one.`,
    ),
  );
}

function parseAll(statements: readonly string[]): PolicyStatement[] {
  const parsed: PolicyStatement[] = [];
  const flaws: string[] = [];
  for (const [index, text] of statements.entries()) {
    try {
      parsed.push(parsePolicyStatement(text));
    } catch (thrown) {
      if (!(thrown instanceof PolicySyntaxError)) throw thrown;
      // People count characters from 1.
      flaws.push(`statement ${index + 1}, character ${thrown.position + 1}: ${thrown.message}`);
    }
  }
  if (flaws.length === 0) return parsed;
  throw new StrongroomError(
    'InvalidParameter',
    `The policy cannot be understood. ${flaws.map((flaw) => `In ${flaw}`).join(' ')}`,
    'Correct it; docs/policies.md has the grammar with examples.',
    { reason: 'PolicySyntax' },
  );
}

function missingGroups(catalog: Catalog, { subject }: PolicyStatement): string[] {
  switch (subject.kind) {
    case 'group-names':
      return subject.names
        .filter((name) => catalog.groups.getByName(name) === undefined)
        .map((name) => `names the group ${name}, which this home does not have`);
    case 'group-ids':
      return subject.ids
        .filter((id) => catalog.groups.get(id) === undefined)
        .map((id) => `names the group ${id}, which this home does not have`);
    case 'any-user':
    case 'any-group':
      return [];
  }
}

function missingCompartment(catalog: Catalog, attachedTo: string, { location }: PolicyStatement): string[] {
  if (location.kind === 'tenancy') return [];
  const isThere =
    location.kind === 'compartment-id'
      ? catalog.compartments.get(location.id) !== undefined &&
        catalog.compartments.lineOf(location.id).some(({ id }) => id === attachedTo)
      : hasPath(catalog, attachedTo, location.path);
  const named = location.kind === 'compartment-id' ? location.id : location.path.join(':');
  return isThere
    ? []
    : [`names the compartment ${named}, which is not where the policy is attached, nor below it`];
}

function hasPath(catalog: Catalog, attachedTo: string, path: readonly string[]): boolean {
  const all = [...catalog.compartments.iterate()];
  const below = (parents: readonly string[], names: readonly string[]): boolean => {
    const [name, ...rest] = names;
    if (name === undefined) return parents.length > 0;
    const found = all
      .filter(
        (one) =>
          one.compartmentId !== undefined &&
          parents.includes(one.compartmentId) &&
          foldName(one.name) === foldName(name),
      )
      .map((one) => one.id);
    return below(found, rest);
  };
  const own = catalog.compartments.require(attachedTo);
  const [first, ...rest] = path;
  const isOwn =
    own.compartmentId !== undefined && first !== undefined && foldName(first) === foldName(own.name);
  return below([attachedTo], path) || (isOwn && below([attachedTo], rest));
}
