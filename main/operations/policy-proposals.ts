import { createHash } from 'node:crypto';
import { proposedStatements, idsNamed } from '../access/proposed-statements.ts';
import type { PolicyProposal } from '../access/proposed-statements.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { MOST_STATEMENTS } from '../../shared/domain/policy.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { PolicyRecord } from '../catalog/policy-store.ts';
import { canonicalJson } from './canonical-json.ts';
import { inCompartment, tenancy } from './demands.ts';
import { etagOf, requireMatch } from './etag.ts';
import type { OperationHandler } from './operation-context.ts';
import { policyOf } from './policies.ts';

interface Proposals {
  readonly data: readonly (PolicyProposal & { readonly region: string })[];
  /** The policies that they change, as they would be. */
  readonly changed: readonly PolicyRecord[];
}

export const listPolicyProposals: OperationHandler<'policy.proposals'> = ({ catalog }) => {
  const data = [...proposalsOf(catalog).data];
  return Promise.resolve({ data, etag: etagOf({ data }) });
};

export const applyPolicyProposals: OperationHandler<'policy.apply-proposals'> = (context, request) => {
  const { catalog, now } = context;
  const { data, changed } = proposalsOf(catalog);
  context.requireAccess([
    // In the tenancy where there is nothing to change: whoever may learn that may learn of all policies.
    ...(changed.length === 0 ? tenancy('POLICY_UPDATE')(catalog) : []),
    ...changed.flatMap(({ compartmentId }) => inCompartment(catalog, 'POLICY_UPDATE', compartmentId)),
  ]);
  requireMatch(request.ifMatch, { data }, 'What policy proposals lists');
  for (const policy of changed) requireRoom(policy);
  context.requireApproval({
    planHash: createHash('sha256')
      .update(`strongroom/v1/policy-proposals\n${canonicalJson(data)}`)
      .digest('hex'),
    summary: `Write ${data.length} proposed policy statements (policy proposals shows them).`,
    compartmentIds: changed.map(({ compartmentId }) => compartmentId),
  });
  // Nothing was waited for: these are still the policies that were read above.
  catalog.transaction(() => {
    const timeModified = now().toISOString();
    for (const { id, statements } of changed) catalog.policies.update(id, { statements, timeModified });
  });
  return Promise.resolve({
    policies: changed.map(({ id }) => policyOf(catalog.policies.require(id))),
    changeCount: data.filter(({ change }) => change !== 'BY_HAND').length,
  });
};

function requireRoom({ name, statements }: PolicyRecord): void {
  if (statements.length <= MOST_STATEMENTS) return;
  throw new StrongroomError(
    'LimitExceeded',
    `The policy ${name} would have ${statements.length} statements; ${MOST_STATEMENTS} is the most. Nothing was changed.`,
    'Take out statements that speak of what is gone (policy update), or move some into another policy.',
    { reason: 'TooManyStatements' },
  );
}

/** Region by region: where a resource was restored twice, the second region's proposals follow the first's. */
function proposalsOf(catalog: Catalog): Proposals {
  const before = [...catalog.policies.iterate()];
  const data: Proposals['data'][number][] = [];
  let policies = before;
  for (const [region, idMap] of [...restoredIds(catalog, before)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  )) {
    const proposals = proposedStatements(policies, idMap);
    policies = policies.map((policy) => withProposals(policy, proposals));
    data.push(...proposals.map((proposal) => ({ ...proposal, region })));
  }
  return { data, changed: policies.filter((policy, index) => policy !== before[index]) };
}

/** By region, from the OCIDs that policies name to those of what was restored from them. */
function restoredIds(
  catalog: Catalog,
  policies: readonly PolicyRecord[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byRegion = new Map<string, Map<string, string>>();
  const note = (region: string, oldId: string, newId: string): void => {
    const idMap = byRegion.get(region) ?? new Map<string, string>();
    byRegion.set(region, idMap.set(oldId, newId));
  };
  for (const id of idsNamed(policies)) {
    for (const vault of catalog.vaults.iterate({ restoredFromVaultId: id })) {
      if (vault.lifecycleState !== 'DELETED') note(vault.region, id, vault.id);
    }
    for (const key of catalog.keys.iterate({ restoredFromKeyId: id })) {
      if (key.lifecycleState !== 'DELETED') note(catalog.vaults.require(key.vaultId).region, id, key.id);
    }
  }
  return byRegion;
}

function withProposals(policy: PolicyRecord, proposals: readonly PolicyProposal[]): PolicyRecord {
  const own = proposals.filter(({ policyId, change }) => policyId === policy.id && change !== 'BY_HAND');
  if (own.length === 0) return policy;
  const statements = policy.statements.flatMap((statement) => {
    const proposal = own.find((one) => one.statement === statement);
    if (proposal?.proposedStatement === undefined) return [statement];
    return proposal.change === 'ADD' ? [statement, proposal.proposedStatement] : [proposal.proposedStatement];
  });
  return { ...policy, statements };
}
