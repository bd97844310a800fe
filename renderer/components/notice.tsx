import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import type { Tone } from '../stores/announcements.ts';
import { Button } from './button.tsx';
import { inWindowWords } from './words.ts';

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;
const WORDS = { info: 'Note', success: 'Done', warning: 'Warning', error: 'Error' } as const;

export interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Read out at once: for what appears after a press. */
  readonly isLive?: boolean;
}

export function Notice({ tone = 'info', title, children, actions, isLive = false }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div
      className="notice"
      data-tone={tone}
      role={isLive ? (tone === 'error' ? 'alert' : 'status') : undefined}
    >
      <Icon aria-hidden className="icon notice-icon" />
      <div className="notice-text">
        <span className="visually-hidden">{WORDS[tone]}: </span>
        {title !== undefined && <strong className="notice-title">{title}</strong>}
        {children !== undefined && <div className="notice-body">{children}</div>}
        {actions !== undefined && <div className="notice-actions">{actions}</div>}
      </div>
    </div>
  );
}

export interface ErrorNoticeProps {
  readonly error: Pick<ErrorDocument, 'message' | 'next'> & {
    readonly code: string;
    readonly reason?: string | undefined;
  };
  readonly title?: string;
  readonly onRetry?: () => void;
  readonly retryLabel?: string;
  readonly actions?: ReactNode;
}

/** What happened, what to do, and the stable words to look it up by. */
export function ErrorNotice({ error, title, onRetry, retryLabel = 'Try again', actions }: ErrorNoticeProps) {
  return (
    <Notice
      tone="error"
      isLive
      title={title ?? inWindowWords(error.message)}
      actions={
        onRetry === undefined && actions === undefined ? undefined : (
          <>
            {onRetry !== undefined && (
              <Button size="small" onPress={onRetry}>
                {retryLabel}
              </Button>
            )}
            {actions}
          </>
        )
      }
    >
      {title !== undefined && <p>{inWindowWords(error.message)}</p>}
      <p>{inWindowWords(error.next)}</p>
      <p className="notice-code">
        {error.code}
        {error.reason !== undefined && ` · ${error.reason}`}
      </p>
    </Notice>
  );
}
