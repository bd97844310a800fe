import { Button } from '../../../../renderer/components/button.tsx';
import { DescriptionList } from '../../../../renderer/components/description-list.tsx';
import { EmptyState } from '../../../../renderer/components/empty-state.tsx';
import { Loading } from '../../../../renderer/components/loading.tsx';
import { ErrorNotice, Notice } from '../../../../renderer/components/notice.tsx';
import { Bytes, Fingerprint, Ocid } from '../../../../renderer/components/ocid.tsx';
import { Screen, Section } from '../../../../renderer/components/screen.tsx';
import { StateBadge } from '../../../../renderer/components/state-badge.tsx';
import { Time } from '../../../../renderer/components/time.tsx';
import { WordGrid } from '../../../../renderer/components/word-grid.tsx';
import { coverageStatusSchema } from '../../../../shared/domain/coverage.ts';
import { keyStateSchema, vaultStateSchema } from '../../../../shared/domain/lifecycle.ts';
import { workRequestStatusSchema } from '../../../../shared/domain/work-request.ts';

const STATES = new Set([
  ...vaultStateSchema.options,
  ...keyStateSchema.options,
  ...workRequestStatusSchema.options,
  ...coverageStatusSchema.options,
]);

export function WordsPage() {
  return (
    <Screen title="Words" width="reading">
      <Section title="States">
        <div className="row">
          {[...STATES].map((state) => (
            <StateBadge key={state} state={state} />
          ))}
        </div>
      </Section>
      <Notice title="Note">Something to know.</Notice>
      <Notice tone="success" title="Done">
        The backup was verified.
      </Notice>
      <Notice tone="warning" title="One copy only" actions={<Button size="small">Copy it</Button>}>
        A fire would take it.
      </Notice>
      <ErrorNotice
        error={{
          code: 'NotAuthenticated',
          reason: 'WrongPin',
          message: 'The PIN is wrong.',
          next: 'Two tries are left: ask the token’s officer.',
        }}
        onRetry={() => undefined}
      />
      <Section title="Backup" isCard>
        <DescriptionList
          columns={2}
          items={[
            { term: 'OCID', value: <Ocid value={`ocid1.backup.strongroom1..${'a'.repeat(60)}`} /> },
            { term: 'SHA-256', value: <Fingerprint value={'0123456789abcdef'.repeat(4)} /> },
            { term: 'Made', value: <Time value="2026-11-24T12:00:00.000Z" /> },
            { term: 'Size', value: <Bytes value={1_468_006} /> },
            { term: 'Not there', value: undefined },
          ]}
        />
      </Section>
      <WordGrid
        label="Words of the request"
        words="abandon ability able about above absent absorb abstract absurd abuse access accident"
      />
      <EmptyState title="No backups yet" action={<Button variant="primary">Back up a vault</Button>}>
        A backup is one sealed file with a vault and its keys.
      </EmptyState>
      <Loading>Reading the token</Loading>
    </Screen>
  );
}
