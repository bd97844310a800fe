import { UNCOVERED_NAMES } from '../../shared/domain/deletion.ts';
import type { Uncovered } from '../../shared/domain/deletion.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { UncoveredKey, UncoveredScope } from '../catalog/uncovered-store.ts';
import type { OperationContext } from './operation-context.ts';

/** How many names an error's sentence has room for. */
const NAMES_IN_ERROR = 10;

/**
 * What would be lost for good with a vault, a key or a key version (rule R13): versions of HSM keys that no verified
 * backup covers, and what never has a backup. What was scheduled before does not count again.
 */
export function uncoveredOf(
  { catalog }: Pick<OperationContext, 'catalog'>,
  scope: UncoveredScope,
): Uncovered {
  const keys = catalog.uncovered.hsmKeys(scope);
  const softwareKeys = catalog.uncovered.softwareKeys(scope);
  const secrets = catalog.uncovered.secrets(scope);
  const isVaultUncovered = 'vaultId' in scope && catalog.uncovered.isVaultUncovered(scope.vaultId);
  const vault = isVaultUncovered ? [catalog.vaults.require(scope.vaultId)] : [];
  const items: Uncovered['items'] = [
    ...vault.map(({ id, displayName }) => ({ entityType: 'vault' as const, id, displayName })),
    ...keys.map((key) => ({ entityType: 'key' as const, ...key })),
    ...softwareKeys.map((key) => ({ entityType: 'softwareKey' as const, ...key })),
    ...secrets.map((secret) => ({ entityType: 'secret' as const, ...secret })),
  ];
  return {
    isCovered: items.length === 0,
    isVaultUncovered,
    keyCount: keys.length,
    keyVersionCount: versionsOf(keys),
    softwareKeyCount: softwareKeys.length,
    secretCount: secrets.length,
    items: items.slice(0, UNCOVERED_NAMES),
  };
}

/**
 * The coverage guard (rule R13). @returns what is uncovered, for the answer to show.
 * @throws StrongroomError Conflict, reason `NotCovered`, with counts and names, unless it is overridden.
 */
export function requireCovered(
  context: Pick<OperationContext, 'catalog'>,
  scope: UncoveredScope,
  isOverridden: boolean,
): Uncovered {
  const uncovered = uncoveredOf(context, scope);
  if (uncovered.isCovered || isOverridden) return uncovered;
  const names = uncovered.items.slice(0, NAMES_IN_ERROR).map((item) => item.displayName);
  const total =
    Number(uncovered.isVaultUncovered) +
    uncovered.keyCount +
    uncovered.softwareKeyCount +
    uncovered.secretCount;
  const more = total > names.length ? ` and ${total - names.length} more` : '';
  throw new StrongroomError(
    'Conflict',
    `No verified backup has ${countsOf(uncovered)}: ${names.join(', ')}${more}. Deleted, they are lost for good.`,
    'Back up first (vault backup or key backup; SOFTWARE keys and secrets have none: move what they hold), or say that they may be lost: --is-override-coverage true.',
    { reason: 'NotCovered' },
  );
}

function versionsOf(keys: readonly UncoveredKey[]): number {
  return keys.reduce((count, key) => count + key.keyVersionCount, 0);
}

function countsOf(uncovered: Uncovered): string {
  const { keyCount, keyVersionCount, softwareKeyCount, secretCount } = uncovered;
  return [
    ...(uncovered.isVaultUncovered ? ['the vault itself, without which its keys cannot be restored'] : []),
    ...(keyCount === 0 ? [] : [`${counted(keyVersionCount, 'version')} of ${counted(keyCount, 'HSM key')}`]),
    ...(softwareKeyCount === 0 ? [] : [counted(softwareKeyCount, 'SOFTWARE key')]),
    ...(secretCount === 0 ? [] : [counted(secretCount, 'secret')]),
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
