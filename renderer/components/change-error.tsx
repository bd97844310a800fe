import { RotateCw } from 'lucide-react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { Button } from './button.tsx';
import { ErrorNotice, Notice } from './notice.tsx';

export interface ChangeErrorProps {
  readonly error: ErrorDocument;
  /** Loads again what the change was decided on. */
  readonly onReload: () => void;
  /** Default: load what is there now. */
  readonly reloadLabel?: string;
}

/** Whether a change was refused because it was decided on what is no longer so (rule R60). */
export function isStale(error: Pick<ErrorDocument, 'code'>): boolean {
  return error.code === 'NoEtagMatch';
}

/** Why a change was refused. What somebody else changed meanwhile is shown before it is decided about again. */
export function ChangeError({ error, onReload, reloadLabel = 'Load what is there now' }: ChangeErrorProps) {
  if (!isStale(error)) return <ErrorNotice error={error} />;
  return (
    <Notice
      tone="warning"
      isLive
      title="Somebody changed it since it was shown here. Nothing was done."
      actions={
        <Button size="small" icon={RotateCw} onPress={onReload}>
          {reloadLabel}
        </Button>
      }
    >
      <p>Look at what is there now, then decide again.</p>
      <p className="notice-code">
        {error.code}
        {error.reason !== undefined && ` · ${error.reason}`}
      </p>
    </Notice>
  );
}
