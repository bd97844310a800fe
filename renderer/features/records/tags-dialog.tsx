import { Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton } from '../../components/button.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import './records.css';
import { flawOfTag, rowsOfTags, tagsOfRows } from './tag-rows.ts';
import type { TagRow, Tags } from './tag-rows.ts';

export interface TagsDialogProps {
  /** Whose tags: `Payments Vault`. */
  readonly name: string;
  readonly tags: Tags;
  readonly onClose: () => void;
  /** Writes them; what it throws is shown. */
  readonly onSave: (tags: ReturnType<typeof tagsOfRows>) => Promise<void>;
  readonly onReload: () => void;
}

/** All tags of a vault or a key at once: they take the stead of those that are there. */
export function TagsDialog({ name, tags, onClose, onSave, onReload }: TagsDialogProps) {
  const [rows, setRows] = useState<readonly TagRow[]>(() => {
    const known = rowsOfTags(tags);
    return known.length === 0 ? [{ id: 0, namespace: '', name: '', value: '' }] : known;
  });
  const lastId = useRef(rows.length);
  const change = (id: number, patch: Partial<TagRow>): void =>
    setRows((before) => before.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  return (
    <FormDialog
      title={`Tags of ${name}`}
      size="large"
      onClose={onClose}
      submitLabel="Save the tags"
      isSubmitDisabled={rows.some((row) => flawOfTag(row, rows) !== undefined)}
      onSubmit={() => onSave(tagsOfRows(rows))}
      onReload={onReload}
    >
      <p>
        Tags go into backups and come back with a restore. With a namespace a tag is a defined tag, without
        one a free-form tag.
      </p>
      <ul className="tag-rows" aria-label="Tags">
        {rows.map((row, index) => (
          <li key={row.id} className="tag-row">
            <TextField
              label={`Namespace of tag ${index + 1}`}
              isLabelHidden
              placeholder="Namespace"
              value={row.namespace}
              onChange={(namespace) => change(row.id, { namespace })}
            />
            <TextField
              label={`Name of tag ${index + 1}`}
              isLabelHidden
              placeholder="Name"
              autoFocus={index === 0}
              value={row.name}
              onChange={(tagName) => change(row.id, { name: tagName })}
              error={flawOfTag(row, rows)}
            />
            <TextField
              label={`Value of tag ${index + 1}`}
              isLabelHidden
              placeholder="Value"
              value={row.value}
              onChange={(value) => change(row.id, { value })}
            />
            <IconButton
              icon={Trash2}
              label={row.name === '' ? `Remove tag ${index + 1}` : `Remove the tag ${row.name}`}
              onPress={() => setRows((before) => before.filter(({ id }) => id !== row.id))}
            />
          </li>
        ))}
      </ul>
      <div>
        <Button
          size="small"
          icon={Plus}
          onPress={() => {
            lastId.current += 1;
            setRows((before) => [...before, { id: lastId.current, namespace: '', name: '', value: '' }]);
          }}
        >
          Add a tag
        </Button>
      </div>
    </FormDialog>
  );
}
