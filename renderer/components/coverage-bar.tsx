import { useId } from 'react';
import { countOf, figure } from './words.ts';

export interface CoveragePart {
  readonly label: string;
  readonly count: number;
  readonly tone: 'good' | 'warning' | 'bad' | 'quiet';
}

/** How many of what are covered: one bar of parts, each told by pattern and words as well as by colour. */
export function CoverageBar({
  label,
  parts,
}: {
  /** `Key versions by how they are covered` */
  readonly label: string;
  readonly parts: readonly CoveragePart[];
}) {
  const id = useId();
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const shown = parts.filter(({ count }) => count > 0);
  const words = shown.map((part) => countOf(part.count, part.label, part.label)).join(', ');
  let from = 0;
  return (
    <figure className="coverage">
      <svg
        className="coverage-bar"
        viewBox="0 0 1000 24"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${total === 0 ? 'none' : words}`}
      >
        <defs>
          <pattern
            id={`${id}-warning`}
            width="8"
            height="8"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="8" height="8" className="fill-warning" />
            <rect width="3" height="8" className="fill-stripe" />
          </pattern>
          <pattern
            id={`${id}-bad`}
            width="8"
            height="8"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(-45)"
          >
            <rect width="8" height="8" className="fill-bad" />
            <rect width="2" height="8" className="fill-stripe" />
          </pattern>
        </defs>
        <rect width="1000" height="24" className="fill-empty" />
        {shown.map(({ label: words, count, tone }) => {
          const width = (count / total) * 1000;
          const x = from;
          from += width;
          const hasPattern = tone === 'warning' || tone === 'bad';
          return (
            <rect
              key={words}
              x={x}
              width={Math.max(0, width - 2)}
              height="24"
              className={`fill-${tone}`}
              {...(hasPattern ? { fill: `url(#${id}-${tone})`, 'data-pattern': true } : {})}
            />
          );
        })}
      </svg>
      <figcaption className="coverage-legend">
        {parts.map(({ label: words, count, tone }) => (
          <span key={words} className="coverage-key" data-tone={tone}>
            <span className="coverage-dot" aria-hidden />
            <strong>{figure(count)}</strong> {words}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
