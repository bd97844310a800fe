import { requireStates } from '../../shared/domain/lifecycle.ts';
import { requireMatch, withEtag } from './etag.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** Enabling and disabling change the record only, so ENABLING and DISABLING are passed through at once (rule R11). */
export const enableKey: OperationHandler<'key.enable'> = (context, request) =>
  Promise.resolve(changeState(context, request, 'key.enable', 'ENABLED'));

export const disableKey: OperationHandler<'key.disable'> = (context, request) =>
  Promise.resolve(changeState(context, request, 'key.disable', 'DISABLED'));

function changeState(
  { catalog }: OperationContext,
  request: { readonly keyId: string; readonly ifMatch?: string | undefined },
  operation: 'key.enable' | 'key.disable',
  lifecycleState: 'ENABLED' | 'DISABLED',
) {
  return catalog.transaction(() => {
    const key = catalog.keys.require(request.keyId);
    requireMatch(request.ifMatch, key, `The key ${key.displayName}`);
    requireStates(operation, { key });
    catalog.keys.update(key.id, { lifecycleState });
    return withEtag(catalog.keys.require(key.id));
  });
}
