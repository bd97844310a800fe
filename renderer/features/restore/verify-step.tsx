import { RadioCards } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Fingerprint } from '../../components/ocid.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { countOf, figure } from '../../components/words.ts';
import type { VerificationDepth } from '../../../shared/domain/backup.ts';
import type { Work } from '../../hooks/use-work.ts';

export interface VerifyStepProps {
  readonly depth: VerificationDepth;
  readonly onDepth: (depth: VerificationDepth) => void;
  readonly work: Work<'backup.verify'>;
  readonly tokenLabel: string | undefined;
  readonly onRetry: () => void;
  readonly onOtherSource: () => void;
}

/** How deep the backup is verified, and what came of it. */
export function VerifyStep({ depth, onDepth, work, tokenLabel, onRetry, onOtherSource }: VerifyStepProps) {
  if (work.status === 'running') {
    return (
      <ProgressPanel
        title="Verifying the backup"
        progress={work.progress}
        starting={`Starting. A window may ask for the PIN of ${tokenLabel ?? 'the token'}.`}
        onCancel={() => void work.cancel()}
        cancelNote="Verifying writes nothing."
      />
    );
  }
  return (
    <div className="stack">
      {work.status === 'succeeded' && work.answer !== undefined ? (
        <Verified answer={work.answer} />
      ) : (
        <RadioCards<VerificationDepth>
          label="How deep"
          value={depth}
          onChange={onDepth}
          cards={[
            {
              id: 'keys',
              title: 'Every key’s value',
              description:
                'Seal, every entry, and each wrapped key opened inside the token and proven. Takes longest.',
            },
            {
              id: 'seal',
              title: 'Seal and every entry',
              description: 'Who made it, and that not a bit was changed. Needs the token.',
            },
            {
              id: 'structure',
              title: 'Structure only',
              description: 'Lengths and hashes, in a moment and without a token. Does not prove who made it.',
            },
          ]}
        />
      )}
      {work.status === 'succeeded' ? null : work.error === undefined ? (
        <p className="quiet">
          The plan verifies every key’s value once more, whatever is chosen here: nothing unverified is
          restored.
        </p>
      ) : work.status === 'cancelled' ? (
        <Notice tone="warning" title="The verification was cancelled" isLive>
          Nothing was written. Verify again, or go back and choose another backup.
        </Notice>
      ) : (
        <ErrorNotice
          error={work.error}
          title="The backup could not be verified"
          onRetry={onRetry}
          actions={<FailedActions onOtherSource={onOtherSource} />}
        />
      )}
    </div>
  );
}

function FailedActions({ onOtherSource }: { readonly onOtherSource: () => void }) {
  return (
    <button type="button" className="link" onClick={onOtherSource}>
      Choose another copy or backup
    </button>
  );
}

function Verified({ answer }: { readonly answer: NonNullable<Work<'backup.verify'>['answer']> }) {
  const { keyCount, keyVersionCount, provenKeyVersionCount } = answer;
  return (
    <>
      <Notice tone={answer.authenticated ? 'success' : 'warning'} title={answer.statement} isLive />
      <DescriptionList
        columns={3}
        items={[
          {
            term: 'Holds',
            value:
              keyCount === undefined
                ? countOf(answer.entryCount, 'entry', 'entries')
                : `${countOf(keyCount, 'key')}, ${countOf(keyVersionCount ?? 0, 'key version')}`,
          },
          {
            term: 'Proven in the token',
            value:
              provenKeyVersionCount === undefined
                ? undefined
                : `${figure(provenKeyVersionCount)} of ${countOf(keyVersionCount ?? 0, 'key version')}`,
          },
          { term: 'SHA-256', value: <Fingerprint value={answer.sha256} /> },
        ]}
      />
    </>
  );
}
