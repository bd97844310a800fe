import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { BackupDestination } from '../../../shared/contract/fields.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { destinationInWords } from './destination.ts';
import type { BackupOrder } from './use-backup-work.ts';
import type { Contents } from './use-contents.ts';

/** Reasons that the review has room for; the step before has all. */
const REASONS = 5;

export interface BackupReviewProps {
  readonly order: BackupOrder;
  readonly destination: BackupDestination;
  readonly contents: Contents;
}

export function BackupReview({ order, destination, contents }: BackupReviewProps) {
  const { vault, key } = order;
  const out = contents.rows.filter(({ reason }) => reason !== undefined);
  return (
    <>
      <DescriptionList
        items={[
          {
            term: 'What',
            value:
              key === undefined
                ? `The vault ${vault.displayName}${order.isIncludeKeys ? '' : ', without its keys'}`
                : `The key ${key.displayName} (${describeKeyShape(key.keyShape)}) of ${vault.displayName}`,
          },
          { term: 'Region', value: vault.region },
          { term: 'Goes in', value: countOf(contents.goingIn, key === undefined ? 'key' : 'version') },
          {
            term: 'Stays out',
            value:
              out.length === 0 ? (
                'Nothing'
              ) : (
                <ul className="plain-list">
                  {out.slice(0, REASONS).map(({ id, name, reason }) => (
                    <li key={id}>
                      {name} <span className="quiet">{reason}</span>
                    </li>
                  ))}
                  {out.length > REASONS && <li>and {out.length - REASONS} more: see the first step</li>}
                </ul>
              ),
          },
          {
            term: 'Secrets',
            value:
              contents.secretCount === undefined
                ? 'Never in a backup'
                : contents.secretCount === 0
                  ? 'The vault has none'
                  : `${countOf(contents.secretCount, 'secret')} of the vault, never in a backup`,
          },
          { term: 'Destination', value: destinationInWords(destination) },
        ]}
      />
      <Notice
        tone="info"
        title={`The backup is sealed by the token of ${vault.region}, read back and verified before it counts.`}
      >
        <p>
          A window may ask for the token’s PIN. Meanwhile{' '}
          {key === undefined ? 'the vault and its keys' : 'the key'} can be used, but not changed.
        </p>
      </Notice>
    </>
  );
}
