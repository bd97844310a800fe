import { useState } from 'react';
import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { Bytes, Fingerprint } from '../../components/ocid.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { countOf, figure, inWindowWords } from '../../components/words.ts';
import { IdMapTable } from './id-map-table.tsx';
import { LimitBars } from './limit-bars.tsx';
import { PlanItemTable } from './plan-item-table.tsx';
import {
  changedIds,
  changesNothing,
  countsOf,
  durationInWords,
  nameOfRestored,
  whatComesBack,
  whatToDoAbout,
} from './plan-words.ts';
import { StatementChanges } from './statement-changes.tsx';
import './restore.css';

type TabId = 'items' | 'ids' | 'limits' | 'policies';

/** What the restore would do, before it does anything (rule R43). */
export function PlanStep({ plan }: { readonly plan: RestorePlan }) {
  const [tab, setTab] = useState<TabId>('items');
  const changed = changedIds(plan.items);
  return (
    <div className="stack">
      <Verdict plan={plan} />
      <Figures plan={plan} />
      <ComesBack plan={plan} />
      {plan.warnings.length > 0 && (
        <Notice
          tone="warning"
          title={
            plan.warnings.length === 1
              ? 'One thing to consider'
              : `${figure(plan.warnings.length)} things to consider`
          }
        >
          <ul className="plan-reasons">
            {plan.warnings.map((warning) => (
              <li key={warning}>{inWindowWords(warning)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Tabs<TabId>
        label="Parts of the plan"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: 'items',
            label: 'What happens',
            count: plan.items.length,
            content: <PlanItemTable items={plan.items} />,
          },
          {
            id: 'ids',
            label: 'OCIDs',
            count: changed.length,
            content: plan.isSourceRegion ? (
              <p>
                Every OCID stays as it is: this is the backup’s own region. Policies and programs that name
                them go on working.
              </p>
            ) : (
              <IdMapTable items={plan.items} />
            ),
          },
          {
            id: 'limits',
            label: 'Limits',
            count: plan.limits.length,
            content: <LimitBars limits={plan.limits} />,
          },
          {
            id: 'policies',
            label: 'Policies',
            count: plan.policies.length,
            content: <PolicyChanges plan={plan} />,
          },
        ]}
      />
      <DescriptionList
        columns={3}
        items={[
          { term: 'Backup', value: <Time value={plan.backup.timeCreated} /> },
          { term: 'Made in', value: plan.backup.sourceRegion },
          { term: 'Size', value: <Bytes value={plan.backup.size} /> },
          { term: 'SHA-256', value: <Fingerprint value={plan.backup.sha256} /> },
          { term: 'Plan hash', value: <Fingerprint value={plan.planHash} what="The plan’s hash" /> },
        ]}
      />
    </div>
  );
}

function Verdict({ plan }: { readonly plan: RestorePlan }) {
  if (plan.refused.length > 0) {
    return (
      <Notice tone="error" title="This restore is refused; nothing was written">
        <ul className="plan-reasons">
          {plan.refused.map((refusal) => (
            <li key={refusal}>
              <strong>{refusal}</strong> {whatToDoAbout(refusal)}
            </li>
          ))}
        </ul>
      </Notice>
    );
  }
  const exceeded = plan.limits.filter(({ isExceeded }) => isExceeded);
  if (exceeded.length > 0) {
    return (
      <Notice tone="error" title="This restore does not fit the limits of the region">
        Delete what is no longer needed, or have the limit raised by an administrator; then make the plan
        again.
      </Notice>
    );
  }
  if (changesNothing(plan)) {
    return (
      <Notice tone="info" title={`Verified in full: ${plan.region} has everything of this backup already`}>
        Restoring it would change nothing.
      </Notice>
    );
  }
  return (
    <Notice
      tone="success"
      title={`Verified in full: ${nameOfRestored(plan)} may be restored into ${plan.region}`}
    >
      Nothing is deleted or overwritten, and nothing of it can be used before all of it is there. Writing to
      the token takes {durationInWords(plan.estimatedMilliseconds)}.
    </Notice>
  );
}

function Figures({ plan }: { readonly plan: RestorePlan }) {
  const counts = countsOf(plan);
  return (
    <dl className="plan-figures">
      <Figure term="to add" value={figure(counts.ADD)} />
      <Figure term="to update" value={figure(counts.UPDATE)} />
      <Figure term="to keep" value={figure(counts.KEEP)} />
      <Figure term="key versions to add" value={figure(plan.keyVersionsToAdd)} />
      <Figure term="key versions here" value={figure(plan.keyVersionsPresent)} />
    </dl>
  );
}

function Figure({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div className="plan-figure">
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function ComesBack({ plan }: { readonly plan: RestorePlan }) {
  const names = whatComesBack(plan);
  if (names.length === 0) return null;
  return (
    <Notice tone="warning" title="This would bring back what was destroyed here on purpose">
      <ul className="plan-reasons">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <p>What was encrypted with it can be read again. You are asked about it before anything is written.</p>
    </Notice>
  );
}

function PolicyChanges({ plan }: { readonly plan: RestorePlan }) {
  if (plan.policies.length === 0) return <p>No policy statement names an OCID that changes.</p>;
  return (
    <div className="stack">
      <p>
        {countOf(plan.policies.length, 'statement names', 'statements name')} an OCID that changes. After the
        restore you can have these changes written into the policies.
      </p>
      <StatementChanges changes={plan.policies} />
    </div>
  );
}
