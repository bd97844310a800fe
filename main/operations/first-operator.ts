import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { OperationContext } from './operation-context.ts';

/** Writes the first operator, inside the transaction that binds a home's first token; nothing in a home that has one. */
export type FirstOperator = () => Operator | undefined;

/**
 * Whether the request names the first operator exactly where this home needs one (rule R62). Before anything else is
 * looked at, and before a token is touched.
 * @throws StrongroomError MissingParameter, reason `AdministratorMissing`; InvalidParameter, reason `AdministratorExists`
 */
export function requireAdministratorNamed(
  { access }: OperationContext,
  administrator: string | undefined,
): void {
  const hasOperators = access.hasOperators();
  if (hasOperators && administrator !== undefined) {
    throw new StrongroomError(
      'InvalidParameter',
      'This home has its first operator already.',
      'Leave --administrator out; operator create makes further operators.',
      { reason: 'AdministratorExists' },
    );
  }
  if (!hasOperators && administrator === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'This home has no operator yet, and whoever sets it up becomes its administrator.',
      'Name yourself: --administrator NAME.',
      { reason: 'AdministratorMissing' },
    );
  }
}

/**
 * Asks for the first operator's passphrase and hashes it, before a token is touched: a passphrase that will not do must not
 * leave realm keys on a token that no home knows.
 */
export async function firstOperator(
  context: OperationContext,
  administrator: string | undefined,
): Promise<FirstOperator> {
  requireAdministratorNamed(context, administrator);
  if (administrator === undefined) return () => undefined;
  const passphrase = await context.passphrases({ operatorName: administrator, isNew: true });
  return context.access.prepareFirstOperator(administrator, passphrase);
}
