import { FolderOpen, Upload } from 'lucide-react';
import { DropZone, isFileDropItem } from 'react-aria-components';
import { useState } from 'react';
import { call, pathOf, toErrorDocument } from '../client.ts';
import type { Request } from '../client.ts';
import { showToast } from '../stores/announcements.ts';
import { Button } from './button.tsx';
import { TextField } from './text-field.tsx';
import type { FieldProps } from './text-field.tsx';

export interface FilePickerProps extends FieldProps {
  /** The path. */
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly purpose: Request<'dialog.choose'>['purpose'];
  /** Title of the system's dialog. */
  readonly title: string;
  readonly defaultName?: string;
  /** Without dots: `srb`. */
  readonly extensions?: readonly string[];
  /** A place to drop the file onto. */
  readonly hasDropZone?: boolean;
}

/** A path: typed, chosen in the system's dialog, or dropped. */
export function FilePicker({
  value,
  onChange,
  purpose,
  title,
  defaultName,
  extensions,
  hasDropZone = false,
  ...field
}: FilePickerProps) {
  const [isChoosing, setChoosing] = useState(false);

  async function choose(): Promise<void> {
    setChoosing(true);
    try {
      const { path } = await call('dialog.choose', {
        purpose,
        title,
        ...(defaultName === undefined ? {} : { defaultName }),
        ...(extensions === undefined ? {} : { extensions: [...extensions] }),
      });
      if (path !== undefined) onChange(path);
    } catch (thrown) {
      showToast(toErrorDocument(thrown).message, 'error');
    } finally {
      setChoosing(false);
    }
  }

  const line = (
    <TextField
      {...field}
      value={value}
      onChange={onChange}
      isCode
      after={
        <Button
          icon={FolderOpen}
          isPending={isChoosing}
          isDisabled={field.isDisabled ?? false}
          onPress={() => void choose()}
        >
          {purpose === 'folder' ? 'Choose a folder' : 'Choose a file'}
        </Button>
      }
    />
  );
  if (!hasDropZone) return line;
  return (
    <div className="file-picker">
      <DropZone
        className="drop-zone"
        aria-label={`Drop here: ${field.label}`}
        onDrop={(event) => {
          const item = event.items.find(isFileDropItem);
          if (item === undefined) return;
          void item.getFile().then((file) => {
            const path = pathOf(file);
            if (path !== '') onChange(path);
            else showToast('What was dropped is no file of this machine.', 'error');
          });
        }}
      >
        <Upload aria-hidden className="icon" />
        <span>Drop the file here, or choose it below.</span>
      </DropZone>
      {line}
    </div>
  );
}
