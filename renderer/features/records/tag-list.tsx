import './records.css';
import { rowsOfTags } from './tag-rows.ts';
import type { Tags } from './tag-rows.ts';

/** The tags of a record, to read. */
export function TagList({ tags }: { readonly tags: Tags }) {
  const rows = rowsOfTags(tags);
  if (rows.length === 0) return <span className="quiet">None</span>;
  return (
    <ul className="tag-list">
      {rows.map(({ id, namespace, name, value }) => (
        <li key={id} className="tag">
          {namespace !== '' && <span className="quiet">{namespace}.</span>}
          {name}: <strong>{value}</strong>
        </li>
      ))}
    </ul>
  );
}
