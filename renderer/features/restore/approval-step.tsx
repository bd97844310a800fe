import { LogOut } from 'lucide-react';
import { useEffect } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { toErrorDocument } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { Fingerprint, Ocid } from '../../components/ocid.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { withoutCommands } from '../../components/words.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { announce, showToast } from '../../stores/announcements.ts';
import { signOut } from '../../stores/session.ts';
import type { Approval } from '../../../shared/domain/approval.ts';
import type { ApprovalsOfPlan } from './approval-state.ts';

const LOOK_AGAIN_EVERY = 4_000;

export interface ApprovalStepProps {
  readonly planHash: string;
  readonly pages: Pages<'approval.list'>;
  readonly found: ApprovalsOfPlan;
  /** What the refused restore said; undefined after the operator came back. */
  readonly asked: ErrorDocument | undefined;
  /** The source is kept while somebody else is signed in. */
  readonly isSourceKept: boolean;
}

/** Waits for a second operator (rule R63): shows what they approve, and goes on when they have. */
export function ApprovalStep({ planHash, pages, found, asked, isSourceKept }: ApprovalStepProps) {
  const { reload, error } = pages;
  const { isGranted, lost, approvals } = found;
  const isWaiting = !isGranted && lost.length === 0;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(reload, LOOK_AGAIN_EVERY);
    return () => clearInterval(timer);
  }, [isWaiting, reload]);
  useEffect(() => {
    if (isGranted) announce('The restore is approved. It can go on.');
  }, [isGranted]);

  return (
    <div className="stack">
      {isGranted ? (
        <Notice tone="success" title="The plan is approved" isLive>
          Restore goes on with exactly this plan. An approval is good for 24 hours and for one restore.
        </Notice>
      ) : lost.length > 0 ? (
        <Notice tone="error" title="The plan is not approved">
          Go back to the plan, talk to whoever decided, and ask again by restoring once more.
        </Notice>
      ) : (
        <Notice
          tone="warning"
          title="Waiting for a second operator"
          actions={
            <Button
              icon={LogOut}
              onPress={() =>
                void signOut().catch((thrown: unknown) => showToast(toErrorDocument(thrown).message, 'error'))
              }
            >
              Sign out, so that they can sign in
            </Button>
          }
        >
          <p>
            Another operator signs in, reads the plan under Access, compares its hash with the one below, and
            approves it. Then you sign in again: this journey is where you left it
            {isSourceKept ? '' : ', except for the URL, which is not kept'}.
          </p>
        </Notice>
      )}
      <section className="stack" aria-label="Plan hash">
        <strong>Plan hash, to compare</strong>
        <code className="approval-hash">{inGroups(planHash)}</code>
      </section>
      {approvals.map((approval) => (
        <ApprovalView key={approval.id} approval={approval} />
      ))}
      {error !== undefined && (
        <Notice title="The approval’s state cannot be shown to you">
          <p>{withoutCommands(error.message)}</p>
          {asked !== undefined && <p>{asked.next}</p>}
          <p>When the other operator says that it is approved, press Restore now.</p>
        </Notice>
      )}
    </div>
  );
}

function ApprovalView({ approval }: { readonly approval: Approval }) {
  const [tone, words] = LOOKS[approval.state];
  return (
    <div className="card">
      <DescriptionList
        items={[
          { term: 'State', value: <Badge tone={tone}>{words}</Badge> },
          { term: 'Approval', value: <Ocid value={approval.id} /> },
          { term: 'What', value: approval.summary },
          { term: 'Asked by', value: approval.requestedBy },
          { term: 'Asked', value: <Time value={approval.timeRequested} /> },
          {
            term: 'Good until',
            value:
              approval.state === 'REQUESTED' || approval.state === 'GRANTED' ? (
                <Time value={approval.timeExpires} />
              ) : undefined,
          },
          { term: 'Decided by', value: approval.decidedBy },
          { term: 'Plan hash', value: <Fingerprint value={approval.planHash} what="The plan’s hash" /> },
        ]}
      />
    </div>
  );
}

const LOOKS: Readonly<Record<Approval['state'], readonly ['good' | 'busy' | 'quiet' | 'bad', string]>> = {
  REQUESTED: ['busy', 'Waiting'],
  GRANTED: ['good', 'Approved'],
  DENIED: ['bad', 'Refused'],
  USED: ['quiet', 'Used'],
  EXPIRED: ['quiet', 'Too late'],
};

/** Eight digits at a time: two people read it to each other. */
function inGroups(hash: string): string {
  return hash.match(/.{1,8}/g)?.join(' ') ?? hash;
}
