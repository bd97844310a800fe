import { StrongroomError } from '../../shared/domain/errors.ts';

/** @throws StrongroomError NotAuthorizedOrResourceAlreadyExists, reason `NameTaken`, if something has the name already */
export function requireNameFree(
  existing: object | undefined,
  noun: 'operator' | 'group' | 'policy',
  name: string,
): void {
  if (existing === undefined) return;
  throw new StrongroomError(
    'NotAuthorizedOrResourceAlreadyExists',
    `There is ${noun === 'operator' ? 'an' : 'a'} ${noun} ${name} already; capital letters make no difference.`,
    `Choose another name; ${noun} list shows those in use.`,
    { reason: 'NameTaken' },
  );
}
