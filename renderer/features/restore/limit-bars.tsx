import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { countOf, figure } from '../../components/words.ts';
import { limitDescription, limitInWords } from './plan-words.ts';
import './restore.css';

type Limit = RestorePlan['limits'][number];

/** What of each limit is used, what the restore adds, and what is left after it (rule R45). */
export function LimitBars({ limits }: { readonly limits: readonly Limit[] }) {
  if (limits.length === 0) return <p>The restore adds nothing that a limit counts.</p>;
  return (
    <ul className="limit-bars">
      {limits.map((limit) => (
        <LimitBar key={limit.name} limit={limit} />
      ))}
    </ul>
  );
}

function LimitBar({ limit }: { readonly limit: Limit }) {
  const { name, value, used, after, isExceeded } = limit;
  const whole = Math.max(value, after, 1);
  const left = value - after;
  return (
    <li className="limit-bar" data-exceeded={isExceeded || undefined}>
      <div className="limit-words">
        <strong>{limitInWords(name)}</strong>
        <span className={isExceeded ? 'mark-bad' : 'quiet'}>
          {isExceeded ? `${figure(-left)} too many` : `${figure(left)} left afterwards`}
        </span>
      </div>
      <svg
        className="limit-track"
        viewBox="0 0 1000 16"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${limitInWords(name)}: ${figure(used)} used now, ${figure(after)} after the restore, of ${figure(value)}`}
      >
        <rect width="1000" height="16" className="fill-empty" />
        <rect width={(used / whole) * 1000} height="16" className="fill-quiet" />
        <rect
          x={(used / whole) * 1000}
          width={(Math.max(0, after - used) / whole) * 1000}
          height="16"
          className={isExceeded ? 'fill-bad' : 'fill-good'}
        />
        {value < whole && (
          <rect x={(value / whole) * 1000 - 2} width="4" height="16" className="limit-mark" />
        )}
      </svg>
      <div className="limit-foot quiet">
        {figure(used)} used now, {countOf(after - used, 'more', 'more')} with the restore, of {figure(value)}.{' '}
        {limitDescription(name)}
      </div>
    </li>
  );
}
