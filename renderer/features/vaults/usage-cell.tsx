import { useSettledAnswer } from '../../hooks/use-settled-answer.ts';
import { figure } from '../../components/words.ts';

/** How many keys a vault has, asked for once its row stands still in view. */
export function UsageCell({ vaultId }: { readonly vaultId: string }) {
  const { answer, error } = useSettledAnswer('vault.usage', { vaultId });
  if (error !== undefined) return <span title={error.message}>-</span>;
  if (answer === undefined) return <span className="quiet">…</span>;
  const { keyCount, softwareKeyCount } = answer;
  return <>{figure(keyCount + softwareKeyCount)}</>;
}
