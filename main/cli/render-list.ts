import Table from 'cli-table3';
import { wrapWords } from './terminal-text.ts';

/** A list that is ready to be laid out: harmless text only. */
export interface TextTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** From this length on a column moves below its row where the table is too wide: OCIDs, hashes, paths. */
const LONG_CELL = 40;
/** With fewer columns beside each other a row is easier to read as a block. */
const LEAST_COLUMNS = 3;
const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * Lays out a list within `width` columns. Nothing is ever cut, as a cut OCID is of no use: long columns, and short ones
 * that find no room, go below their row, and where even that is too wide every row becomes a block.
 */
export function listLines(list: TextTable, width: number): string[] {
  const table = withoutEmptyColumns(list);
  const heads = table.headers.map((header) => header.toUpperCase());
  const whole = gridLines([heads, ...table.rows]);
  if (isWithin(whole.flat(), width)) return whole.flat();

  const columns = table.headers.map((header, index) => ({
    header,
    index,
    isLong: index > 0 && table.rows.some((row) => (row[index] ?? '').length > LONG_CELL),
  }));
  const long = columns.filter((column) => column.isLong);
  const short = columns.filter((column) => !column.isLong);
  for (let count = short.length; count >= Math.min(LEAST_COLUMNS, short.length); count -= 1) {
    const beside = short.slice(0, count);
    const grid = gridLines(
      [heads, ...table.rows].map((row) => beside.map((column) => row[column.index] ?? '')),
    );
    if (!isWithin(grid.flat(), width)) continue;
    const [head = [], ...body] = grid;
    const said =
      (row: readonly string[]) => (column: { readonly header: string; readonly index: number }) => {
        const value = row[column.index] ?? '';
        return value === '' ? [] : [`${column.header}: ${value}`];
      };
    return [
      ...head,
      ...table.rows.flatMap((row, rowIndex) => [
        ...(body[rowIndex] ?? []),
        ...packedLines(short.slice(count).flatMap(said(row)), width),
        ...long.flatMap((column) => labelledLines(column.header, row[column.index] ?? '', width)),
      ]),
    ];
  }
  return blockLines(table, width);
}

/** A column that is empty in every row tells nothing. */
function withoutEmptyColumns({ headers, rows }: TextTable): TextTable {
  const isUsed = headers.map((_, column) => rows.some((row) => row[column] !== ''));
  const used = (cells: readonly string[]) => cells.filter((_, column) => isUsed[column] === true);
  return { headers: used(headers), rows: rows.map(used) };
}

/** `Label  value` for every pair, the values in one column. */
export function pairLines(
  pairs: readonly (readonly [label: string, value: string])[],
  width: number,
): string[] {
  const labelWidth = Math.max(0, ...pairs.map(([label]) => label.length));
  const valueWidth = Math.max(30, width - labelWidth - 2);
  return gridLines(
    pairs.map(([label, value]) => [
      label,
      value
        .split('\n')
        .flatMap((line) => wrapWords(line, valueWidth))
        .join('\n'),
    ]),
  ).flat();
}

function blockLines(table: TextTable, width: number): string[] {
  return table.rows.flatMap((row, rowIndex) => [
    ...(rowIndex === 0 ? [] : ['']),
    ...pairLines(
      table.headers
        .map((header, index) => [header, row[index] ?? ''] as const)
        .filter(([, value]) => value !== ''),
      width,
    ),
  ]);
}

/** `Label: value` one after the other, as many to a line as fit. */
function packedLines(texts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + text.length <= width)
      lines[lines.length - 1] = `${last}, ${text}`;
    else lines.push(`    ${text}`);
  }
  return lines;
}

function labelledLines(label: string, value: string, width: number): string[] {
  if (value === '') return [];
  // An OCID stands beside its label even where the terminal has to break the line: copied, it is still whole.
  if (!value.includes(' ')) return [`    ${label}: ${value}`];
  return wrapWords(`${label}: ${value}`, Math.max(20, width - 8)).map(
    (line, index) => `${index === 0 ? '    ' : '        '}${line}`,
  );
}

/** The rows as lines, an array for every row: a cell may hold several lines. */
function gridLines(rows: readonly (readonly string[])[]): string[][] {
  if (rows.length === 0) return [];
  const grid = new Table({
    chars: BORDERLESS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  });
  for (const row of rows) grid.push([...row]);
  const lines = grid.toString().split('\n');
  let next = 0;
  return rows.map((row) => {
    const height = Math.max(1, ...row.map((cell) => cell.split('\n').length));
    const own = lines.slice(next, next + height).map((line) => line.trimEnd());
    next += height;
    return own;
  });
}

function isWithin(lines: readonly string[], width: number): boolean {
  return lines.every((line) => line.length <= width);
}
