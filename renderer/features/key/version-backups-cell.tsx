import { Time } from '../../components/time.tsx';
import { useSettledAnswer } from '../../hooks/use-settled-answer.ts';

/** More than this are not counted for a cell. */
const COUNTED = 20;

/** How many backups have a version, and how old the newest is; asked for once its row stands still in view. */
export function VersionBackupsCell({ keyVersionId }: { readonly keyVersionId: string }) {
  const { answer, error } = useSettledAnswer('backup.list', { keyVersionId, limit: COUNTED });
  if (error !== undefined) return <span className="quiet">Not shown: {error.message}</span>;
  if (answer === undefined) return <span className="quiet">…</span>;
  const [newest] = answer.data;
  if (newest === undefined) return <span className="mark-bad">None</span>;
  const count = answer.nextPage === undefined ? answer.data.length : `${COUNTED} or more`;
  return (
    <>
      {count}, newest <Time value={newest.timeCreated} show="relative" />
    </>
  );
}
