import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { navigate } from '../../stores/navigation.ts';
import { causeOf } from '../token/cause.ts';
import { RegionFields } from '../token/region-fields.tsx';
import { isRegionNamed, regionFieldsOf } from '../token/region-naming.ts';
import { Sentences } from '../token/sentences.tsx';
import { TokenChooser } from '../token/token-chooser.tsx';
import { NO_TOKEN, tokenFieldsOf } from '../token/token-choice.ts';

type StepId = 'token' | 'region' | 'review' | 'done';

/** A token that has the realm keys already is bound to a region: a new one, or one whose token was replaced (rule R2). */
export function AttachJourney({
  regions,
  onLeave,
}: {
  readonly regions: readonly Region[];
  readonly onLeave: () => void;
}) {
  const [step, setStep] = useState<StepId>('token');
  const [choice, setChoice] = useState(NO_TOKEN);
  const [naming, setNaming] = useState({ regionId: '', regionKey: '' });
  const [bound, setBound] = useState<Answer<'region.attach'>>();
  const former = regions.find(({ regionId }) => regionId === naming.regionId);

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'token',
      label: 'Token',
      intro: 'One that was enrolled before, here or in another home of this realm.',
      content: <TokenChooser value={choice} onChange={setChoice} regions={regions} />,
      canContinue: choice.token !== undefined,
      missing: 'Choose a token.',
    },
    {
      id: 'region',
      label: 'Region',
      content: (
        <>
          <RegionFields value={naming} onChange={setNaming} />
          {former !== undefined && (
            <Notice tone="warning" title={`${former.regionId} has a token already`}>
              {former.token.tokenLabel} serves it now. The new token takes its place in this home.
            </Notice>
          )}
        </>
      ),
      canContinue: isRegionNamed(naming),
      missing: 'Name the region.',
    },
    {
      id: 'review',
      label: 'Review',
      intro:
        'The token proves by check values that it holds this realm’s keys. If it does not, nothing is written.',
      content: (
        <DescriptionList
          items={[
            { term: 'Token', value: choice.token?.label },
            { term: 'Serial number', value: choice.token?.serial },
            { term: 'Region', value: naming.regionId },
            { term: 'Instead of', value: former?.token.tokenLabel },
          ]}
        />
      ),
      continueLabel: 'Attach the token',
      pendingWords: `Proving the realm keys of ${choice.token?.label ?? 'the token'}. A window of its own asks for its PIN.`,
      mendAt: causeOf,
      onContinue: async () => {
        const token = tokenFieldsOf(choice);
        if (token === undefined) return false;
        setBound(await call('region.attach', { ...regionFieldsOf(naming), ...token }));
        return true;
      },
    },
    {
      id: 'done',
      label: 'Done',
      isFinal: true,
      hasNoButtons: true,
      content: bound !== undefined && (
        <JourneyResult
          outcome="done"
          title={`${bound.region.token.tokenLabel} serves ${bound.region.regionId}.`}
          next={
            <Button variant="primary" onPress={() => navigate('regions')}>
              Go to the regions
            </Button>
          }
        >
          <Notice tone="warning" title="What the realm rests on now">
            <Sentences of={bound.warnings} />
          </Notice>
        </JourneyResult>
      ),
    },
  ];
  return <Journey label="Attach a token" steps={steps} current={step} onMove={setStep} onCancel={onLeave} />;
}
