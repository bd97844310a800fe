import { Cpu, LockKeyhole, LockKeyholeOpen, Unplug } from 'lucide-react';
import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Section } from '../../components/screen.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import { CloseCeremonyDialog } from './close-ceremony-dialog.tsx';
import { DetachDialog } from './detach-dialog.tsx';
import { ProfileDialog } from './profile-dialog.tsx';

export interface RegionCardProps {
  readonly region: Region;
  readonly isLast: boolean;
  /** Something changed; sentences say what. */
  readonly onChanged: (sentences: readonly string[]) => void;
}

export function RegionCard({ region, isLast, onChanged }: RegionCardProps) {
  const [open, setOpen] = useState<'profile' | 'close' | 'detach'>();
  const close = (): void => setOpen(undefined);
  const { token, profile } = region;
  return (
    <Section
      title={`${region.regionId} (${region.regionKey})`}
      isCard
      actions={
        <>
          <Button icon={Cpu} onPress={() => setOpen('profile')}>
            What the token can do
          </Button>
          {!region.isCeremonyClosed && (
            <Button icon={LockKeyhole} onPress={() => setOpen('close')}>
              Close the ceremony
            </Button>
          )}
          <Button icon={Unplug} onPress={() => setOpen('detach')}>
            Detach
          </Button>
        </>
      }
    >
      <DescriptionList
        columns={2}
        items={[
          { term: 'Token', value: `${token.tokenLabel}, serial number ${token.tokenSerial ?? 'unknown'}` },
          { term: 'Made by', value: `${profile.token.manufacturer} ${profile.token.model}` },
          { term: 'Realm keys last proven', value: <Time value={region.timeProven} /> },
          { term: 'Bound', value: <Time value={region.timeBound} /> },
          {
            term: 'Known weaknesses',
            value:
              profile.weaknesses.length === 0
                ? 'None'
                : countOf(profile.weaknesses.length, 'weakness', 'weaknesses'),
          },
          {
            term: 'Ceremony',
            value: region.isCeremonyClosed ? (
              <Badge icon={LockKeyhole}>Closed: the realm keys never leave this token</Badge>
            ) : (
              <Badge icon={LockKeyholeOpen} tone="busy">
                Open: it can enrol tokens and make recovery kits
              </Badge>
            ),
          },
          { term: 'Module', value: <code>{token.modulePath}</code> },
        ]}
      />
      {open === 'profile' && (
        <ProfileDialog
          region={region}
          isOpen
          onClose={close}
          onProbed={() => onChanged([`The token ${token.tokenLabel} was tried again.`])}
        />
      )}
      <CloseCeremonyDialog region={region} isOpen={open === 'close'} onClose={close} onDone={onChanged} />
      <DetachDialog
        region={region}
        isOpen={open === 'detach'}
        onClose={close}
        onDone={onChanged}
        isLast={isLast}
      />
    </Section>
  );
}
