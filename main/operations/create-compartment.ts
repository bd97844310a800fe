import type { Compartment } from '../../shared/domain/vault.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { pageWithEtags, requireMatch, withEtag } from './etag.ts';
import { newOcid } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

export const createCompartment: OperationHandler<'compartment.create'> = (context, request) => {
  const realm = context.catalog.realm.require();
  const parent = context.catalog.compartments.require(request.parentId ?? realm.tenancyId);
  const compartment: Compartment = {
    id: newOcid('compartment'),
    compartmentId: parent.id,
    name: request.displayName,
    timeCreated: context.now().toISOString(),
  };
  context.catalog.compartments.insert(compartment);
  return Promise.resolve(withEtag(compartment));
};

export const listCompartments: OperationHandler<'compartment.list'> = (context, request) =>
  Promise.resolve(pageWithEtags(context.catalog.compartments.list(request)));

export const getCompartment: OperationHandler<'compartment.get'> = (context, request) =>
  Promise.resolve(withEtag(context.catalog.compartments.require(request.compartmentId)));

/** Renames a compartment; turns dual control on, or off, which needs an approval itself (rule R63). */
export const updateCompartment: OperationHandler<'compartment.update'> = (context, request) => {
  const { compartmentId, displayName, isApprovalRequired } = request;
  if (displayName === undefined && isApprovalRequired === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'Nothing to change is named.',
      'Name it: --display-name or --is-approval-required.',
      { reason: 'NothingToChange' },
    );
  }
  const found = context.catalog.compartments.require(compartmentId);
  requireMatch(request.ifMatch, found, `The compartment ${found.name}`);
  context.catalog.compartments.update(compartmentId, {
    ...(displayName === undefined ? {} : { name: displayName }),
    ...(isApprovalRequired === undefined ? {} : { isApprovalRequired }),
  });
  return Promise.resolve(withEtag(context.catalog.compartments.require(compartmentId)));
};
