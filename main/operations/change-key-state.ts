import { keyStatesBefore, requireState } from '../../shared/domain/lifecycle.ts';
import type { KeyState } from '../../shared/domain/lifecycle.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** Enabling and disabling change the record only, so ENABLING and DISABLING are passed through at once (rule R11). */
export const enableKey: OperationHandler<'key.enable'> = (context, request) =>
  Promise.resolve(changeState(context, request.keyId, 'ENABLING', 'ENABLED', 'enabling it'));

export const disableKey: OperationHandler<'key.disable'> = (context, request) =>
  Promise.resolve(changeState(context, request.keyId, 'DISABLING', 'DISABLED', 'disabling it'));

function changeState(
  context: OperationContext,
  keyId: string,
  via: KeyState,
  to: KeyState,
  doing: string,
): KeyRecord {
  return context.catalog.transaction(() => {
    const key = context.catalog.keys.require(keyId);
    requireState(`The key ${key.displayName}`, key.lifecycleState, keyStatesBefore(via), doing);
    context.catalog.keys.update(keyId, { lifecycleState: to });
    return context.catalog.keys.require(keyId);
  });
}
