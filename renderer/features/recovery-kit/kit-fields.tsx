import { FilePlus, Keyboard, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { call, toErrorDocument } from '../../client.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { countOf } from '../../components/words.ts';
import { showToast } from '../../stores/announcements.ts';
import type { KitAndShares } from './kit-and-shares.ts';
import './recovery-kit.css';

export interface KitFieldsProps {
  readonly value: KitAndShares;
  readonly onChange: (value: KitAndShares) => void;
  /** How many shares are wanted, in a sentence. */
  readonly wanted: string;
  /** The kit's place is known already. */
  readonly isKitKnown?: boolean;
}

/** The kit file, and each custodian's share. */
export function KitFields({ value, onChange, wanted, isKitKnown = false }: KitFieldsProps) {
  return (
    <div className="stack">
      {!isKitKnown && (
        <FilePicker
          label="Kit file"
          value={value.kit}
          onChange={(kit) => onChange({ ...value, kit })}
          purpose="open-file"
          title="Choose the kit file"
          extensions={['json']}
          isRequired
          description="recovery-kit.json. It is no secret, but without it the shares rebuild nothing."
        />
      )}
      <ShareList
        files={value.shareFiles}
        onChange={(shareFiles) => onChange({ ...value, shareFiles })}
        wanted={wanted}
      />
    </div>
  );
}

function ShareList({
  files,
  onChange,
  wanted,
}: {
  readonly files: readonly string[];
  readonly onChange: (files: readonly string[]) => void;
  readonly wanted: string;
}) {
  const [isAsking, setAsking] = useState(false);

  async function add(ask: () => Promise<string | undefined>): Promise<void> {
    setAsking(true);
    try {
      const path = await ask();
      if (path === undefined) return;
      if (files.includes(path)) showToast('This share is in the list already.', 'info');
      else onChange([...files, path]);
    } catch (thrown) {
      const { message, next } = toErrorDocument(thrown);
      showToast(`${message} ${next}`, 'error');
    } finally {
      setAsking(false);
    }
  }

  return (
    <div className="shares">
      <h3>Shares</h3>
      <p className="quiet">{wanted}</p>
      {files.length > 0 && (
        <ol className="share-list" aria-label={`${countOf(files.length, 'share')} read`}>
          {files.map((file, index) => (
            <li key={file}>
              <code>{nameOf(file)}</code>
              <IconButton
                icon={Trash2}
                label={`Take share ${index + 1} out of the list`}
                size="small"
                onPress={() => onChange(files.filter((other) => other !== file))}
              />
            </li>
          ))}
        </ol>
      )}
      <div className="row">
        <Button icon={FilePlus} isDisabled={isAsking} onPress={() => void add(chooseShare)}>
          Add a share from a file
        </Button>
        <Button icon={Keyboard} isDisabled={isAsking} onPress={() => void add(typeShare)}>
          Type a share in
        </Button>
      </div>
    </div>
  );
}

const TYPED = /^typed-share:\d+$/;

function nameOf(file: string): string {
  return TYPED.test(file) ? 'Typed in' : file;
}

/** Main asks the custodian in a window of its own; this page learns a name. */
async function typeShare(): Promise<string | undefined> {
  return (await call('share.enter', {})).name;
}

async function chooseShare(): Promise<string | undefined> {
  const { path } = await call('dialog.choose', {
    purpose: 'open-file',
    title: 'Choose a share',
    extensions: ['txt'],
  });
  return path;
}
