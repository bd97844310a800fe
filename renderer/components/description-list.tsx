import type { ReactNode } from 'react';

export interface Description {
  readonly term: string;
  /** Items without one are left out. */
  readonly value: ReactNode;
}

/** Terms and what they are. In `columns` of terms where there is room. */
export function DescriptionList({
  items,
  columns = 1,
}: {
  readonly items: readonly Description[];
  readonly columns?: 1 | 2 | 3;
}) {
  return (
    <dl className="description-list" data-columns={columns}>
      {items
        .filter(({ value }) => value !== undefined && value !== null && value !== '')
        .map(({ term, value }) => (
          <div key={term} className="description">
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
