import { useState } from 'react';
import { principalNameSchema } from '../../../shared/domain/operator.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import { regionIdSchema } from '../../../shared/domain/region.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useSession } from '../../stores/session.ts';
import { flawOf, isFit } from '../token/field-flaws.ts';
import { RegionFields } from '../token/region-fields.tsx';
import { isRegionNamed, regionFieldsOf } from '../token/region-naming.ts';
import { NO_TOKEN, tokenFieldsOf } from '../token/token-choice.ts';
import { tokenSteps } from '../token/token-steps.tsx';
import type { NewToken } from '../token/token-steps.tsx';
import { Accepted } from './accepted.tsx';
import { areAllWords, exchangeName, mendedAt } from './exchange.ts';
import { WordsHeard, WordsToRead } from './spoken-words.tsx';

type StepId = 'token' | 'profile' | 'region' | 'request' | 'read' | 'accept' | 'done';

export interface AskJourneyProps {
  readonly regions: readonly Region[];
  /** The request was made before: only the grant is taken in. */
  readonly isAccepting: boolean;
  readonly onLeave: () => void;
}

/** The new token's side, where the other is on another machine: parts 1 and 3 of an enrolment. */
export function AskJourney({ regions, isAccepting, onLeave }: AskJourneyProps) {
  // As it was when the journey began: with its end, a new home has its first operator.
  const [needsOperator] = useState(() => useSession.getState().session?.hasOperators === false);
  const [step, setStep] = useState<StepId>(isAccepting ? 'accept' : 'token');
  const [value, setValue] = useState<NewToken>({ choice: NO_TOKEN, profile: undefined });
  const [naming, setNaming] = useState({ regionId: '', regionKey: '' });
  const [out, setOut] = useState('');
  const [request, setRequest] = useState<Answer<'region.enrol-request'>>();
  const [grantFile, setGrantFile] = useState('');
  const [words, setWords] = useState('');
  const [administrator, setAdministrator] = useState('');
  const [accepted, setAccepted] = useState<Answer<'region.enrol-accept'>>();
  const newLabel = value.choice.token?.label ?? 'the new token';

  const [token, profile] = tokenSteps({
    value,
    onChange: setValue,
    regions,
    intro: 'The new token, that is to get the realm keys.',
  });

  const asking: readonly JourneyStep<StepId>[] = [
    token,
    profile,
    {
      id: 'region',
      label: 'Region',
      content: <RegionFields value={naming} onChange={setNaming} taken={regions} />,
      canContinue: isRegionNamed(naming) && regions.every(({ regionId }) => regionId !== naming.regionId),
      missing: 'Name a region that is free.',
    },
    {
      id: 'request',
      label: 'Request file',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <FilePicker
            label="Where to write the request file"
            value={out}
            onChange={setOut}
            purpose="save-file"
            title="Write the request file"
            defaultName={exchangeName('request', naming.regionId, new Date())}
            extensions={['json']}
            isRequired
            description="On a removable medium, if the other machine is not connected. There is nothing secret in it."
          />
          <DescriptionList
            items={[
              { term: 'New token', value: newLabel },
              { term: 'Its region', value: naming.regionId },
            ]}
          />
        </>
      ),
      canContinue: out.trim() !== '',
      missing: 'Say where the file goes.',
      continueLabel: 'Make the request',
      pendingWords: `${newLabel} makes its transport key. A window of its own may ask for its PIN.`,
      mendAt: mendedAt,
      onContinue: async () => {
        const fields = tokenFieldsOf(value.choice);
        if (fields === undefined) return false;
        setRequest(
          await call('region.enrol-request', { ...regionFieldsOf(naming), ...fields, out: out.trim() }),
        );
        return true;
      },
    },
    {
      id: 'read',
      label: 'Read the words out',
      isFinal: true,
      content: request !== undefined && (
        <>
          <WordsToRead words={request.words} of="the request">
            Carry the file to the machine with the other token, and read these words to the officer there, by
            voice. There it is: Regions, Enrol a token, This machine grants.
          </WordsToRead>
          <DescriptionList items={[{ term: 'Request file', value: <code>{request.requestFile}</code> }]} />
          <Notice>
            This can take as long as it takes: the request stays open when Strongroom is closed. Come back
            with the grant file, and choose This machine accepts.
          </Notice>
        </>
      ),
      continueLabel: 'The grant file is here',
    },
  ];

  const accepting: readonly JourneyStep<StepId>[] = [
    {
      id: 'accept',
      label: 'Take the grant in',
      isFinal: !isAccepting,
      content: (
        <>
          {isAccepting && (
            <TextField
              label="Region that was asked for"
              value={naming.regionId}
              onChange={(typed) => setNaming({ ...naming, regionId: typed.trim().toLowerCase() })}
              isRequired
              isCode
              placeholder="eu-zurich-1"
              error={flawOf(regionIdSchema, naming.regionId)}
            />
          )}
          <FilePicker
            label="Grant file"
            value={grantFile}
            onChange={setGrantFile}
            purpose="open-file"
            title="Choose the grant file"
            extensions={['json']}
            isRequired
          />
          <WordsHeard value={words} onChange={setWords} of="the grant" />
          {needsOperator && (
            <TextField
              label="Your name as first operator"
              value={administrator}
              onChange={(typed) => setAdministrator(typed.trim())}
              isRequired
              isCode
              maxLength={100}
              description="You become the administrator of this home. The passphrase is asked for in a window of its own."
              error={flawOf(principalNameSchema, administrator)}
            />
          )}
        </>
      ),
      canContinue:
        isFit(regionIdSchema, naming.regionId) &&
        grantFile.trim() !== '' &&
        areAllWords(words) &&
        (!needsOperator || isFit(principalNameSchema, administrator)),
      missing: 'Fill in all of it.',
      continueLabel: 'Take the realm keys in',
      pendingWords:
        'Taking the realm keys in and comparing their check values. A window of its own may ask for the PIN of the new token.',
      onContinue: async () => {
        setAccepted(
          await call('region.enrol-accept', {
            region: naming.regionId,
            grant: grantFile.trim(),
            confirmWords: words,
            ...(needsOperator ? { administrator } : {}),
          }),
        );
      },
    },
    {
      id: 'done',
      label: 'Done',
      isFinal: true,
      hasNoButtons: true,
      content: accepted !== undefined && <Accepted accepted={accepted} />,
    },
  ];

  return (
    <Journey
      label="Enrol a token"
      steps={isAccepting ? accepting : [...asking, ...accepting]}
      current={step}
      onMove={setStep}
      onCancel={onLeave}
    />
  );
}
