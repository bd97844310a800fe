import { Button } from '../../components/button.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';

const TONES = { ERROR: 'error', WARNING: 'warning', NOTE: 'info' } as const;

/** Catalog, tokens and buckets held against each other (doctor run), and what to do about each finding. */
export function Examination({ onClose }: { readonly onClose: () => void }) {
  const examined = useAnswer('doctor.run', {});
  return (
    <AnswerView of={examined} loading="Checking the home, its catalog, tokens and buckets">
      {({ findings, checked, isSound }) => (
        <div className="stack">
          <Notice
            tone={isSound ? 'success' : 'error'}
            title={isSound ? 'Nothing is wrong' : 'Something needs mending'}
            isLive
            actions={
              <Button size="small" variant="quiet" onPress={onClose}>
                Close
              </Button>
            }
          >
            {`Looked at ${countOf(checked.regions, 'region')}, ${countOf(checked.buckets, 'bucket')} and ${countOf(checked.copies, 'copy', 'copies')}.`}
          </Notice>
          {findings.map((finding) => (
            <Notice
              key={`${finding.subject} ${finding.message}`}
              tone={TONES[finding.severity]}
              title={finding.subject}
            >
              {`${finding.message} ${finding.next}`}
            </Notice>
          ))}
        </div>
      )}
    </AnswerView>
  );
}
