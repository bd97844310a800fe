import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  DAY_MILLISECONDS,
  LATEST_DELETION_DAYS,
  SOONEST_DELETION_DAYS,
} from '../../../shared/domain/deletion.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { toErrorDocument } from '../../client.ts';
import { Checkbox } from '../../components/choice.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { NumberField } from '../../components/text-field.tsx';
import { absoluteTime, inWindowWords } from '../../components/words.ts';

/** What no verified backup covers, as far as it is known yet. */
export interface UncoveredAnswer {
  /** Undefined while it is being found out. */
  readonly sentences: readonly string[] | undefined;
  readonly error: ErrorDocument | undefined;
}

export interface Schedule {
  /** ISO 8601; undefined: as late as can be. */
  readonly timeOfDeletion: string | undefined;
  readonly isOverrideCoverage: boolean;
}

export interface ScheduleDeletionDialogProps {
  /** `the vault Payments Vault` */
  readonly subject: string;
  /** What is typed to confirm. */
  readonly nameToType: string;
  /** What happens at once, in sentences. */
  readonly children: ReactNode;
  readonly uncovered: UncoveredAnswer;
  readonly onSchedule: (schedule: Schedule) => Promise<void>;
  readonly onClose: () => void;
  readonly onReload: () => void;
}

/** Main counts the soonest time from when it is asked, a moment after the dialog did. */
const MARGIN = 60 * 60 * 1000;

/** Schedules a deletion (rule R13): when, what backups do not have, and the name typed. */
export function ScheduleDeletionDialog({
  subject,
  nameToType,
  children,
  uncovered,
  onSchedule,
  onClose,
  onReload,
}: ScheduleDeletionDialogProps) {
  const [days, setDays] = useState<number | undefined>(LATEST_DELETION_DAYS);
  const [isOverrideCoverage, setOverrideCoverage] = useState(false);
  /** What main found that the page did not know of. */
  const [refusal, setRefusal] = useState<string>();
  const [now] = useState(() => Date.now());
  const isLatest = days === undefined || days >= LATEST_DELETION_DAYS;
  const time = new Date(
    now + (isLatest ? LATEST_DELETION_DAYS * DAY_MILLISECONDS : days * DAY_MILLISECONDS + MARGIN),
  ).toISOString();
  const sentences = [...(uncovered.sentences ?? []), ...(refusal === undefined ? [] : [refusal])];
  const isUncovered = sentences.length > 0;

  async function schedule(): Promise<boolean> {
    try {
      await onSchedule({
        timeOfDeletion: isLatest ? undefined : time,
        isOverrideCoverage,
      });
      return true;
    } catch (thrown) {
      const error = toErrorDocument(thrown);
      if (error.reason !== 'NotCovered') throw thrown;
      setRefusal(inWindowWords(error.message));
      return false;
    }
  }

  return (
    <ConfirmDialog
      title={`Schedule the deletion of ${subject}`}
      isOpen
      isDanger
      onClose={onClose}
      confirmLabel="Schedule the deletion"
      nameToType={nameToType}
      isConfirmDisabled={days === undefined || (isUncovered && !isOverrideCoverage) || isUnknown(uncovered)}
      onConfirm={schedule}
      onReload={onReload}
    >
      {children}
      <NumberField
        label="Days until it may be destroyed"
        value={days}
        onChange={setDays}
        minValue={SOONEST_DELETION_DAYS}
        maxValue={LATEST_DELETION_DAYS}
        step={1}
        unit="days"
        description={
          days === undefined
            ? `${SOONEST_DELETION_DAYS} to ${LATEST_DELETION_DAYS} days.`
            : `Due ${absoluteTime(time)}. Until then the deletion can be cancelled; then it is destroyed once somebody carries out what is due.`
        }
      />
      {isUnknown(uncovered) && <Loading>Looking what backups have of it</Loading>}
      {uncovered.error !== undefined && (
        <Notice tone="warning" title="What backups have of it cannot be shown here.">
          <p>{uncovered.error.message} It is looked at again before anything is scheduled.</p>
        </Notice>
      )}
      {isUncovered ? (
        <>
          <Notice tone="error" title="No verified backup has all of it. Lost for good would be:" isLive>
            <ul className="plain-list">
              {sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </Notice>
          <Checkbox isSelected={isOverrideCoverage} onChange={setOverrideCoverage}>
            What no verified backup has may be lost for good
          </Checkbox>
        </>
      ) : (
        uncovered.sentences !== undefined && (
          <Notice tone="success" title="Verified backups have all of it." />
        )
      )}
    </ConfirmDialog>
  );
}

function isUnknown({ sentences, error }: UncoveredAnswer): boolean {
  return sentences === undefined && error === undefined;
}
