import { useState } from 'react';
import { call } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';

/** After a restore in another region: statements that still name old OCIDs, and one button that mends them (rule R41). */
export function Proposals({ onApplied }: { readonly onApplied: () => void }) {
  const proposals = useAnswer('policy.proposals', {});
  const [isOpen, setOpen] = useState(false);
  const data = proposals.answer?.data ?? [];
  if (data.length === 0) return null;
  return (
    <>
      <Notice
        tone="warning"
        title={`${countOf(data.length, 'statement names', 'statements name')} what has a new OCID since a restore`}
        actions={
          <Button size="small" onPress={() => setOpen(true)}>
            Read the proposed text
          </Button>
        }
      >
        Until they are changed, they do not speak of the restored vaults and keys.
      </Notice>
      <ConfirmDialog
        title="Write the proposed statements?"
        isOpen={isOpen}
        confirmLabel="Write them"
        onClose={() => setOpen(false)}
        onConfirm={async () => {
          await call('policy.apply-proposals', { ifMatch: proposals.answer?.etag });
          setOpen(false);
          proposals.reload();
          onApplied();
        }}
        onReload={proposals.reload}
      >
        <ul className="plain-list stack">
          {data.map((proposal) => (
            <li key={`${proposal.policyId} ${proposal.statement}`} className="stack">
              <strong>{`${proposal.policyName} (${proposal.region})`}</strong>
              <span className="code quiet">{proposal.statement}</span>
              <span className="code">
                {proposal.proposedStatement ?? 'Too long to be proposed: write it by hand.'}
              </span>
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </>
  );
}
