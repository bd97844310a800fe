import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly render: (row: Row) => ReactNode;
  /** The column can be sorted by this. Rows without a value come last. */
  readonly sortBy?: (row: Row) => string | number | undefined;
  /** The search looks at this. */
  readonly searchBy?: (row: Row) => string;
  /** A CSS grid track: `minmax(12rem, 2fr)`, `8rem`. */
  readonly width?: string;
  readonly align?: 'end';
}

/** Chips of one group: a row fits when one of the chosen ones of each group fits. */
export interface Filter<Row> {
  readonly id: string;
  readonly label: string;
  readonly matches: (row: Row) => boolean;
  /** Default: all filters are of one group. */
  readonly group?: string;
}

export interface Sort {
  readonly columnId: string;
  readonly direction: 'ascending' | 'descending';
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The rows that fit search and filters, in order. Every word of the search must be somewhere in the row. */
export function arrangeRows<Row>(asked: {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly search: string;
  readonly filters: readonly Filter<Row>[];
  readonly chosen: ReadonlySet<string>;
  readonly sort: Sort | undefined;
}): readonly Row[] {
  const words = asked.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const searched = asked.columns.flatMap(({ searchBy }) => (searchBy === undefined ? [] : [searchBy]));
  const groups = Map.groupBy(
    asked.filters.filter(({ id }) => asked.chosen.has(id)),
    ({ group }) => group ?? '',
  );
  const fits = (row: Row): boolean => {
    for (const filters of groups.values()) {
      if (!filters.some(({ matches }) => matches(row))) return false;
    }
    if (words.length === 0) return true;
    const text = searched
      .map((textOf) => textOf(row))
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const fitting = words.length === 0 && groups.size === 0 ? asked.rows : asked.rows.filter(fits);
  const sortBy = asked.columns.find(({ id }) => id === asked.sort?.columnId)?.sortBy;
  if (sortBy === undefined) return fitting;
  const sign = asked.sort?.direction === 'descending' ? -1 : 1;
  return fitting
    .map((row) => ({ row, by: sortBy(row) }))
    .sort((one, other) => {
      if (one.by === undefined || other.by === undefined) {
        return Number(one.by === undefined) - Number(other.by === undefined);
      }
      return sign * compare(one.by, other.by);
    })
    .map(({ row }) => row);
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return collator.compare(String(one), String(other));
}

/** Which row a key moves the focus to; undefined where the key moves nothing. */
export function newFocus(key: string, from: number, count: number, page: number): number | undefined {
  const target = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    Home: 0,
    End: count - 1,
    PageDown: from + page,
    PageUp: from - page,
  }[key];
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target));
}

/** Narrower than this, in rem, a table with these tracks scrolls sideways: rows are grids of their own and must agree. */
export function leastWidth(tracks: readonly string[]): number {
  return tracks.reduce((sum, track) => sum + Number(/([\d.]+)rem/.exec(track)?.[1] ?? 8), 1);
}
