import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { constantInWords } from '../components/words.ts';
import type { Session } from '../stores/session.ts';

/** What the start finished or undid of work that was cut off (rule R73). */
export function RecoveryNotice({ reports }: { readonly reports: Session['recovery'] }) {
  const [isRead, setRead] = useState(false);
  if (reports.length === 0 || isRead) return null;
  const isUnfinished = reports.some(({ outcome }) => outcome === 'UNFINISHED');
  return (
    <Notice
      tone={isUnfinished ? 'warning' : 'info'}
      title="Work was cut off when the program last ended"
      actions={
        <Button size="small" onPress={() => setRead(true)}>
          I have read this
        </Button>
      }
    >
      <ul className="plain-list">
        {reports.map(({ workRequestId, operationType, message }) => (
          <li key={workRequestId}>
            <strong>{constantInWords(operationType)}:</strong> {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
