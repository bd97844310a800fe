import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronRight, RotateCw } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { Button, IconButton } from './button.tsx';
import { Checkbox } from './choice.tsx';
import { FilterChips } from './filter-chips.tsx';
import { Loading } from './loading.tsx';
import { ErrorNotice } from './notice.tsx';
import { arrangeRows, leastWidth, newFocus } from './table-rows.ts';
import type { Column, Filter, Sort } from './table-rows.ts';
import { SearchField } from './text-field.tsx';
import { countOf, figure } from './words.ts';

export type { Column, Filter, Sort } from './table-rows.ts';

export interface DataTableProps<Row> {
  /** What the table holds, in a word or two: `Vaults`. Its accessible name. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Enter, or a click on the row. */
  readonly onRowAction?: (row: Row) => void;
  /** Name of a row for screen readers; default: the text of the first column. */
  readonly nameOf?: (row: Row) => string;
  /** Shown where there are no rows at all. */
  readonly empty: ReactNode;
  readonly filters?: readonly Filter<Row>[];
  readonly initialSort?: Sort;
  /** Without it there is no search field. `Search vaults` */
  readonly searchLabel?: string;
  /** One row in words, for the count: `vault`. */
  readonly rowWord?: string;
  readonly rowWords?: string;
  readonly isLoading?: boolean;
  readonly error?: ErrorDocument | undefined;
  readonly onReload?: () => void;
  /** There are more rows than are loaded: said above the table. */
  readonly isCut?: boolean;
  /** Beside the search field. */
  readonly toolbar?: ReactNode;
  /** Checkboxes: which rows are chosen, by key. */
  readonly selection?: {
    readonly keys: ReadonlySet<string>;
    readonly onChange: (keys: ReadonlySet<string>) => void;
  };
  /** Of the scrolling part; default: as tall as its rows, and not taller than the window has room for. */
  readonly maxHeight?: string;
  /** Buttons at the end of each row. */
  readonly rowActions?: (row: Row) => ReactNode;
  /** Default: room for one icon button. */
  readonly rowActionsWidth?: string;
}

const ROW_HEIGHT = 40;

