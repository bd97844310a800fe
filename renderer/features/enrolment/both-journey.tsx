import { Archive, Copy, Globe } from 'lucide-react';
import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { navigate } from '../../stores/navigation.ts';
import { useSession } from '../../stores/session.ts';
import { RegionFields } from '../token/region-fields.tsx';
import { isRegionNamed, knownRegionKey, regionFieldsOf } from '../token/region-naming.ts';
import { Sentences } from '../token/sentences.tsx';
import { NO_TOKEN, tokenFieldsOf } from '../token/token-choice.ts';
import { tokenSteps } from '../token/token-steps.tsx';
import type { NewToken } from '../token/token-steps.tsx';
import { CheckValues } from './check-values.tsx';
import { exchangeName, mendedAt } from './exchange.ts';
import { WordsToRead } from './spoken-words.tsx';

type StepId = 'token' | 'profile' | 'region' | 'review' | 'request' | 'grant' | 'done';

/** Both tokens on one workstation: the three parts of an enrolment in one flow (rule R3). */
export function BothJourney({
  regions,
  onLeave,
}: {
  readonly regions: readonly Region[];
  readonly onLeave: () => void;
}) {
  const home = useSession((state) => state.session?.home ?? '');
  const [step, setStep] = useState<StepId>('token');
  const [value, setValue] = useState<NewToken>({ choice: NO_TOKEN, profile: undefined });
  const [naming, setNaming] = useState({ regionId: '', regionKey: '' });
  const open = regions.filter(({ isCeremonyClosed }) => !isCeremonyClosed);
  const [granting, setGranting] = useState(open[0]?.regionId);
  const [request, setRequest] = useState<Answer<'region.enrol-request'>>();
  const [grant, setGrant] = useState<Answer<'region.enrol-grant'>>();
  const [accepted, setAccepted] = useState<Answer<'region.enrol-accept'>>();

  const newLabel = value.choice.token?.label ?? 'the new token';
  const grantingLabel = regions.find(({ regionId }) => regionId === granting)?.token.tokenLabel ?? '';
  const pathOf = (what: 'request' | 'grant'): string =>
    `${home}/${exchangeName(what, naming.regionId, new Date())}`;
  const [token, profile] = tokenSteps({
    value,
    onChange: setValue,
    regions,
    intro: 'The new token. It must not serve a region of this home yet.',
  });

  const steps: readonly JourneyStep<StepId>[] = [
    token,
    profile,
    {
      id: 'region',
      label: 'Region',
      content: (
        <>
          <RegionFields value={naming} onChange={setNaming} taken={regions} />
          <Select
            label="Token that grants"
            value={granting}
            onChange={setGranting}
            isRequired
            description="It wraps the realm keys for the new token."
            options={regions.map(({ regionId, token: bound, isCeremonyClosed }) => ({
              id: regionId,
              label: `${bound.tokenLabel} (${regionId})`,
              isDisabled: isCeremonyClosed,
              ...(isCeremonyClosed ? { description: 'Its ceremony is closed: it grants no more.' } : {}),
            }))}
          />
          {open.length === 0 && (
            <Notice tone="warning" title="Every ceremony is closed">
              No token of this home hands the realm keys on any more. A recovery kit makes new tokens: begin
              in a new home with it, or rehearse it first.
            </Notice>
          )}
        </>
      ),
      canContinue:
        isRegionNamed(naming) &&
        granting !== undefined &&
        regions.every(({ regionId, regionKey }) => {
          const key = naming.regionKey === '' ? knownRegionKey(naming.regionId) : naming.regionKey;
          return regionId !== naming.regionId && regionKey !== key;
        }),
      missing: 'Name a region that is free, and the token that grants.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'New token', value: `${newLabel}, serial number ${value.choice.token?.serial ?? ''}` },
              { term: 'Its region', value: naming.regionId },
              { term: 'Token that grants', value: `${grantingLabel} (${granting ?? ''})` },
            ]}
          />
          <Notice title="What happens now">
            <ol className="plain-list">
              <li>{newLabel} makes a transport key. Its fingerprint is shown as twelve words.</li>
              <li>
                {grantingLabel} wraps the realm keys for that key alone. The grant has twelve words too.
              </li>
              <li>{newLabel} takes the realm keys in, and check values prove that they are the same.</li>
            </ol>
            Each token wants its PIN when its turn comes. You can stop before each part.
          </Notice>
        </>
      ),
      continueLabel: 'Make the request',
      pendingWords: `${newLabel} makes its transport key. A window of its own may ask for its PIN.`,
      mendAt: mendedAt,
      onContinue: async () => {
        const fields = tokenFieldsOf(value.choice);
        if (fields === undefined) return false;
        const out = pathOf('request');
        setRequest(await call('region.enrol-request', { ...regionFieldsOf(naming), ...fields, out }));
        return true;
      },
    },
    {
      id: 'request',
      label: 'The request',
      content: request !== undefined && (
        <>
          <WordsToRead words={request.words} of="the request">
            {newLabel} says that its transport key has these words. Strongroom compares them with the request
            file before {grantingLabel} wraps anything; a second person may note them for the record.
          </WordsToRead>
          <DescriptionList items={[{ term: 'Request file', value: <code>{request.requestFile}</code> }]} />
        </>
      ),
      continueLabel: 'Grant the realm keys',
      pendingWords: `${grantingLabel} wraps the realm keys. A window of its own may ask for its PIN.`,
      onContinue: async () => {
        if (request === undefined || granting === undefined) return false;
        setGrant(
          await call('region.enrol-grant', {
            region: granting,
            request: request.requestFile,
            confirmWords: request.words,
            out: pathOf('grant'),
          }),
        );
        return true;
      },
    },
    {
      id: 'grant',
      label: 'The grant',
      content: grant !== undefined && (
        <>
          <WordsToRead words={grant.words} of="the grant">
            {grantingLabel} says that its grant has these words. They are compared with the grant file before{' '}
            {newLabel} takes anything in.
          </WordsToRead>
          <DescriptionList items={[{ term: 'Grant file', value: <code>{grant.grantFile}</code> }]} />
          {grant.warnings.length > 0 && (
            <Notice tone="warning" title="Good to know">
              <Sentences of={grant.warnings} />
            </Notice>
          )}
        </>
      ),
      continueLabel: 'Take the realm keys in',
      pendingWords: `${newLabel} takes the realm keys in and compares their check values. A window of its own may ask for its PIN.`,
      onContinue: async () => {
        if (grant === undefined) return false;
        setAccepted(
          await call('region.enrol-accept', {
            region: naming.regionId,
            grant: grant.grantFile,
            confirmWords: grant.words,
          }),
        );
        return true;
      },
    },
    {
      id: 'done',
      label: 'Done',
      isFinal: true,
      hasNoButtons: true,
      content: accepted !== undefined && grant !== undefined && (
        <JourneyResult
          outcome="done"
          title={`The realm keys are now on ${newLabel} too.`}
          done={[
            `The token ${newLabel} serves the region ${accepted.region.regionId} (${accepted.region.regionKey}).`,
            'The transport key was destroyed: the grant file opens nothing any more. Both files may be deleted.',
          ]}
          next={
            <>
              <Button variant="primary" icon={Copy} onPress={() => navigate('copy')}>
                Copy backups to the new region
              </Button>
              <Button icon={Archive} onPress={() => navigate('recovery-kit')}>
                Make a recovery kit
              </Button>
              <Button icon={Globe} onPress={() => navigate('regions')}>
                Look at the regions
              </Button>
            </>
          }
        >
          <CheckValues
            label={grantingLabel}
            rbk={grant.rbkCheckValue}
            rak={grant.rakCheckValue}
            other={{
              label: newLabel,
              rbk: accepted.realm.rbkCheckValue,
              rak: accepted.realm.rakCheckValue,
            }}
          />
          <Notice tone="warning" title="What the realm rests on now">
            <Sentences of={accepted.warnings} />
          </Notice>
        </JourneyResult>
      ),
    },
  ];

  return <Journey label="Enrol a token" steps={steps} current={step} onMove={setStep} onCancel={onLeave} />;
}
