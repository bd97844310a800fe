import { call } from '../../client.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import type { RegionDialogProps } from './close-ceremony-dialog.tsx';

/** This home forgets the token; nothing on the token changes. */
export function DetachDialog({
  region,
  isOpen,
  onClose,
  onDone,
  isLast,
}: RegionDialogProps & { readonly isLast: boolean }) {
  const { regionId, token } = region;
  return (
    <ConfirmDialog
      title={`Detach ${regionId}`}
      isOpen={isOpen}
      onClose={onClose}
      confirmLabel="Detach the region"
      isDanger
      nameToType={regionId}
      onConfirm={async () => {
        await call('region.detach', { region: regionId });
        onDone([`${regionId} was detached. The token ${token.tokenLabel} still holds its keys.`]);
      }}
    >
      <p>
        This home forgets that the token {token.tokenLabel} serves {regionId}. The token keeps its keys, and
        the catalog keeps its records of vaults and backups there; they cannot be used until a token with the
        realm keys is attached for the region again.
      </p>
      {isLast && (
        <Notice tone="warning" title="It is the only region of this home">
          Without it nothing can be backed up, verified or restored here until a token is attached.
        </Notice>
      )}
    </ConfirmDialog>
  );
}
