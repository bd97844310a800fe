import { describe, expect, it } from 'vitest';
import { arrangeRows, leastWidth, newFocus } from '../../../../renderer/components/table-rows.ts';
import type { Column, Filter, Sort } from '../../../../renderer/components/table-rows.ts';

interface Key {
  readonly name: string;
  readonly state: string;
  readonly region: string;
  readonly age?: number;
}

const rows: readonly Key[] = [
  { name: 'key 10', state: 'ENABLED', region: 'fra', age: 3 },
  { name: 'Key 2', state: 'DISABLED', region: 'zrh' },
  { name: 'signing', state: 'ENABLED', region: 'zrh', age: 1 },
];
const columns: readonly Column<Key>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ name }) => name,
    sortBy: ({ name }) => name,
    searchBy: ({ name }) => name,
  },
  { id: 'region', header: 'Region', render: ({ region }) => region, searchBy: ({ region }) => region },
  { id: 'age', header: 'Age', render: ({ age }) => age, sortBy: ({ age }) => age },
];
const filters: readonly Filter<Key>[] = [
  { id: 'enabled', label: 'Enabled', matches: ({ state }) => state === 'ENABLED' },
  { id: 'disabled', label: 'Disabled', matches: ({ state }) => state === 'DISABLED' },
  { id: 'zrh', label: 'ZRH', group: 'region', matches: ({ region }) => region === 'zrh' },
];

function names(asked: { search?: string; chosen?: string[]; sort?: Sort }): string[] {
  const { search = '', chosen = [], sort } = asked;
  return arrangeRows({ rows, columns, filters, search, chosen: new Set(chosen), sort }).map(
    ({ name }) => name,
  );
}

describe('rows of a table', () => {
  it('stay in their order where nothing is asked', () => {
    expect(names({})).toEqual(['key 10', 'Key 2', 'signing']);
  });

  it('are searched word by word over all searchable columns, whatever the case', () => {
    expect(names({ search: ' KEY zrh ' })).toEqual(['Key 2']);
    expect(names({ search: 'enabled' })).toEqual([]);
  });

  it('fit one filter of each group', () => {
    expect(names({ chosen: ['enabled', 'disabled'] })).toHaveLength(3);
    expect(names({ chosen: ['enabled', 'zrh'] })).toEqual(['signing']);
  });

  it('are sorted as people count, and those without a value come last both ways', () => {
    expect(names({ sort: { columnId: 'name', direction: 'ascending' } })).toEqual([
      'Key 2',
      'key 10',
      'signing',
    ]);
    expect(names({ sort: { columnId: 'age', direction: 'ascending' } })).toEqual([
      'signing',
      'key 10',
      'Key 2',
    ]);
    expect(names({ sort: { columnId: 'age', direction: 'descending' } })).toEqual([
      'key 10',
      'signing',
      'Key 2',
    ]);
  });

  it('have the focus moved by keys, never beyond the ends', () => {
    expect(newFocus('ArrowDown', 2, 3, 10)).toBe(2);
    expect(newFocus('PageUp', 2, 3, 10)).toBe(0);
    expect(newFocus('End', 0, 10_000, 10)).toBe(9_999);
    expect(newFocus('a', 0, 3, 10)).toBeUndefined();
  });

  it('are as wide as the least widths of their tracks together', () => {
    expect(leastWidth(['2.75rem', 'minmax(12rem, 2fr)', '1fr'])).toBe(1 + 2.75 + 12 + 8);
  });
});
