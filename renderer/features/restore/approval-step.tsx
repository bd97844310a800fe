import { LogOut } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { inWindowWords } from '../../components/words.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { announce, showToast } from '../../stores/announcements.ts';
import { navigate } from '../../stores/navigation.ts';
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
  /** Who asked, where that is somebody else than who looks at it now. */
  readonly requestedBy: string | undefined;
  /** What the restore would do now is what was asked about. */
  readonly isSamePlan: boolean;
}

/** Waits for a second operator (rule R63): shows what they approve, and goes on when they have. */
export function ApprovalStep(props: ApprovalStepProps) {
  const { planHash, pages, found, asked, requestedBy, isSamePlan } = props;
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
      {requestedBy === undefined ? (
        <ForRequester {...props} />
      ) : (
        <ForApprover requestedBy={requestedBy} found={found} isSamePlan={isSamePlan} onDecided={reload} />
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
          <p>{inWindowWords(error.message)}</p>
          {asked !== undefined && <p>{asked.next}</p>}
          <p>When the other operator says that it is approved, press Restore now.</p>
        </Notice>
      )}
    </div>
  );
}

/** What whoever asked has to know. */
function ForRequester({ found: { isGranted, lost }, isSourceKept }: ApprovalStepProps) {
  if (isGranted) {
    return (
      <Notice tone="success" title="The plan is approved" isLive>
        Go on with exactly this plan. An approval is good for 24 hours and for one restore.
      </Notice>
    );
  }
  if (lost.length > 0) {
    return (
      <Notice tone="error" title="The plan is not approved">
        Go back to the plan, talk to whoever decided, and ask again by restoring once more.
      </Notice>
    );
  }
  return (
    <Notice
      tone="warning"
      title="Waiting for a second operator"
      actions={<SignOutButton>Sign out, so that they can sign in</SignOutButton>}
    >
      <p>
        Another operator signs in, reads the plan here or under Access, compares its hash with the one below,
        and approves it. Then you sign in again and open Restore: this journey is where you left it
        {isSourceKept ? '' : ', except for the URL, which is not kept'}.
      </p>
    </Notice>
  );
}

interface ForApproverProps {
  readonly requestedBy: string;
  readonly found: ApprovalsOfPlan;
  readonly isSamePlan: boolean;
  readonly onDecided: () => void;
}

/** What a second operator has to know, who sees the plan made anew with their own rights. */
function ForApprover({ requestedBy, found, isSamePlan, onDecided }: ForApproverProps) {
  const [isDeciding, setDeciding] = useState(false);
  const waiting = found.approvals.filter(({ state }) => state === 'REQUESTED');
  if (waiting.length === 0) {
    return (
      <Notice
        tone={found.isGranted ? 'success' : 'warning'}
        title={found.isGranted ? 'You or another operator approved it' : 'It is not waiting any more'}
        actions={<SignOutButton>{`Sign out, so that ${requestedBy} can go on`}</SignOutButton>}
      >
        Only {requestedBy} can carry it out.
      </Notice>
    );
  }
  return (
    <Notice
      tone="warning"
      title={`${requestedBy} asks for your approval`}
      actions={
        <>
          <Button variant="primary" isDisabled={!isSamePlan} onPress={() => setDeciding(true)}>
            Approve this plan
          </Button>
          <Button onPress={() => navigate('access', { tab: 'approvals' })}>See it under Access</Button>
        </>
      }
    >
      <p>
        The backup was verified and the plan made anew for you just now: go back one step to read it. Approve
        only what you would have done yourself.
      </p>
      <ConfirmDialog
        title="Approve this plan"
        isOpen={isDeciding}
        onClose={() => setDeciding(false)}
        confirmLabel="Approve it"
        onConfirm={async () => {
          for (const { id } of waiting) await call('approval.grant', { approvalId: id });
          onDecided();
        }}
      >
        <p>
          {requestedBy} may then carry out exactly this plan, once, within 24 hours of having asked for it.
        </p>
      </ConfirmDialog>
    </Notice>
  );
}

function SignOutButton({ children }: { readonly children: string }) {
  return (
    <Button
      icon={LogOut}
      onPress={() =>
        void signOut().catch((thrown: unknown) => showToast(toErrorDocument(thrown).message, 'error'))
      }
    >
      {children}
    </Button>
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
