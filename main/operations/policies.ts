import { requireMutable } from '../access/administrators.ts';
import { checkStatements } from '../access/check-statements.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { PolicyRecord } from '../catalog/policy-store.ts';
import { pageWithEtags, requireMatch, withEtag } from './etag.ts';
import { requireNameFree } from './name-free.ts';
import { newOcid } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

export const createPolicy: OperationHandler<'policy.create'> = ({ catalog, now }, request) => {
  const { policyName, description, statements } = request;
  requireNameFree(catalog.policies.getByName(policyName), 'policy', policyName);
  const compartmentId = request.compartmentId ?? catalog.realm.require().tenancyId;
  const warnings = checkStatements(catalog, compartmentId, statements);
  const time = now().toISOString();
  const policy: PolicyRecord = {
    id: newOcid('policy'),
    compartmentId,
    name: policyName,
    nameKey: foldName(policyName),
    description,
    statements,
    isImmutable: false,
    timeCreated: time,
    timeModified: time,
  };
  catalog.policies.insert(policy);
  return Promise.resolve({ ...withEtag(policyOf(policy)), warnings });
};

export const listPolicies: OperationHandler<'policy.list'> = ({ catalog }, request) => {
  const page = catalog.policies.list(request);
  return Promise.resolve(pageWithEtags({ ...page, data: page.data.map(policyOf) }));
};

export const getPolicy: OperationHandler<'policy.get'> = ({ catalog }, { policyId }) =>
  Promise.resolve(withEtag(policyOf(catalog.policies.require(policyId))));

export const updatePolicy: OperationHandler<'policy.update'> = ({ catalog, now }, request) => {
  const { policyId, description, statements, ifMatch } = request;
  if (description === undefined && statements === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'Nothing to change is named.',
      'Name it: --description or --statements.',
      { reason: 'NothingToChange' },
    );
  }
  const answer = catalog.transaction(() => {
    const policy = catalog.policies.require(policyId);
    requireMutable(policy, 'policy');
    requireMatch(ifMatch, policyOf(policy), `The policy ${policy.name}`);
    const warnings = checkStatements(catalog, policy.compartmentId, statements ?? policy.statements);
    catalog.policies.update(policyId, {
      ...(description === undefined ? {} : { description }),
      ...(statements === undefined ? {} : { statements }),
      timeModified: now().toISOString(),
    });
    return { ...withEtag(policyOf(catalog.policies.require(policyId))), warnings };
  });
  return Promise.resolve(answer);
};

export const deletePolicy: OperationHandler<'policy.delete'> = ({ catalog }, { policyId, ifMatch }) => {
  const deleted = catalog.transaction(() => {
    const policy = catalog.policies.require(policyId);
    requireMutable(policy, 'policy');
    requireMatch(ifMatch, policyOf(policy), `The policy ${policy.name}`);
    catalog.policies.delete(policyId);
    return policyOf(policy);
  });
  return Promise.resolve(deleted);
};

export function policyOf({ nameKey: _nameKey, ...policy }: PolicyRecord): Policy {
  return policy;
}
