import { DoorClosed } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import type { ErrorNoticeProps } from '../components/notice.tsx';

/** The home could not be opened, or main does not answer. */
export function OpenFailureScreen({
  error,
  home,
  onRetry,
  children,
}: {
  readonly error: ErrorNoticeProps['error'];
  readonly home?: string;
  readonly onRetry: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <main className="gate" id="main">
      <div className="gate-card">
        <DoorClosed aria-hidden className="icon gate-icon" />
        <h1 className="screen-title">Strongroom could not open its home</h1>
        <ErrorNotice error={error} />
        <p className="quiet">Nothing in it was changed. What the tokens and buckets hold is as it was.</p>
        {home !== undefined && (
          <p className="quiet gate-home">
            Home: <code>{home}</code>
          </p>
        )}
        {children}
        <Button variant="primary" onPress={onRetry}>
          Try again
        </Button>
      </div>
    </main>
  );
}
