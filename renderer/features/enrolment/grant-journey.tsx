import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { navigate } from '../../stores/navigation.ts';
import { Sentences } from '../token/sentences.tsx';
import { CheckValues } from './check-values.tsx';
import { areAllWords, exchangeName } from './exchange.ts';
import { WordsHeard, WordsToRead } from './spoken-words.tsx';

type StepId = 'file' | 'words' | 'review' | 'done';

/** The side with the realm keys: part 2 of an enrolment. */
export function GrantJourney({
  regions,
  onLeave,
}: {
  readonly regions: readonly Region[];
  readonly onLeave: () => void;
}) {
  const [step, setStep] = useState<StepId>('file');
  const [requestFile, setRequestFile] = useState('');
  const [words, setWords] = useState('');
  const [out, setOut] = useState('');
  const [granting, setGranting] = useState(
    () => regions.find(({ isCeremonyClosed }) => !isCeremonyClosed)?.regionId,
  );
  const [grant, setGrant] = useState<Answer<'region.enrol-grant'>>();
  const label = regions.find(({ regionId }) => regionId === granting)?.token.tokenLabel ?? '';

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'file',
      label: 'Request file',
      content: (
        <>
          <FilePicker
            label="Request file"
            value={requestFile}
            onChange={setRequestFile}
            purpose="open-file"
            title="Choose the request file"
            extensions={['json']}
            hasDropZone
            isRequired
            description="The file that the other machine wrote, unchanged."
          />
          <Select
            label="Token that grants"
            value={granting}
            onChange={setGranting}
            isRequired
            options={regions.map(({ regionId, token, isCeremonyClosed }) => ({
              id: regionId,
              label: `${token.tokenLabel} (${regionId})`,
              isDisabled: isCeremonyClosed,
              ...(isCeremonyClosed ? { description: 'Its ceremony is closed: it grants no more.' } : {}),
            }))}
          />
        </>
      ),
      canContinue: requestFile.trim() !== '' && granting !== undefined,
      missing: 'Choose the file and the token.',
    },
    {
      id: 'words',
      label: 'Hear the words',
      content: <WordsHeard value={words} onChange={setWords} of="the request" />,
      canContinue: areAllWords(words),
      missing: 'All twelve words are needed.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet. The words are compared first; if they differ, nothing is.',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'Request file', value: <code>{requestFile}</code> },
              { term: 'Token that grants', value: `${label} (${granting ?? ''})` },
            ]}
          />
          <FilePicker
            label="Where to write the grant file"
            value={out}
            onChange={setOut}
            purpose="save-file"
            title="Write the grant file"
            defaultName={exchangeName('grant', '', new Date())}
            extensions={['json']}
            isRequired
            description="It holds the realm keys, wrapped for the new token alone: no other token can open it."
          />
        </>
      ),
      canContinue: out.trim() !== '',
      missing: 'Say where the file goes.',
      continueLabel: 'Grant the realm keys',
      pendingWords: `${label} wraps the realm keys. A window of its own may ask for its PIN.`,
      mendAt: ({ reason }) =>
        reason === 'WordsDiffer' ? 'words' : reason === 'NotAnEnrolmentFile' ? 'file' : undefined,
      onContinue: async () => {
        if (granting === undefined) return false;
        setGrant(
          await call('region.enrol-grant', {
            region: granting,
            request: requestFile.trim(),
            confirmWords: words,
            out: out.trim(),
          }),
        );
        return true;
      },
    },
    {
      id: 'done',
      label: 'Read the words out',
      isFinal: true,
      hasNoButtons: true,
      content: grant !== undefined && (
        <JourneyResult
          outcome="done"
          title={`The grant for ${grant.regionId} was written.`}
          done={[
            <>
              The realm keys are in <code>{grant.grantFile}</code>, wrapped for the new token with RSA-OAEP
              and {grant.oaepHash}.
            </>,
          ]}
          next={
            <Button variant="primary" onPress={() => navigate('regions')}>
              Go to the regions
            </Button>
          }
        >
          <WordsToRead words={grant.words} of="the grant">
            Carry the grant file back, and read these words to the officer there, by voice.
          </WordsToRead>
          <p>Afterwards both sides compare these check values. They must be the same.</p>
          <CheckValues label={label} rbk={grant.rbkCheckValue} rak={grant.rakCheckValue} />
          {grant.warnings.length > 0 && (
            <Notice tone="warning" title="Good to know">
              <Sentences of={grant.warnings} />
            </Notice>
          )}
        </JourneyResult>
      ),
    },
  ];

  return (
    <Journey label="Grant an enrolment" steps={steps} current={step} onMove={setStep} onCancel={onLeave} />
  );
}
