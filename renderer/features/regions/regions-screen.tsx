import { KeyRound, ShieldPlus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { Sentences } from '../token/sentences.tsx';
import { AttachJourney } from './attach-journey.tsx';
import { RegionCard } from './region-card.tsx';

/** Each region, the token that it is bound to, and when that token last proved the realm keys (rules R1, R2). */
export function RegionsScreen({ params }: ScreenProps) {
  return params['part'] === 'attach' ? <Attach /> : <Regions />;
}

function Attach() {
  const regions = useAnswer('region.list', {});
  return (
    <Screen title="Attach a token" back={{ to: 'regions', label: 'Regions' }}>
      <AnswerView of={regions} loading="Loading the regions">
        {({ data }) => <AttachJourney regions={data} onLeave={() => navigate('regions')} />}
      </AnswerView>
    </Screen>
  );
}

function Regions() {
  const regions = useAnswer('region.list', {});
  const realm = useAnswer('realm.get', {});
  const [said, say] = useState<readonly string[]>([]);
  const warnings = realm.answer?.warnings ?? [];
  return (
    <Screen
      title="Regions"
      intro="Each region is bound to one token that holds the realm keys. The realm is as safe as the number of places that they are in."
      actions={
        <>
          <Button icon={KeyRound} onPress={attach}>
            Attach a token
          </Button>
          <Button variant="primary" icon={ShieldPlus} onPress={() => navigate('enrolment')}>
            Enrol a token
          </Button>
        </>
      }
    >
      {said.length > 0 && (
        <Notice tone="success" isLive>
          <Sentences of={said} />
        </Notice>
      )}
      {warnings.length > 0 && (
        <Notice
          tone={(realm.answer?.provenTokens.length ?? 0) > 1 ? 'info' : 'warning'}
          title="What the realm rests on"
        >
          <Sentences of={warnings} />
        </Notice>
      )}
      <AnswerView of={regions} loading="Loading the regions">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              title="No region is attached"
              action={
                <Button variant="primary" icon={KeyRound} onPress={attach}>
                  Attach a token
                </Button>
              }
            >
              This home knows its realm, and no token of it. Attach one that has the realm keys.
            </EmptyState>
          ) : (
            data.map((region) => (
              <RegionCard
                key={region.regionId}
                region={region}
                isLast={data.length === 1}
                onChanged={(sentences) => {
                  say(sentences);
                  regions.reload();
                  realm.reload();
                }}
              />
            ))
          )
        }
      </AnswerView>
    </Screen>
  );
}

function attach(): void {
  navigate('regions', { part: 'attach' });
}
