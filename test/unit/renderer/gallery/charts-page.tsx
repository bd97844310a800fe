import { CoverageBar } from '../../../../renderer/components/coverage-bar.tsx';
import { RegionMap } from '../../../../renderer/components/region-map.tsx';
import { Screen, Section } from '../../../../renderer/components/screen.tsx';

export function ChartsPage() {
  return (
    <Screen title="Overview">
      <Section title="Regions" isCard>
        <RegionMap
          regions={[
            {
              regionId: 'eu-frankfurt-1',
              regionKey: 'FRA',
              tokenLabel: 'fra',
              vaultCount: 3,
              copyCount: 12,
              state: 'good',
              words: 'Everything here is covered.',
            },
            {
              regionId: 'eu-zurich-1',
              regionKey: 'ZRH',
              tokenLabel: 'zrh',
              vaultCount: 1,
              copyCount: 4,
              state: 'warning',
              words: 'One vault has too few copies.',
            },
            {
              regionId: 'us-ashburn-1',
              regionKey: 'IAD',
              tokenLabel: undefined,
              vaultCount: 0,
              copyCount: 0,
              state: 'bad',
              words: 'No token is bound to it.',
            },
          ]}
          routes={[
            { from: 'eu-frankfurt-1', to: 'eu-zurich-1', copyCount: 4 },
            { from: 'eu-zurich-1', to: 'eu-frankfurt-1', copyCount: 1 },
            { from: 'eu-frankfurt-1', to: 'us-ashburn-1', copyCount: 2 },
          ]}
          offlineCount={3}
          onRegion={() => undefined}
        />
      </Section>
      <Section title="Key versions" isCard>
        <CoverageBar
          label="Key versions by how they are covered"
          parts={[
            { label: 'covered', count: 120, tone: 'good' },
            { label: 'too old', count: 30, tone: 'warning' },
            { label: 'never backed up', count: 12, tone: 'bad' },
            { label: 'cannot be backed up', count: 6, tone: 'quiet' },
          ]}
        />
        <CoverageBar label="Nothing yet" parts={[{ label: 'covered', count: 0, tone: 'good' }]} />
      </Section>
    </Screen>
  );
}
