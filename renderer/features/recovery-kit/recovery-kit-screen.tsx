import { Archive, BookCheck, PlayCircle } from 'lucide-react';
import type { Region } from '../../../shared/domain/realm.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView, Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Fingerprint } from '../../components/ocid.tsx';
import { Screen, Section } from '../../components/screen.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import type { Row } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { ConfirmJourney } from './confirm-journey.tsx';
import { CreateJourney } from './create-journey.tsx';
import { RehearseJourney } from './rehearse-journey.tsx';
import { ShareFigure } from './share-figure.tsx';

const TITLES: Readonly<Record<string, string>> = {
  create: 'Make a recovery kit',
  confirm: 'Confirm a recovery kit',
  rehearse: 'Rehearse a recovery',
};

/** The recovery kits of the realm, and the parts of the ceremony that makes one and proves it. */
export function RecoveryKitScreen({ params }: ScreenProps) {
  const regions = useAnswer('region.list', {});
  const part = params['part'] ?? '';
  const title = TITLES[part];
  if (title === undefined) return <Kits />;
  return (
    <Screen title={title} back={{ to: 'recovery-kit', label: 'Recovery kits' }}>
      <AnswerView of={regions} loading="Loading the regions">
        {({ data }) => <Part part={part} kit={params['kit']} regions={data} />}
      </AnswerView>
    </Screen>
  );
}

function Part({
  part,
  kit,
  regions,
}: {
  readonly part: string;
  readonly kit: string | undefined;
  readonly regions: readonly Region[];
}) {
  const leave = (): void => navigate('recovery-kit');
  if (part === 'create') return <CreateJourney regions={regions} onLeave={leave} />;
  const props = { kit, regions, onLeave: leave };
  return part === 'confirm' ? <ConfirmJourney {...props} /> : <RehearseJourney {...props} />;
}

function Kits() {
  const kits = usePages('recovery-kit.list', {});
  const isConfirmed = kits.rows.some(({ timeConfirmed }) => timeConfirmed !== undefined);
  return (
    <Screen
      title="Recovery kits"
      intro="What brings the realm keys back when every token is lost: a kit file, and shares of its key with custodians of whom several must come together."
      actions={
        kits.rows.length > 0 && (
          <Button variant="primary" icon={Archive} onPress={create}>
            Make a recovery kit
          </Button>
        )
      }
    >
      {kits.error !== undefined && <ErrorNotice error={kits.error} onRetry={kits.reload} />}
      {kits.isLoading && kits.rows.length === 0 && <Loading>Loading the recovery kits</Loading>}
      {!kits.isLoading && kits.error === undefined && kits.rows.length === 0 && <NoKit />}
      {kits.rows.length > 0 && !isConfirmed && (
        <Notice tone="warning" title="No kit is confirmed">
          Until every share of one was read back, nobody knows that it works, and the realm rests on its
          tokens alone.
        </Notice>
      )}
      {kits.rows.map((kit) => (
        <Kit key={kit.setId} kit={kit} />
      ))}
    </Screen>
  );
}

function create(): void {
  navigate('recovery-kit', { part: 'create' });
}

function NoKit() {
  return (
    <>
      <EmptyState
        title="No recovery kit yet"
        icon={Archive}
        action={
          <Button variant="primary" icon={Archive} onPress={create}>
            Make a recovery kit
          </Button>
        }
      >
        Whoever loses every token of this realm loses every backup with them. A kit in the hands of a few
        custodians is the way back.
      </EmptyState>
      <Section title="How it works" isCard>
        <ShareFigure threshold={2} shares={3} />
      </Section>
    </>
  );
}

function Kit({ kit }: { readonly kit: Row<'recovery-kit.list'> }) {
  const { threshold, shareCount, timeCreated, timeConfirmed, timeRehearsed } = kit;
  return (
    <Section
      title={`${threshold} of ${shareCount} shares, set ${kit.setId.slice(0, 8)}`}
      isCard
      actions={
        <>
          {timeConfirmed === undefined ? (
            <Badge tone="warning">Not confirmed</Badge>
          ) : (
            <Badge tone="good">Confirmed</Badge>
          )}
          <Button icon={BookCheck} onPress={() => navigate('recovery-kit', { part: 'confirm' })}>
            {timeConfirmed === undefined ? 'Confirm' : 'Confirm again'}
          </Button>
          <Button icon={PlayCircle} onPress={() => navigate('recovery-kit', { part: 'rehearse' })}>
            Rehearse
          </Button>
        </>
      }
    >
      <DescriptionList
        columns={2}
        items={[
          { term: 'Made', value: <Time value={timeCreated} /> },
          {
            term: 'Every share read back',
            value: <Time value={timeConfirmed} none="Never: it does not count yet" />,
          },
          { term: 'Recovery rehearsed', value: <Time value={timeRehearsed} /> },
          { term: 'SHA-256 of the kit file', value: <Fingerprint value={kit.kitSha256} /> },
        ]}
      />
    </Section>
  );
}
