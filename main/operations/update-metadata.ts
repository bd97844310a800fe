import type { RequestOf } from '../../shared/contract/contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireStates } from '../../shared/domain/lifecycle.ts';
import { requireMatch, withEtag } from './etag.ts';
import type { OperationHandler } from './operation-context.ts';

/** Name and tags of a vault. UPDATING is passed through at once, as the record is all that changes (rule R11). */
export const updateVault: OperationHandler<'vault.update'> = (context, request) => {
  const { catalog } = context;
  const change = changeOf(request);
  return Promise.resolve(
    catalog.transaction(() => {
      const vault = catalog.vaults.require(request.vaultId);
      requireMatch(request.ifMatch, vault, `The vault ${vault.displayName}`);
      requireStates('vault.update', { vault });
      catalog.vaults.update(vault.id, { ...change, metadataTime: context.now().toISOString() });
      return withEtag(catalog.vaults.require(vault.id));
    }),
  );
};

/** Name and tags of a key. */
export const updateKey: OperationHandler<'key.update'> = (context, request) => {
  const { catalog } = context;
  const change = changeOf(request);
  return Promise.resolve(
    catalog.transaction(() => {
      const key = catalog.keys.require(request.keyId);
      requireMatch(request.ifMatch, key, `The key ${key.displayName}`);
      requireStates('key.update', { key });
      catalog.keys.update(key.id, { ...change, metadataTime: context.now().toISOString() });
      return withEtag(catalog.keys.require(key.id));
    }),
  );
};

type Metadata = Pick<RequestOf<'vault.update'>, 'displayName' | 'freeformTags' | 'definedTags'>;

/** What the request names of name and tags. @throws StrongroomError MissingParameter, reason `NothingToChange` */
function changeOf({ displayName, freeformTags, definedTags }: Metadata) {
  if (displayName === undefined && freeformTags === undefined && definedTags === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'Nothing to change is named.',
      'Name it: --display-name, --freeform-tags or --defined-tags.',
      { reason: 'NothingToChange' },
    );
  }
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(freeformTags === undefined ? {} : { freeformTags }),
    ...(definedTags === undefined ? {} : { definedTags }),
  };
}
