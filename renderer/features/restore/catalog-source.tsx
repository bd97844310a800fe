import { useEffect, useMemo } from 'react';
import type { BackupCopy } from '../../../shared/domain/backup.ts';
import { Button } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { BackupChoice } from '../backups/backup-choice.tsx';
import { copyKey, readableCopiesBestFirst } from '../backups/best-copy.ts';
import { depthInWords, placeInWords } from '../backups/place-in-words.ts';
import { sourceOfCopy } from './restore-source.ts';
import type { SourceDraft } from './source-draft.ts';

export interface CatalogSourceProps {
  readonly draft: SourceDraft;
  readonly onChange: (change: Partial<SourceDraft>) => void;
}

/** A backup of the catalog, then one of its copies: the best one is proposed. */
export function CatalogSource({ draft, onChange }: CatalogSourceProps) {
  const { backupId } = draft;
  const backup = useAnswer('backup.get', backupId === undefined ? undefined : { backupId });
  return (
    <>
      <BackupChoice
        backup={backup}
        backupId={backupId}
        onChange={(chosen) => onChange({ backupId: chosen, copy: undefined })}
        empty={
          <EmptyState
            title="The catalog knows no backup"
            action={
              <Button onPress={() => navigate('media', { tab: 'rebuild' })}>Rebuild the catalog</Button>
            }
          >
            Choose a file or an object of a bucket instead, or rebuild the catalog from buckets and media.
          </EmptyState>
        }
      />
      {backup.answer !== undefined && (
        <CopyChoice known={backup.answer.copies} draft={draft} onChange={onChange} />
      )}
    </>
  );
}

function CopyChoice({
  known,
  draft,
  onChange,
}: CatalogSourceProps & { readonly known: readonly BackupCopy[] }) {
  const copies = useMemo(() => readableCopiesBestFirst(known), [known]);
  const best = useMemo(() => (copies[0] === undefined ? undefined : sourceOfCopy(copies[0])), [copies]);
  const isChosen = draft.copy !== undefined;
  useEffect(() => {
    // Once for each backup: what was chosen by hand afterwards stays.
    if (!isChosen && best !== undefined) onChange({ copy: best });
  }, [isChosen, best, onChange]);
  if (copies.length === 0) {
    return (
      <Notice tone="warning" title="No copy of it can be read from here">
        The catalog knows no copy in a bucket or file. If you have the file on a medium or its URL, choose
        that way above.
      </Notice>
    );
  }
  const chosen = JSON.stringify(draft.copy);
  const value = copies.find((copy) => JSON.stringify(sourceOfCopy(copy)) === chosen);
  return (
    <RadioCards
      label="Copy to restore from"
      value={value === undefined ? undefined : copyKey(value)}
      onChange={(key) => {
        const copy = copies.find((each) => copyKey(each) === key);
        onChange({ copy: copy === undefined ? undefined : sourceOfCopy(copy) });
      }}
      cards={copies.map((copy) => ({
        id: copyKey(copy),
        title: placeInWords(copy.place),
        description: <CopyFacts copy={copy} />,
        aside:
          copy.timeVerified === undefined ? (
            <Badge tone="warning">Not verified</Badge>
          ) : (
            <Badge tone="good">Verified</Badge>
          ),
      }))}
    />
  );
}

function CopyFacts({ copy: { region, verifiedDepth, timeVerified } }: { readonly copy: BackupCopy }) {
  return (
    <>
      {region !== undefined && `${region}. `}
      {depthInWords(verifiedDepth)}
      {timeVerified !== undefined && (
        <>
          , <Time value={timeVerified} show="relative" />
        </>
      )}
    </>
  );
}
