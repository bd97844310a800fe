import type { DefinedTags, FreeformTags } from '../../../shared/domain/identifiers.ts';

/** One tag as it is edited. Without a namespace it is a free-form tag. */
export interface TagRow {
  /** Tells the rows of one editor apart. */
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

export interface Tags {
  readonly freeformTags: FreeformTags;
  readonly definedTags: DefinedTags;
}

const LONGEST_NAME = 100;
const LONGEST_VALUE = 256;

/** The tags of a record, free-form ones first, each by name. */
export function rowsOfTags({ freeformTags, definedTags }: Tags): TagRow[] {
  const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
    one.localeCompare(other);
  const rows = [
    ...Object.entries(freeformTags)
      .sort(byName)
      .map(([name, value]) => ({ namespace: '', name, value })),
    ...Object.entries(definedTags)
      .sort(byName)
      .flatMap(([namespace, tags]) =>
        Object.entries(tags)
          .sort(byName)
          .map(([name, value]) => ({ namespace, name, value })),
      ),
  ];
  return rows.map((row, id) => ({ id, ...row }));
}

/** What is wrong with a row, in words; undefined for one that is right. A row with nothing in it counts as none. */
export function flawOfTag(row: TagRow, rows: readonly TagRow[]): string | undefined {
  if (isEmpty(row)) return undefined;
  if (row.name === '') return 'A tag needs a name.';
  if (row.name.length > LONGEST_NAME) return `A name has ${LONGEST_NAME} characters at the most.`;
  if (row.namespace.length > LONGEST_NAME) return `A namespace has ${LONGEST_NAME} characters at the most.`;
  if (row.value.length > LONGEST_VALUE) return `A value has ${LONGEST_VALUE} characters at the most.`;
  const isTwice = rows.some(
    ({ id, namespace, name }) => id !== row.id && namespace === row.namespace && name === row.name,
  );
  return isTwice ? 'This tag is there twice.' : undefined;
}

/** The rows as an update sends them: tags that are not among them are taken away. */
export function tagsOfRows(rows: readonly TagRow[]): {
  freeformTags: FreeformTags;
  definedTags: DefinedTags;
} {
  const full = rows.filter((row) => !isEmpty(row));
  const byNamespace = Map.groupBy(
    full.filter(({ namespace }) => namespace !== ''),
    ({ namespace }) => namespace,
  );
  return {
    freeformTags: entriesOf(full.filter(({ namespace }) => namespace === '')),
    definedTags: Object.fromEntries(
      [...byNamespace].map(([namespace, tags]) => [namespace, entriesOf(tags)]),
    ),
  };
}

function entriesOf(rows: readonly TagRow[]): FreeformTags {
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

function isEmpty({ namespace, name, value }: TagRow): boolean {
  return namespace === '' && name === '' && value === '';
}
