import { useState } from 'react';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import { Checkbox } from '../../components/choice.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { usePages } from '../../hooks/use-pages.ts';

export interface RegionDialogProps {
  readonly region: Region;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What there is to say afterwards. */
  readonly onDone: (sentences: readonly string[]) => void;
}

/** One way, with its consequence first (rule R3). */
export function CloseCeremonyDialog({ region, isOpen, onClose, onDone }: RegionDialogProps) {
  const kits = usePages('recovery-kit.list', isOpen ? {} : undefined);
  const [isWithoutKit, setWithoutKit] = useState(false);
  const hasKit = kits.rows.some(({ timeConfirmed }) => timeConfirmed !== undefined);
  const { tokenLabel } = region.token;
  return (
    <ConfirmDialog
      title={`Close the ceremony on ${tokenLabel}`}
      isOpen={isOpen}
      onClose={onClose}
      confirmLabel="Close it for good"
      isDanger
      nameToType={region.regionId}
      isConfirmDisabled={kits.isLoading || (!hasKit && !isWithoutKit)}
      onConfirm={async () => {
        const { warnings } = await call('region.close-ceremony', {
          region: region.regionId,
          isWithoutRecoveryKit: !hasKit && isWithoutKit,
        });
        onDone([`The ceremony on ${tokenLabel} is closed.`, ...warnings]);
      }}
    >
      <p>
        From then on the realm keys never leave this token: it can enrol no further token and make no further
        recovery kit. Only a recovery kit, or a token whose ceremony is open, then makes new tokens.
      </p>
      <p>Backing up, copying and restoring go on as before. This cannot be undone.</p>
      {!kits.isLoading && !hasKit && (
        <>
          <Notice tone="warning" title="No recovery kit is confirmed">
            If this is the last token with an open ceremony and it is lost, so is every backup. Make a kit
            first.
          </Notice>
          <Checkbox isSelected={isWithoutKit} onChange={setWithoutKit}>
            Go ahead without a recovery kit
          </Checkbox>
        </>
      )}
    </ConfirmDialog>
  );
}
