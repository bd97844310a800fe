import type { Row } from '../../client.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { typeInWords } from './types-in-words.ts';

/** Names that the question has room for. */
const NAMES = 12;
/** Of one call; what is more is destroyed by the next. */
const MOST_AT_ONCE = 1000;

export interface ExecuteDeletionsDialogProps {
  readonly due: readonly Row<'deletion.list'>[];
  readonly onClose: () => void;
  readonly onExecute: (ids: string[]) => void;
}

/** The last question before something is destroyed for good. Exactly what it names is destroyed. */
export function ExecuteDeletionsDialog({ due, onClose, onExecute }: ExecuteDeletionsDialogProps) {
  const taken = due.slice(0, MOST_AT_ONCE);
  return (
    <ConfirmDialog
      title="Destroy for good what is due"
      isOpen
      isDanger
      nameToType="destroy"
      confirmLabel="Destroy them for good"
      onClose={onClose}
      onConfirm={() => onExecute(taken.map(({ id }) => id))}
    >
      <p>
        Their objects on the tokens are destroyed, and software keys and secrets with their vault. Once it has
        begun there is no way back: only a verified backup brings a key back.
      </p>
      <ul className="plain-list">
        {taken.slice(0, NAMES).map(({ id, entityType, displayName, region }) => (
          <li key={id}>
            {typeInWords(entityType)} <strong>{displayName}</strong>{' '}
            <span className="quiet">in {region}</span>
          </li>
        ))}
        {taken.length > NAMES && <li>and {taken.length - NAMES} more</li>}
      </ul>
      {due.length > taken.length && (
        <Notice
          tone="info"
          title={`${MOST_AT_ONCE.toLocaleString('en')} are destroyed at once; then come the others.`}
        />
      )}
      <Notice tone="info" title="The PIN of each region’s token may be asked for." />
    </ConfirmDialog>
  );
}
