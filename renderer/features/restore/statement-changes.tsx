import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { Badge } from '../../components/state-badge.tsx';
import { diffOfStatements } from './statement-diff.ts';
import './restore.css';

type Change = RestorePlan['policies'][number];

/** Policy statements that name an OCID from before, each with its proposed text and what is new in it (rule R41). */
export function StatementChanges({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <ul className="statement-changes">
      {changes.map((change) => (
        <li
          key={`${change.policyId} ${change.statement} ${change.proposedStatement ?? ''}`}
          className="statement-change"
        >
          <div className="statement-head">
            <strong>{change.policyName}</strong>
            <ChangeBadge change={change.change} />
          </div>
          {change.proposedStatement === undefined ? (
            <>
              <p className="code statement">{change.statement}</p>
              <p className="quiet">
                The new text would be too long or too deep for one statement. Write it by hand, under Access.
              </p>
            </>
          ) : (
            <Diff old={change.statement} proposed={change.proposedStatement} />
          )}
        </li>
      ))}
    </ul>
  );
}

function ChangeBadge({ change }: { readonly change: Change['change'] }) {
  switch (change) {
    case 'ADD':
      return <Badge tone="good">Stands beside the old one</Badge>;
    case 'REPLACE':
      return <Badge tone="warning">Takes the old one’s place</Badge>;
    case 'BY_HAND':
      return <Badge tone="bad">To be written by hand</Badge>;
  }
}

function Diff({ old, proposed }: { readonly old: string; readonly proposed: string }) {
  const parts = diffOfStatements(old, proposed);
  return (
    <div className="statement-diff">
      <p className="code statement">
        <span className="statement-side">
          <span aria-hidden>−</span>
          <span className="visually-hidden">Now: </span>
        </span>
        <span>
          {parts
            .filter(({ kind }) => kind !== 'new')
            .map(({ kind, text }, index) =>
              kind === 'old' ? <del key={index}>{text}</del> : <span key={index}>{text}</span>,
            )}
        </span>
      </p>
      <p className="code statement">
        <span className="statement-side">
          <span aria-hidden>+</span>
          <span className="visually-hidden">Proposed: </span>
        </span>
        <span>
          {parts
            .filter(({ kind }) => kind !== 'old')
            .map(({ kind, text }, index) =>
              kind === 'new' ? <ins key={index}>{text}</ins> : <span key={index}>{text}</span>,
            )}
        </span>
      </p>
    </div>
  );
}
