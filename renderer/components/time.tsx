import { useEffect, useState } from 'react';
import { absoluteTime, relativeTime } from './words.ts';

export interface TimeProps {
  /** ISO 8601. */
  readonly value: string | undefined;
  /** both: absolute with relative below or beside; relative and absolute show one and have both in the title. */
  readonly show?: 'both' | 'relative' | 'absolute';
  /** Instead of a value that is not there. */
  readonly none?: string;
}

const MINUTE = 60_000;

export function Time({ value, show = 'both', none = 'Never' }: TimeProps) {
  const now = useMinute();
  if (value === undefined) return <span className="quiet">{none}</span>;
  const absolute = absoluteTime(value);
  const relative = relativeTime(value, now);
  return (
    <time dateTime={value} title={`${absolute} (${relative})`} className="time">
      {show !== 'relative' && <span>{absolute}</span>}
      {show === 'both' && ' '}
      {show !== 'absolute' && (
        <span className={show === 'both' ? 'quiet' : undefined}>
          {show === 'both' ? `(${relative})` : relative}
        </span>
      )}
    </time>
  );
}

function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