/**
 * A table of up to tens of thousands of rows, of which only those in view are in the document. An ARIA grid: arrow keys,
 * Home, End, Page Up and Page Down move between rows, Enter does the row's action, Space chooses it.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, keyOf, onRowAction, selection, rowActions, rowWord = 'row' } = props;
  const {
    rowWords = `${rowWord}s`,
    filters = [],
    isLoading = false,
    maxHeight = 'max(20rem, calc(100vh - 17rem))',
  } = props;
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [sort, setSort] = useState<Sort | undefined>(props.initialSort);
  const [focused, setFocused] = useState(0);
  const shown = useMemo(
    () => arrangeRows({ rows, columns, search, filters, chosen, sort }),
    [rows, columns, search, filters, chosen, sort],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const isFocusWanted = useRef(false);
  const active = Math.min(focused, Math.max(0, shown.length - 1));
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => keyOf(shown[index] as Row),
    overscan: 12,
    // The head of the table lies over the first row's height.
    scrollPaddingStart: ROW_HEIGHT,
    scrollPaddingEnd: ROW_HEIGHT,
    // The row that has the focus stays in the document wherever the others are scrolled to, or the focus would be lost.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), active])]
        .filter((index) => index < range.count)
        .sort((one, other) => one - other),
  });
  const countId = useId();

  useEffect(() => {
    if (!isFocusWanted.current) return;
    isFocusWanted.current = false;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    row?.focus({ preventScroll: true });
  });

  if (props.error !== undefined && rows.length === 0) {
    return (
      <ErrorNotice
        error={props.error}
        {...(props.onReload === undefined ? {} : { onRetry: props.onReload })}
      />
    );
  }
  if (rows.length === 0) {
    return isLoading ? <Loading>{`Loading ${rowWords}`}</Loading> : <>{props.empty}</>;
  }

  function toggle(row: Row): void {
    if (selection === undefined) return;
    const keys = new Set(selection.keys);
    if (!keys.delete(keyOf(row))) keys.add(keyOf(row));
    selection.onChange(keys);
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    // Buttons and fields inside a row have keys of their own.
    if (!(event.target instanceof HTMLElement) || event.target.dataset['index'] === undefined) return;
    const row = shown[active];
    if (event.key === 'Enter' && row !== undefined && onRowAction !== undefined) {
      event.preventDefault();
      onRowAction(row);
      return;
    }
    if (event.key === ' ' && row !== undefined && selection !== undefined) {
      event.preventDefault();
      toggle(row);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const next = newFocus(event.key, active, shown.length, page);
    if (next === undefined) return;
    event.preventDefault();
    isFocusWanted.current = true;
    setFocused(next);
    virtualizer.scrollToIndex(next);
  }

  const tracks = [
    ...(selection === undefined ? [] : ['2.75rem']),
    ...columns.map(({ width }) => width ?? 'minmax(8rem, 1fr)'),
    ...(rowActions === undefined ? [] : [props.rowActionsWidth ?? '3rem']),
    ...(onRowAction === undefined ? [] : ['2rem']),
  ];
  const style: CSSProperties & Record<'--tracks' | '--table-width', string> = {
    '--tracks': tracks.join(' '),
    '--table-width': `${leastWidth(tracks)}rem`,
  };
  const areAllChosen =
    selection !== undefined && shown.length > 0 && shown.every((row) => selection.keys.has(keyOf(row)));
  const extra =
    (selection === undefined ? 0 : 1) +
    (rowActions === undefined ? 0 : 1) +
    (onRowAction === undefined ? 0 : 1);

  return (
    <div className="data-table" style={style}>
      <div className="table-toolbar">
        {props.searchLabel !== undefined && (
          <SearchField label={props.searchLabel} value={search} onChange={setSearch} />
        )}
        <FilterChips filters={filters} rows={rows} chosen={chosen} onChange={setChosen} />
        <span className="table-toolbar-end">
          <span className="table-count quiet" id={countId} role="status">
            {shown.length === rows.length
              ? countOf(rows.length, rowWord, rowWords)
              : `${figure(shown.length)} of ${countOf(rows.length, rowWord, rowWords)}`}
            {isLoading && ', loading more'}
            {props.isCut === true && ', the first ones only'}
          </span>
          {props.onReload !== undefined && (
            <IconButton
              icon={RotateCw}
              label={`Load the ${rowWords} again`}
              size="small"
              onPress={props.onReload}
            />
          )}
          {props.toolbar}
        </span>
      </div>
      {props.error !== undefined && <ErrorNotice error={props.error} />}
      {shown.length === 0 ? (
        <div className="table-nothing">
          <p>{`No ${rowWord} fits the search and filters.`}</p>
          <Button
            size="small"
            onPress={() => {
              setSearch('');
              setChosen(new Set());
            }}
          >
            Show all
          </Button>
        </div>
      ) : (
        <div
          className="table-scroller"
          ref={scroller}
          style={{ maxHeight }}
          role="grid"
          aria-label={label}
          aria-describedby={countId}
          aria-rowcount={shown.length + 1}
          aria-colcount={columns.length + extra}
          aria-multiselectable={selection === undefined ? undefined : true}
          onKeyDown={onKeyDown}
        >
          <div role="rowgroup" className="table-head">
            <div role="row" aria-rowindex={1} className="table-row">
              {selection !== undefined && (
                <div role="columnheader" className="table-cell table-choice">
                  <Checkbox
                    isSelected={areAllChosen}
                    isIndeterminate={!areAllChosen && selection.keys.size > 0}
                    onChange={(all) => selection.onChange(new Set(all ? shown.map(keyOf) : []))}
                  >
                    <span className="visually-hidden">Choose all</span>
                  </Checkbox>
                </div>
              )}
              {columns.map((column) => (
                <ColumnHeader key={column.id} column={column} sort={sort} onSort={setSort} />
              ))}
              {rowActions !== undefined && (
                <div role="columnheader" className="table-cell">
                  <span className="visually-hidden">Actions</span>
                </div>
              )}
              {onRowAction !== undefined && (
                <div role="columnheader" className="table-cell">
                  <span className="visually-hidden">Open</span>
                </div>
              )}
            </div>
          </div>
          <div role="rowgroup" className="table-body" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => {
              const row = shown[item.index] as Row;
              const isChosen = selection?.keys.has(keyOf(row));
              return (
                <div
                  key={item.key}
                  role="row"
                  ref={virtualizer.measureElement}
                  data-index={item.index}
                  aria-rowindex={item.index + 2}
                  aria-selected={isChosen}
                  aria-label={props.nameOf?.(row)}
                  tabIndex={item.index === active ? 0 : -1}
                  className="table-row"
                  data-action={onRowAction === undefined ? undefined : true}
                  style={{ transform: `translateY(${item.start}px)` }}
                  onFocus={(event) => {
                    if (event.target === event.currentTarget) setFocused(item.index);
                  }}
                  onClick={(event) => {
                    if (isOfControl(event.target, event.currentTarget)) return;
                    setFocused(item.index);
                    if (onRowAction !== undefined) onRowAction(row);
                    else toggle(row);
                  }}
                >
                  {selection !== undefined && (
                    <div role="gridcell" className="table-cell table-choice">
                      <Checkbox isSelected={isChosen ?? false} onChange={() => toggle(row)}>
                        <span className="visually-hidden">{`Choose ${props.nameOf?.(row) ?? 'this row'}`}</span>
                      </Checkbox>
                    </div>
                  )}
                  {columns.map((column) => (
                    <div key={column.id} role="gridcell" className="table-cell" data-align={column.align}>
                      {column.render(row)}
                    </div>
                  ))}
                  {rowActions !== undefined && (
                    <div role="gridcell" className="table-cell table-row-actions">
                      {rowActions(row)}
                    </div>
                  )}
                  {onRowAction !== undefined && (
                    <div role="gridcell" className="table-cell table-open">
                      <ChevronRight aria-hidden className="icon" />
                    </div>
                  )}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

/** Whether a click was meant for a control inside the row, or for something that a control opened. */
function isOfControl(target: EventTarget, row: HTMLElement): boolean {
  if (!(target instanceof Element) || !row.contains(target)) return true;
  return target.closest('button, a, input, label') !== null;
}

function ColumnHeader<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: Sort) => void;
}) {
  const isSorted = sort?.columnId === column.id;
  if (column.sortBy === undefined) {
    return (
      <div role="columnheader" className="table-cell" data-align={column.align}>
        {column.header}
      </div>
    );
  }
  const direction = isSorted && sort.direction === 'ascending' ? 'descending' : 'ascending';
  const Arrow = isSorted && sort.direction === 'descending' ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      className="table-cell"
      data-align={column.align}
      aria-sort={isSorted ? sort.direction : 'none'}
    >
      <button type="button" className="table-sort" onClick={() => onSort({ columnId: column.id, direction })}>
        {column.header}
        <Arrow aria-hidden className="icon" data-sorted={isSorted || undefined} />
      </button>
    </div>
  );
}
