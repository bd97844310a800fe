import { Repeat } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { DataTableProps } from '../../components/data-table.tsx';
import './records.css';

export interface RowChoiceProps<Row> extends Omit<DataTableProps<Row>, 'onRowAction' | 'selection'> {
  /** `Key`: stands above the row that is chosen. */
  readonly title: string;
  readonly value: Row | undefined;
  readonly onChange: (row: Row | undefined) => void;
  /** The chosen row, in a line. */
  readonly describe: (row: Row) => ReactNode;
}

/** One of thousands: a table to search until one is chosen, then that one with a way to choose again. */
export function RowChoice<Row>({ title, value, onChange, describe, ...table }: RowChoiceProps<Row>) {
  if (value === undefined) {
    return (
      <div className="stack">
        <p className="field-label">{title}</p>
        <DataTable {...table} onRowAction={onChange} />
      </div>
    );
  }
  return (
    <div className="chosen-row">
      <span className="chosen-row-title">{title}</span>
      <span className="chosen-row-value">{describe(value)}</span>
      <Button size="small" icon={Repeat} onPress={() => onChange(undefined)}>
        {`Choose another ${table.rowWord ?? 'row'}`}
      </Button>
    </div>
  );
}
