import { useMemo } from 'react';
import { ToggleButton } from 'react-aria-components';
import type { Filter } from './table-rows.ts';
import { figure } from './words.ts';

/** Filters as buttons that stay pressed, each with how many rows it fits. */
export function FilterChips<Row>({
  filters,
  rows,
  chosen,
  onChange,
}: {
  readonly filters: readonly Filter<Row>[];
  readonly rows: readonly Row[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const counts = useMemo(
    () => new Map(filters.map(({ id, matches }) => [id, rows.filter(matches).length])),
    [filters, rows],
  );
  if (filters.length === 0) return null;
  return (
    <div className="filter-chips" role="group" aria-label="Filters">
      {filters.map(({ id, label }) => (
        <ToggleButton
          key={id}
          className="chip"
          isSelected={chosen.has(id)}
          onChange={(isChosen) => {
            const next = new Set(chosen);
            if (isChosen) next.add(id);
            else next.delete(id);
            onChange(next);
          }}
        >
          {label} <span className="chip-count">{figure(counts.get(id) ?? 0)}</span>
        </ToggleButton>
      ))}
    </div>
  );
}
