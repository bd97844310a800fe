import { HardDrive, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../../renderer/components/button.tsx';
import { Checkbox, RadioCards, Select, Switch } from '../../../../renderer/components/choice.tsx';
import { ConfirmDialog } from '../../../../renderer/components/dialog.tsx';
import { FilePicker } from '../../../../renderer/components/file-picker.tsx';
import { Menu } from '../../../../renderer/components/menu.tsx';
import { Screen, Section } from '../../../../renderer/components/screen.tsx';
import { Badge } from '../../../../renderer/components/state-badge.tsx';
import { Tabs } from '../../../../renderer/components/tabs.tsx';
import { NumberField, SearchField, TextField } from '../../../../renderer/components/text-field.tsx';
import { showToast } from '../../../../renderer/stores/announcements.ts';

const REGIONS = [
  { id: 'eu-frankfurt-1', label: 'eu-frankfurt-1', description: 'Token fra' },
  { id: 'eu-zurich-1', label: 'eu-zurich-1', description: 'Token zrh' },
];

export function ControlsPage() {
  const [text, setText] = useState('Payments');
  const [number, setNumber] = useState<number | undefined>(24);
  const [region, setRegion] = useState<string>();
  const [is, setIs] = useState(true);
  const [tab, setTab] = useState<'keys' | 'backups'>('keys');
  const [isOpen, setOpen] = useState(false);
  const [happened, setHappened] = useState('nothing');
  return (
    <Screen
      title="Payments Vault"
      badge={<Badge tone="good">Active</Badge>}
      intro="Controls as they look and work."
      back={{ to: 'vaults', label: 'Vaults' }}
      actions={
        <>
          <Button icon={Plus} variant="primary" onPress={() => showToast('The key was created.')}>
            Create a key
          </Button>
          <Button>Back up</Button>
          <Button variant="quiet">More</Button>
          <Button variant="danger" icon={Trash2} onPress={() => setOpen(true)}>
            Schedule deletion
          </Button>
          <Button isDisabled>Not now</Button>
          <Button isPending>Working</Button>
          <IconButton icon={Trash2} label="Remove" />
          <Menu
            label="Actions"
            choices={[{ id: 'rename', label: 'Rename', onAction: () => setHappened('rename') }]}
          />
        </>
      }
    >
      <output>{`happened: ${happened}, region: ${region ?? 'none'}`}</output>
      <div className="grid-2">
        <Section title="Fields" isCard>
          <TextField label="Name" value={text} onChange={setText} isRequired description="People read it." />
          <TextField
            label="Words"
            value={text}
            onChange={setText}
            error="The seventh word is another one."
            isMultiline
          />
          <NumberField
            label="At most this old"
            value={number}
            onChange={setNumber}
            unit="hours"
            minValue={1}
          />
          <Select label="Region" options={REGIONS} value={region} onChange={setRegion} />
          <SearchField label="Search" value={text} onChange={setText} />
        </Section>
        <Section title="Choices" isCard>
          <Checkbox isSelected={is} onChange={setIs} description="All enabled versions.">
            With its keys
          </Checkbox>
          <Switch isSelected={is} onChange={setIs}>
            Dual control
          </Switch>
          <RadioCards
            label="Where to"
            value="bucket"
            onChange={() => undefined}
            columns={2}
            cards={[
              {
                id: 'bucket',
                title: 'A bucket',
                description: 'A folder of this region.',
                icon: HardDrive,
                aside: <Badge tone="good">Usual</Badge>,
              },
              { id: 'file', title: 'An offline file', description: 'For a memory stick.' },
              { id: 'uri', title: 'A URL', isDisabled: true },
            ]}
          />
        </Section>
      </div>
      <FilePicker
        label="Sealed backup"
        value={text}
        onChange={setText}
        purpose="open-file"
        title="Choose a sealed backup"
        hasDropZone
      />
      <Tabs
        label="Parts of the vault"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'keys', label: 'Keys', count: 3, content: 'Keys of the vault' },
          { id: 'backups', label: 'Backups', content: 'Backups of the vault' },
        ]}
      />
      <ConfirmDialog
        title="Schedule the deletion of Payments Vault"
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        confirmLabel="Schedule deletion"
        isDanger
        nameToType="Payments Vault"
        onConfirm={() => setHappened('scheduled')}
      >
        <p>Its keys can no longer be used; after 30 days they are destroyed.</p>
      </ConfirmDialog>
    </Screen>
  );
}
