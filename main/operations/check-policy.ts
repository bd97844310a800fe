import { operationNamed } from '../../shared/contract/contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import type { JudgedStatement } from '../access/access.ts';
import type { AccessTarget } from '../access/access-demand.ts';
import { findBucket } from './buckets.ts';
import { onKey, onVault, tenancy } from './demands.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { requireCaller } from './operators.ts';

type Request = Parameters<OperationHandler<'policy.check'>>[1];

/** What operations need beyond the one permission that the contract names (access-rules.ts). */
export const FURTHER_PERMISSIONS: Readonly<Record<string, readonly Permission[]>> = {
  'key.create': ['VAULT_CREATE_KEY'],
  'backup.import': ['OBJECT_CREATE'],
  'secret.create': ['VAULT_CREATE_SECRET', 'KEY_ENCRYPT'],
  'object.copy': ['OBJECT_CREATE', 'OBJECT_OVERWRITE', 'OBJECT_INSPECT'],
};

/** Explains decisions: one's own to everybody, another operator's to whoever may see the policies. */
export const checkPolicy: OperationHandler<'policy.check'> = (context, request) => {
  const caller = requireCaller(context);
  const operator = operatorAskedAbout(context, caller, request.operatorName);
  const permissions = permissionsAskedAbout(request);
  const target = targetOf(context, request);
  const decisions = permissions.map((permission) => {
    const judged = context.access.explain(operator, { permission, target }, request.operationName);
    const allowing = judged.find(({ verdict }) => verdict === 'allows');
    return {
      permission,
      isAllowed: allowing !== undefined,
      compartmentId: target.compartmentId,
      because:
        allowing === undefined
          ? `No statement allows ${operator.name} the permission ${permission} there.`
          : `Statement ${allowing.statementNumber} of policy ${allowing.policyName} allows it.`,
      statements: judged
        .filter(({ verdict }) => verdict !== 'permission')
        .map(({ policyName, statementNumber, statement, verdict }) => ({
          policyName,
          statementNumber,
          statement,
          outcome: OUTCOMES[verdict],
        })),
    };
  });
  return Promise.resolve({
    isAllowed: decisions.every(({ isAllowed }) => isAllowed),
    operatorName: operator.name,
    decisions,
  });
};

const OUTCOMES: Readonly<Record<JudgedStatement['verdict'], string>> = {
  allows: 'allows it',
  subject: 'is for others',
  permission: 'gives other permissions',
  location: 'is about another compartment',
  condition: 'its condition does not hold',
  unreadable: 'cannot be understood by this version',
};

function operatorAskedAbout(context: OperationContext, caller: Operator, name: string | undefined): Operator {
  const operator = name === undefined ? caller : context.access.operatorNamed(name);
  if (operator?.id !== caller.id) context.requireAccess(tenancy('POLICY_INSPECT')(context.catalog));
  return operator ?? context.catalog.operators.requireByName(name ?? caller.name);
}

function permissionsAskedAbout({ permission, operationName }: Request): readonly Permission[] {
  if ((permission === undefined) === (operationName === undefined)) {
    throw new StrongroomError(
      permission === undefined ? 'MissingParameter' : 'InvalidParameter',
      'A check is about one permission or about one operation.',
      'Name either: --permission VAULT_BACKUP or --operation-name vault.backup.',
      { reason: 'CheckOfWhat' },
    );
  }
  if (permission !== undefined) return [permission];
  const operation = operationName === undefined ? undefined : operationNamed(operationName);
  if (operation?.permission === undefined) {
    throw new StrongroomError(
      'InvalidParameter',
      operation === undefined
        ? `There is no operation ${operationName ?? ''}.`
        : `The operation ${operation.name} needs no permission.`,
      'Operations are named as in vault.backup; strongroom --help lists them.',
      { reason: 'CheckOfWhat' },
    );
  }
  if (operation.name.startsWith('work-request.') && operation.name !== 'work-request.list') {
    throw new StrongroomError(
      'InvalidParameter',
      'A work request needs what the operation needs that made it.',
      'Check that operation: work-request get shows which it was.',
      { reason: 'CheckOfWhat' },
    );
  }
  return [operation.permission, ...(FURTHER_PERMISSIONS[operation.name] ?? [])];
}

function targetOf({ catalog }: OperationContext, request: Request): AccessTarget {
  const { vaultId, keyId, bucketName, objectName, workRequestType, region } = request;
  const bucket = bucketName === undefined ? undefined : findBucket(catalog, bucketName, region);
  const [ofKey] = keyId === undefined ? [] : onKey(catalog, 'KEY_READ', keyId);
  const [ofVault] = vaultId === undefined ? [] : onVault(catalog, 'VAULT_READ', vaultId);
  const known: Partial<AccessTarget> = { ...ofVault?.target, ...ofKey?.target };
  return {
    ...known,
    compartmentId:
      request.compartmentId ??
      known.compartmentId ??
      bucket?.compartmentId ??
      catalog.realm.require().tenancyId,
    region: region ?? known.region ?? bucket?.region,
    bucketName,
    objectName,
    workRequestType,
  };
}
