import type { Row } from '../../client.ts';
import type { Column } from '../../components/data-table.tsx';
import { Bytes, Fingerprint } from '../../components/ocid.tsx';
import { Time } from '../../components/time.tsx';
import './buckets.css';

export type BucketObject = Row<'object.list'>;

/** What is known of a bucket's objects without reading them. */
export const OBJECT_COLUMNS: readonly Column<BucketObject>[] = [
  {
    id: 'name',
    header: 'Object',
    render: ({ name }) => (
      <span className="code object-name" title={name}>
        {name}
      </span>
    ),
    sortBy: ({ name }) => name,
    searchBy: ({ name, etag }) => `${name} ${etag}`,
    width: 'minmax(12rem, 2fr)',
  },
  {
    id: 'created',
    header: 'Stored',
    render: ({ timeCreated }) => <Time value={timeCreated} />,
    sortBy: ({ timeCreated }) => timeCreated,
    width: 'minmax(11rem, 1fr)',
  },
  {
    id: 'size',
    header: 'Size',
    render: ({ size }) => <Bytes value={size} />,
    sortBy: ({ size }) => size,
    align: 'end',
    width: '6rem',
  },
  { id: 'etag', header: 'SHA-256', render: ({ etag }) => <Fingerprint value={etag} />, width: '12rem' },
];
