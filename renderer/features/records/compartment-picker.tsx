import { useRef, useState } from 'react';
import { call } from '../../client.ts';
import { Select } from '../../components/choice.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { flawOfName } from './rename-dialog.tsx';
import type { Compartments } from './use-compartments.ts';

const NEW = 'new';

/** A compartment that is there, or the name and parent of one to be made. */
export interface CompartmentChoice {
  readonly compartmentId: string | undefined;
  readonly newName: string;
  readonly parentId: string | undefined;
}

export interface ChosenCompartment {
  readonly choice: CompartmentChoice;
  readonly change: (patch: Partial<CompartmentChoice>) => void;
  /** The OCID of what was chosen, made now if it is to be new. May throw. */
  readonly make: () => Promise<string>;
}

export function isCompleteChoice({ compartmentId, newName, parentId }: CompartmentChoice): boolean {
  if (compartmentId === undefined) return false;
  return (
    compartmentId !== NEW || (newName !== '' && parentId !== undefined && flawOfName(newName) === undefined)
  );
}

export function useChosenCompartment({ rows, pages }: Compartments): ChosenCompartment {
  const [asked, setAsked] = useState<Partial<CompartmentChoice>>({});
  const root = rows.find(({ compartmentId }) => compartmentId === undefined)?.id;
  const only = rows.length === 1 ? rows[0]?.id : undefined;
  const choice: CompartmentChoice = {
    compartmentId: asked.compartmentId ?? only,
    newName: asked.newName ?? '',
    parentId: asked.parentId ?? root,
  };
  // One that was made although what came after it failed is taken the next time, and not made twice.
  const made = useRef<{ readonly id: string; readonly name: string; readonly parentId: string | undefined }>(
    undefined,
  );
  return {
    choice,
    change: (patch) => setAsked((before) => ({ ...before, ...patch })),
    make: async () => {
      const { compartmentId, newName, parentId } = choice;
      if (compartmentId !== undefined && compartmentId !== NEW) return compartmentId;
      if (made.current?.name !== newName || made.current.parentId !== parentId) {
        const { id } = await call('compartment.create', {
          displayName: newName,
          ...(parentId === undefined ? {} : { parentId }),
        });
        made.current = { id, name: newName, parentId };
        pages.reload();
      }
      return made.current.id;
    },
  };
}

/** A compartment, or a new one that is made with what it is for. */
export function CompartmentPicker({
  compartments,
  chosen,
}: {
  readonly compartments: Compartments;
  readonly chosen: ChosenCompartment;
}) {
  const { rows, pages, pathOf } = compartments;
  const { choice, change } = chosen;
  if (pages.error !== undefined && rows.length === 0) {
    return <ErrorNotice error={pages.error} onRetry={pages.reload} />;
  }
  if (rows.length === 0) return <Loading>Loading the compartments</Loading>;
  const options = rows
    .map(({ id }) => ({ id, label: pathOf(id) }))
    .sort((one, other) => one.label.localeCompare(other.label));
  return (
    <>
      <Select
        label="Compartment"
        isRequired
        value={choice.compartmentId}
        onChange={(compartmentId) => change({ compartmentId })}
        description="Policies say by compartment who may do what."
        options={[
          ...options,
          { id: NEW, label: 'A new compartment', description: 'Made together with the vault' },
        ]}
      />
      {choice.compartmentId === NEW && (
        <div className="grid-2">
          <TextField
            label="Name of the new compartment"
            isRequired
            value={choice.newName}
            onChange={(newName) => change({ newName })}
            error={flawOfName(choice.newName)}
            maxLength={100}
          />
          <Select
            label="Lies in"
            value={choice.parentId}
            onChange={(parentId) => change({ parentId })}
            options={options}
          />
        </div>
      )}
    </>
  );
}
