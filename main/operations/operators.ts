import {
  requireAdministrator,
  requireAnotherAdministrator,
  isAdministrator,
} from '../access/administrators.ts';
import { operatorOf } from '../access/access.ts';
import { readPassphraseFile } from '../access/passphrase-file.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { foldName } from '../../shared/domain/operator.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { requireMatch, withEtag } from './etag.ts';
import { requireNameFree } from './name-free.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

export const createOperator: OperationHandler<'operator.create'> = async (context, request) => {
  const { catalog, access } = context;
  const { operatorName, newPassphraseFile } = request;
  requireNameFree(catalog.operators.getByName(operatorName), 'operator', operatorName);
  const passphrase = await newPassphrase(context, operatorName, newPassphraseFile);
  const create = await access.prepareOperator(operatorName, passphrase);
  return answerOf(catalog, catalog.transaction(create));
};

export const listOperators: OperationHandler<'operator.list'> = ({ catalog }, request) => {
  const page = catalog.operators.list(request);
  return Promise.resolve({ ...page, data: page.data.map((record) => answerOf(catalog, operatorOf(record))) });
};

export const getOperator: OperationHandler<'operator.get'> = ({ catalog }, { operatorName }) =>
  Promise.resolve(answerOf(catalog, operatorOf(catalog.operators.requireByName(operatorName))));

export const updateOperator: OperationHandler<'operator.update'> = async (context, request) => {
  const { catalog } = context;
  const operator = operatorOf(catalog.operators.requireByName(request.operatorName));
  if (isAdministrator(catalog, operator.id)) {
    requireAdministrator(catalog, context.operator, "change an administrator's passphrase");
  }
  requireOperatorMatch(request.ifMatch, operator);
  return setPassphrase(context, operator, request.newPassphraseFile, request.ifMatch);
};

export const changePassphrase: OperationHandler<'operator.change-passphrase'> = async (context, request) => {
  const caller = requireCaller(context);
  return setPassphrase(context, caller, request.newPassphraseFile, undefined);
};

export const deleteOperator: OperationHandler<'operator.delete'> = (context, request) => {
  const { catalog } = context;
  const deleted = catalog.transaction(() => {
    const operator = operatorOf(catalog.operators.requireByName(request.operatorName));
    requireOperatorMatch(request.ifMatch, operator);
    if (isAdministrator(catalog, operator.id)) {
      requireAdministrator(catalog, context.operator, 'delete an administrator');
      requireAnotherAdministrator(catalog, operator);
    }
    for (const group of catalog.groups.groupsOf(operator.id)) {
      catalog.groups.removeMember(group.id, operator.id);
    }
    catalog.approvals.expireOf(operator.name);
    catalog.operators.delete(operator.id);
    catalog.signIns.delete(foldName(operator.name));
    return operator;
  });
  return Promise.resolve(deleted);
};

/** @throws StrongroomError NotAuthenticated, reason `SignInNeeded`: the operation is about whoever calls it. */
export function requireCaller({ operator }: OperationContext): Operator {
  if (operator !== undefined) return operator;
  throw new StrongroomError(
    'NotAuthenticated',
    'This needs a signed-in operator.',
    'Say who you are with --operator NAME (or STRONGROOM_OPERATOR).',
    { reason: 'SignInNeeded' },
  );
}

async function setPassphrase(
  context: OperationContext,
  operator: Operator,
  file: string | undefined,
  ifMatch: string | undefined,
) {
  const { catalog, access } = context;
  const passphrase = await newPassphrase(context, operator.name, file);
  const change = await access.preparePassphrase(operator, passphrase);
  const changed = catalog.transaction(() => {
    // Asking and hashing took their time: it may have been changed, or deleted, meanwhile.
    requireOperatorMatch(ifMatch, operatorOf(catalog.operators.require(operator.id)));
    return change();
  });
  return answerOf(catalog, changed);
}

function newPassphrase(
  context: OperationContext,
  operatorName: string,
  file: string | undefined,
): Promise<string> {
  return file === undefined ? context.passphrases({ operatorName, isNew: true }) : readPassphraseFile(file);
}

function requireOperatorMatch(ifMatch: string | undefined, operator: Operator): void {
  requireMatch(ifMatch, operator, `The operator ${operator.name}`);
}

function answerOf(catalog: Catalog, operator: Operator) {
  const signIn = catalog.signIns.get(foldName(operator.name));
  return {
    ...withEtag(operator),
    groups: catalog.groups.groupsOf(operator.id).map((group) => group.name),
    ...(signIn?.timeOfLastSuccess === undefined ? {} : { timeLastSignedIn: signIn.timeOfLastSuccess }),
    ...(signIn?.lockedUntil === undefined ? {} : { lockedUntil: signIn.lockedUntil }),
  };
}
