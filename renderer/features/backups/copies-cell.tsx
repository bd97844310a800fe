import { useSettledAnswer } from '../../hooks/use-settled-answer.ts';
import { placesInWords } from './copies-by-place.ts';

/** Where the copies of a backup lie, asked for once its row stands still in view. */
export function CopiesCell({ backupId }: { readonly backupId: string }) {
  const { answer, error } = useSettledAnswer('backup.get', { backupId });
  if (error !== undefined) return <span className="quiet">Not shown: {error.message}</span>;
  if (answer === undefined) return <span className="quiet">…</span>;
  return <>{placesInWords(answer.copies)}</>;
}
