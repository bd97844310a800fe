import { Archive, PlayCircle } from 'lucide-react';
import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { navigate } from '../../stores/navigation.ts';
import { NO_KIT } from './kit-and-shares.ts';
import { KitFields } from './kit-fields.tsx';
import { useTypedShares } from './use-typed-shares.ts';

type StepId = 'shares' | 'done';

export interface KitJourneyProps {
  readonly regions: readonly Region[];
  /** Path of the kit file, where it is known from the step before. */
  readonly kit: string | undefined;
  readonly onLeave: () => void;
}

/** The second part of the ceremony: every custodian reads a share back, and only then the kit counts (rule R5). */
export function ConfirmJourney({ regions, kit, onLeave }: KitJourneyProps) {
  useTypedShares();
  const [step, setStep] = useState<StepId>('shares');
  const [value, setValue] = useState({ ...NO_KIT, kit: kit ?? '' });
  const [region, setRegion] = useState(regions[0]?.regionId);
  const [confirmed, setConfirmed] = useState<Answer<'recovery-kit.confirm'>>();

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'shares',
      label: 'Read the shares back',
      intro:
        'Every custodian in turn, from the paper or medium that they will keep. A share that is wrong, of another kit or there twice is named, and nothing is combined.',
      content: (
        <>
          <KitFields
            value={value}
            onChange={setValue}
            wanted="All of them are wanted, one of each custodian."
          />
          {regions.length > 1 && (
            <Select
              label="Token that proves the keys"
              value={region}
              onChange={setRegion}
              options={regions.map(({ regionId, token }) => ({
                id: regionId,
                label: `${token.tokenLabel} (${regionId})`,
              }))}
            />
          )}
        </>
      ),
      canContinue: value.kit.trim() !== '' && value.shareFiles.length > 1 && region !== undefined,
      missing: 'Choose the kit file and every share.',
      continueLabel: 'Confirm the kit',
      pendingWords:
        'Comparing the shares and proving the realm keys in the token. A window of its own may ask for its PIN.',
      onContinue: async () => {
        if (region === undefined) return false;
        setConfirmed(
          await call('recovery-kit.confirm', {
            kit: value.kit.trim(),
            shareFile: [...value.shareFiles],
            region,
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
      content: confirmed !== undefined && (
        <JourneyResult
          outcome="done"
          title="The kit is confirmed: every share was read back and fits."
          done={[
            `Any ${confirmed.threshold} of the ${countOf(confirmed.shareCount, 'share')} rebuild one and the same key.`,
            'What it unwraps are this realm’s keys, proven by their check values in the token.',
          ]}
          next={
            <>
              <Button
                variant="primary"
                icon={PlayCircle}
                onPress={() => navigate('recovery-kit', { part: 'rehearse', kit: value.kit })}
              >
                Rehearse a recovery
              </Button>
              <Button icon={Archive} onPress={() => navigate('recovery-kit')}>
                Go to the recovery kits
              </Button>
            </>
          }
        >
          <Notice tone="warning" title="Now clear up">
            Destroy every copy of the shares that no custodian keeps, the ones in the kit’s folder first.
          </Notice>
        </JourneyResult>
      ),
    },
  ];
  return (
    <Journey
      label="Confirm a recovery kit"
      steps={steps}
      current={step}
      onMove={setStep}
      onCancel={onLeave}
    />
  );
}
