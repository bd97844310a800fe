import { Gauge, History } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { navigate } from '../../stores/navigation.ts';
import { Sentences } from '../token/sentences.tsx';
import { CheckValues } from './check-values.tsx';

/** The new token's side has the realm keys: what to compare with the other side, and what to do next. */
export function Accepted({
  accepted: { realm, region, warnings },
}: {
  readonly accepted: Answer<'region.enrol-accept'>;
}) {
  return (
    <JourneyResult
      outcome="done"
      title={`The realm keys of ${realm.name} are on the token ${region.token.tokenLabel}.`}
      done={[
        `It serves the region ${region.regionId} (${region.regionKey}), proven by check values.`,
        'The transport key was destroyed: the grant file opens nothing any more.',
      ]}
      next={
        <>
          <Button variant="primary" icon={History} onPress={() => navigate('restore')}>
            Restore a backup
          </Button>
          <Button icon={Gauge} onPress={() => navigate('overview')}>
            Go to the overview
          </Button>
        </>
      }
    >
      <p>Compare these check values with the other side, by voice. It shows the same ones.</p>
      <CheckValues label={region.token.tokenLabel} rbk={realm.rbkCheckValue} rak={realm.rakCheckValue} />
      <Notice tone="warning" title="What the realm rests on now">
        <Sentences of={warnings} />
      </Notice>
    </JourneyResult>
  );
}
