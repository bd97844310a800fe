import { useState } from 'react';
import { call } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { showToast } from '../../stores/announcements.ts';
import { StatementChanges } from './statement-changes.tsx';

/** Statements that still name OCIDs from before a restore, and the button that writes the proposed ones (rule R41). */
export function PolicyProposals() {
  const proposals = useAnswer('policy.proposals', {});
  const [isConfirming, setConfirming] = useState(false);
  return (
    <AnswerView of={proposals} loading="Looking for policies that name old OCIDs">
      {({ data, etag }) => {
        const writable = data.filter(({ change }) => change !== 'BY_HAND').length;
        if (data.length === 0) {
          return <Notice tone="success" title="No policy statement waits to be changed" />;
        }
        return (
          <div className="stack">
            <Notice
              tone="warning"
              title={`${countOf(data.length, 'statement names', 'statements name')} OCIDs from before the restore`}
              actions={
                writable > 0 && (
                  <Button onPress={() => setConfirming(true)}>
                    {`Apply ${countOf(writable, 'change')} to the policies`}
                  </Button>
                )
              }
            >
              Until they are changed, what they allow is not allowed for the restored vault and keys.
            </Notice>
            <StatementChanges changes={data} />
            <ConfirmDialog
              title="Change the policies"
              isOpen={isConfirming}
              onClose={() => setConfirming(false)}
              confirmLabel="Apply the changes"
              onConfirm={async () => {
                const { changeCount } = await call('policy.apply-proposals', { ifMatch: etag });
                showToast(
                  `${countOf(changeCount, 'statement was', 'statements were')} written into the policies.`,
                );
                proposals.reload();
              }}
            >
              <p>
                {countOf(writable, 'proposed statement is', 'proposed statements are')} written as shown, all
                of them or none. A statement beside an old one takes nothing away; one in an old one’s place
                excludes what was restored as well.
              </p>
            </ConfirmDialog>
          </div>
        );
      }}
    </AnswerView>
  );
}
