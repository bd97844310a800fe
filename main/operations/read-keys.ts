import { pageWithEtags, withEtag } from './etag.ts';
import type { OperationHandler } from './operation-context.ts';

export const getKey: OperationHandler<'key.get'> = (context, request) =>
  Promise.resolve(withEtag(context.catalog.keys.require(request.keyId)));

export const listKeys: OperationHandler<'key.list'> = (context, request) => {
  if (request.vaultId !== undefined) context.catalog.vaults.require(request.vaultId);
  return Promise.resolve(pageWithEtags(context.catalog.keys.list(request)));
};

export const getKeyVersion: OperationHandler<'key-version.get'> = (context, request) =>
  Promise.resolve(withEtag(context.catalog.keyVersions.require(request.keyVersionId)));

export const listKeyVersions: OperationHandler<'key-version.list'> = (context, request) => {
  context.catalog.keys.require(request.keyId);
  return Promise.resolve(pageWithEtags(context.catalog.keyVersions.list(request)));
};
