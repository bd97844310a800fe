import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import { call, toErrorDocument } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { CapabilityView } from '../token/capability-view.tsx';

/** What a region's token can do (rule R4), and trying it again: firmware changes. */
export function ProfileDialog({
  region,
  isOpen,
  onClose,
  onProbed,
}: {
  readonly region: Region;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onProbed: () => void;
}) {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();
  const [profile, setProfile] = useState(region.profile);

  async function probe(): Promise<void> {
    setPending(true);
    setError(undefined);
    try {
      setProfile(await call('region.probe', { region: region.regionId }));
      onProbed();
    } catch (thrown) {
      setError(toErrorDocument(thrown));
    } finally {
      setPending(false);
    }
  }

  return (
    <Dialog
      title={`What the token ${region.token.tokenLabel} can do`}
      isOpen={isOpen}
      onClose={onClose}
      size="large"
      actions={
        <>
          <Button icon={RefreshCw} isPending={isPending} onPress={() => void probe()}>
            Try it again
          </Button>
          <Button variant="primary" onPress={onClose}>
            Close
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorNotice error={error} />}
      {isPending && <Loading>Trying what it can do. A window of its own may ask for its PIN.</Loading>}
      <CapabilityView profile={profile} />
    </Dialog>
  );
}
