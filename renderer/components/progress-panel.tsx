import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ProgressBar as AriaProgressBar, Label } from 'react-aria-components';
import { announce } from '../stores/announcements.ts';
import type { RunningWork } from '../stores/work-requests.ts';
import { Button } from './button.tsx';
import { timeLeftInWords } from './words.ts';

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 100; undefined: how far it is cannot be told yet. */
  readonly percent: number | undefined;
  readonly isLabelHidden?: boolean;
  readonly size?: 'small' | 'normal';
}

export function ProgressBar({ label, percent, isLabelHidden = false, size = 'normal' }: ProgressBarProps) {
  return (
    <AriaProgressBar
      className="progress"
      data-size={size}
      {...(percent === undefined ? { isIndeterminate: true } : { value: percent })}
    >
      {({ valueText, percentage }) => (
        <>
          <div className={isLabelHidden ? 'visually-hidden' : 'progress-words'}>
            <Label>{label}</Label>
            <span>{percent === undefined ? '' : valueText}</span>
          </div>
          <div className="progress-track" data-unknown={percent === undefined || undefined}>
            <div className="progress-fill" style={{ inlineSize: `${percentage ?? 30}%` }} />
          </div>
        </>
      )}
    </AriaProgressBar>
  );
}

export interface ProgressPanelProps {
  /** `Backing up Payments Vault` */
  readonly title: string;
  /** From useWork; undefined while it is starting. */
  readonly progress: RunningWork | undefined;
  /** Offers to cancel; says in words what cancelling leaves. */
  readonly onCancel?: () => void;
  readonly cancelNote?: string;
  /** While there is no progress yet: `Waiting for the PIN of zrh`. */
  readonly starting?: string;
}

/** Work that runs: how far, what is happening, how long still, what happened, and the way to stop it. */
export function ProgressPanel({
  title,
  progress,
  onCancel,
  cancelNote,
  starting = 'Starting. A window may ask for the token’s PIN.',
}: ProgressPanelProps) {
  const left = timeLeftInWords(progress?.millisecondsLeft);
  const activity = progress?.activity ?? starting;
  useSparseAnnouncements(progress, activity);
  const log = useRef<HTMLOListElement>(null);
  const lineCount = progress?.lines.length ?? 0;
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [lineCount]);
  return (
    <div className="progress-panel">
      <ProgressBar label={title} percent={progress?.percentComplete} />
      <p className="progress-activity">
        <span>{activity}</span>
        {left !== undefined && <span className="quiet">{left}</span>}
      </p>
      {progress !== undefined && progress.lines.length > 0 && (
        <ol className="progress-log" ref={log} tabIndex={0} aria-label="What happened so far">
          {progress.lines.map(({ time, text }, index) => (
            <li key={index}>
              <time dateTime={time}>{time.slice(11, 19)}</time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      )}
      <div className="progress-foot">
        <span className="quiet">
          The work goes on when you look at another screen.{cancelNote === undefined ? '' : ` ${cancelNote}`}
        </span>
        {onCancel !== undefined && (
          <Button icon={X} isDisabled={progress === undefined} onPress={onCancel}>
            Cancel the work
          </Button>
        )}
      </div>
    </div>
  );
}

/** Every quarter is read out, not every line: a screen reader that never stops talking cannot be worked with. */
function useSparseAnnouncements(progress: RunningWork | undefined, activity: string): void {
  const quarter = progress === undefined ? -1 : Math.floor(progress.percentComplete / 25);
  const words = useRef(activity);
  words.current = activity;
  useEffect(() => {
    announce(quarter <= 0 ? words.current : `${quarter * 25} percent. ${words.current}`);
  }, [quarter]);
}
