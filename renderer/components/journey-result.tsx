import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

export interface JourneyResultProps {
  readonly outcome: 'done' | 'partly' | 'failed' | 'cancelled';
  /** One sentence: `The vault was backed up and the backup verified.` */
  readonly title: string;
  readonly children?: ReactNode;
  /** What was done, sentence by sentence. */
  readonly done?: readonly ReactNode[];
  /** What is not in it, with the reason. */
  readonly leftOut?: readonly { readonly what: ReactNode; readonly why: ReactNode }[];
  /** What to do now, with its buttons. */
  readonly next?: ReactNode;
}

const ICONS = {
  done: CircleCheck,
  partly: TriangleAlert,
  failed: CircleX,
  cancelled: TriangleAlert,
} as const;

/** The last page of a journey. It has the focus, so that the outcome is read out. */
export function JourneyResult({
  outcome,
  title,
  children,
  done = [],
  leftOut = [],
  next,
}: JourneyResultProps) {
  const Icon = ICONS[outcome];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="journey-result" data-outcome={outcome}>
      <div className="journey-outcome">
        <Icon aria-hidden className="icon" />
        <h3 ref={heading} tabIndex={-1}>
          {title}
        </h3>
      </div>
      {children}
      {done.length > 0 && (
        <section>
          <h4>What was done</h4>
          <ul className="plain-list">
            {done.map((sentence, index) => (
              <li key={index}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
      {leftOut.length > 0 && (
        <section>
          <h4>What was left out</h4>
          <ul className="plain-list">
            {leftOut.map(({ what, why }, index) => (
              <li key={index}>
                {what} <span className="quiet">{why}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {next !== undefined && (
        <section>
          <h4>What to do next</h4>
          <div className="journey-next">{next}</div>
        </section>
      )}
    </div>
  );
}
