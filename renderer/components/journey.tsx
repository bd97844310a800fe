import { ArrowLeft, Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { toErrorDocument } from '../client.ts';
import { announce } from '../stores/announcements.ts';
import { Button } from './button.tsx';
import { Loading } from './loading.tsx';
import { ErrorNotice } from './notice.tsx';

export interface JourneyStep<Id extends string = string> {
  readonly id: Id;
  /** In the list of steps, and the step's heading. */
  readonly label: string;
  readonly intro?: ReactNode;
  readonly content: ReactNode;
  /** Default true. */
  readonly canContinue?: boolean;
  /** Beside a button that cannot be pressed: what is missing. */
  readonly missing?: string;
  /** Default: Continue. On a review the verb itself: `Back up now`. */
  readonly continueLabel?: string;
  /**
   * Before the next step is shown; a promise is waited for. What it throws is shown, and the step stays. Return false to
   * stay without an error.
   */
  readonly onContinue?: () => unknown;
  /** The button writes something that cannot be taken back. */
  readonly isDanger?: boolean;
  /** No way back from here, as while it runs and after it is done. */
  readonly isFinal?: boolean;
  /** The step has buttons of its own, as while it runs. */
  readonly hasNoButtons?: boolean;
  /** Shown while onContinue is under way: what is happening, and which windows may ask for something. */
  readonly pendingWords?: string;
  /** The step at which the cause of an error of onContinue is put right, where it is another one: a button leads there. */
  readonly mendAt?: (error: ErrorDocument) => Id | undefined;
}

export interface JourneyProps<Id extends string> {
  readonly steps: readonly JourneyStep<Id>[];
  readonly current: Id;
  readonly onMove: (id: Id) => void;
  /** Leaves the journey; not offered on final steps. */
  readonly onCancel?: () => void;
  readonly label: string;
}

/** A guided flow: the list of its steps, the step that is shown, and the way on, back and out. */
export function Journey<Id extends string>({ steps, current, onMove, onCancel, label }: JourneyProps<Id>) {
  const index = Math.max(
    0,
    steps.findIndex(({ id }) => id === current),
  );
  const step = steps[index];
  const heading = useRef<HTMLHeadingElement>(null);
  const shownBefore = useRef(current);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();

  useEffect(() => {
    if (shownBefore.current === current) return;
    shownBefore.current = current;
    setError(undefined);
    heading.current?.focus();
    announce(`Step ${index + 1} of ${steps.length}: ${step?.label ?? ''}`);
  }, [current, index, steps.length, step?.label]);

  if (step === undefined) return null;
  const previous = step.isFinal === true ? undefined : steps[index - 1];
  const next = steps[index + 1];
  const mendingId = error === undefined ? undefined : step.mendAt?.(error);
  const mending = steps.find(({ id }) => id === mendingId);

  async function goOn(): Promise<void> {
    setError(undefined);
    setPending(true);
    try {
      const isGoing = await step?.onContinue?.();
      if (isGoing !== false && next !== undefined) onMove(next.id);
    } catch (thrown) {
      setError(toErrorDocument(thrown));
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="journey">
      <nav className="journey-steps" aria-label={`Steps: ${label}`}>
        <Steps steps={steps} current={current} {...(step.isFinal === true || isPending ? {} : { onMove })} />
      </nav>
      <section className="journey-step" aria-labelledby={`step-${step.id}`}>
        <h2 ref={heading} tabIndex={-1} id={`step-${step.id}`} className="journey-heading">
          {step.label}
        </h2>
        {step.intro !== undefined && <div className="section-intro">{step.intro}</div>}
        <div className="journey-content">{step.content}</div>
        {isPending && step.pendingWords !== undefined && <Loading>{step.pendingWords}</Loading>}
        {error !== undefined && (
          <ErrorNotice
            error={error}
            {...(mending === undefined
              ? {}
              : { onRetry: () => onMove(mending.id), retryLabel: `Go to: ${mending.label}` })}
          />
        )}
        {step.hasNoButtons !== true && (
          <footer className="journey-buttons">
            {previous !== undefined && (
              <Button icon={ArrowLeft} isDisabled={isPending} onPress={() => onMove(previous.id)}>
                Back
              </Button>
            )}
            <span className="journey-buttons-end">
              {step.canContinue === false && step.missing !== undefined && (
                <span className="quiet">{step.missing}</span>
              )}
              {onCancel !== undefined && step.isFinal !== true && (
                <Button variant="quiet" onPress={onCancel}>
                  Cancel
                </Button>
              )}
              {(next !== undefined || step.onContinue !== undefined) && (
                <Button
                  variant={step.isDanger === true ? 'danger' : 'primary'}
                  isDisabled={step.canContinue === false}
                  isPending={isPending}
                  onPress={() => void goOn()}
                >
                  {step.continueLabel ?? 'Continue'}
                </Button>
              )}
            </span>
          </footer>
        )}
      </section>
    </div>
  );
}

export interface StepsProps<Id extends string> {
  readonly steps: readonly { readonly id: Id; readonly label: string }[];
  readonly current: Id;
  /** Steps that were done before can be gone back to. */
  readonly onMove?: (id: Id) => void;
}

export function Steps<Id extends string>({ steps, current, onMove }: StepsProps<Id>) {
  const at = steps.findIndex(({ id }) => id === current);
  return (
    <ol className="steps">
      {steps.map(({ id, label }, index) => {
        const state = index < at ? 'done' : index === at ? 'current' : 'ahead';
        const mark = (
          <span className="step-mark" aria-hidden>
            {state === 'done' ? <Check className="icon" /> : index + 1}
          </span>
        );
        const words = (
          <span>
            {label}
            {state === 'done' && <span className="visually-hidden"> (done)</span>}
          </span>
        );
        return (
          <li
            key={id}
            className="step"
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
          >
            {state === 'done' && onMove !== undefined ? (
              <button type="button" className="step-button" onClick={() => onMove(id)}>
                {mark}
                {words}
              </button>
            ) : (
              <span className="step-button">
                {mark}
                {words}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
