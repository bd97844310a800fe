import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { Button } from '../../components/button.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { useSession } from '../../stores/session.ts';
import { AskJourney } from './ask-journey.tsx';
import { BothJourney } from './both-journey.tsx';
import { sideOf } from './exchange.ts';
import type { Side } from './exchange.ts';
import { GrantJourney } from './grant-journey.tsx';
import { SideChoice } from './side-choice.tsx';
import './enrolment.css';

/** A further token joins the realm: the machine's part in it is chosen first. */
export function EnrolmentScreen({ params }: ScreenProps) {
  // As it was when the screen appeared: a home that joins has a realm at the end, and stays on its result.
  const [hasRealm] = useState(() => useSession.getState().session?.realm !== undefined);
  const regions = useAnswer('region.list', hasRealm ? {} : undefined);
  const side = sideOf(params['side']);
  const back = hasRealm
    ? ({ to: 'regions', label: 'Regions' } as const)
    : ({ to: 'first-run', label: 'Get started' } as const);
  return (
    <Screen
      title="Enrol a token"
      back={back}
      intro="A second token with the same realm keys, in another place: so that losing one loses nothing. Two files pass between the sides, and each side reads twelve words to the other."
    >
      {hasRealm ? (
        <AnswerView of={regions} loading="Loading the regions">
          {({ data }) => <Part side={side} regions={data} hasRealm />}
        </AnswerView>
      ) : (
        <Part side={side} regions={[]} hasRealm={false} />
      )}
    </Screen>
  );
}

function Part({
  side,
  regions,
  hasRealm,
}: {
  readonly side: Side | undefined;
  readonly regions: readonly Region[];
  readonly hasRealm: boolean;
}) {
  const leave = (): void => navigate('enrolment');
  if (side === 'both' && hasRealm) return <BothJourney regions={regions} onLeave={leave} />;
  if (side === 'grant' && hasRealm) return <GrantJourney regions={regions} onLeave={leave} />;
  if (side === 'ask' || side === 'accept') {
    return <AskJourney regions={regions} isAccepting={side === 'accept'} onLeave={leave} />;
  }
  return <Choice hasRealm={hasRealm} />;
}

function Choice({ hasRealm }: { readonly hasRealm: boolean }) {
  const [side, setSide] = useState<Side | undefined>(hasRealm ? 'both' : 'ask');
  return (
    <div className="stack card part-choice">
      <SideChoice value={side} onChange={setSide} hasRealm={hasRealm} />
      {!hasRealm && (
        <Notice title="Joining a realm">
          The realm comes with the grant. Until it is taken in, this home stays empty.
        </Notice>
      )}
      <div>
        <Button
          variant="primary"
          isDisabled={side === undefined}
          onPress={() => {
            if (side !== undefined) navigate('enrolment', { side });
          }}
        >
          Continue
        </Button>
      </div>
    </div>
  );
}
