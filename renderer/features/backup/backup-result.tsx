import { Copy, HardDriveDownload, ListChecks, Repeat, Target } from 'lucide-react';
import { useState } from 'react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Fingerprint } from '../../components/ocid.tsx';
import { bytesInWords, countOf, inWindowWords } from '../../components/words.ts';
import { navigate } from '../../stores/navigation.ts';
import './backup.css';
import { BackupDialog } from '../backups/backup-dialog.tsx';
import { depthInWords, placeInWords } from '../backups/place-in-words.ts';

/** Names that the result has room for; the backup itself lists all. */
const NAMES = 50;

export interface BackupResultProps {
  readonly backup: Answer<'backup.get'>;
  readonly onAgain: () => void;
}

/** What was made, what is not in it, and that one copy in one place is not enough. */
export function BackupResult({ backup, onAgain }: BackupResultProps) {
  const [isShown, setShown] = useState(false);
  const { leftOut, secretsLeftOut, copies } = backup;
  const isVerified = copies.some(({ timeVerified }) => timeVerified !== undefined);
  const bucketCopy = copies.find(({ place }) => place.kind === 'bucket');
  const subject = backup.kind === 'VAULT' ? `The vault ${backup.vaultName}` : `A key of ${backup.vaultName}`;
  return (
    <>
      <JourneyResult
        outcome={isVerified ? 'done' : 'partly'}
        title={
          isVerified
            ? `${subject} was backed up, and the backup verified.`
            : `${subject} was backed up, but nobody has read the copy back yet.`
        }
        done={[
          backup.isIncludeKeys
            ? `Sealed and verified: ${countOf(backup.keyCount, 'key')} with ${countOf(backup.keyVersionCount, 'version')}, ${bytesInWords(backup.size)}.`
            : `Sealed and verified: the vault without its keys, ${bytesInWords(backup.size)}.`,
          ...copies.map((copy) => (
            <span key={placeInWords(copy.place)}>
              {placeInWords(copy.place)}
              {copy.region !== undefined && ` in ${copy.region}`}
              {copy.place.kind === 'bucket' && (
                <>
                  , object <code>{copy.place.objectName}</code>
                </>
              )}
              . <span className="quiet">{depthInWords(copy.verifiedDepth)}.</span>
            </span>
          )),
          <span key="sha256" className="row">
            SHA-256 <Fingerprint value={backup.sha256} />
          </span>,
        ]}
        leftOut={[
          ...leftOut.slice(0, NAMES).map(({ displayName, reason }) => ({
            what: displayName,
            why: inWindowWords(reason),
          })),
          ...(leftOut.length > NAMES
            ? [{ what: `${leftOut.length - NAMES} more`, why: 'The backup lists all of them.' }]
            : []),
          ...(secretsLeftOut === 0
            ? []
            : [{ what: countOf(secretsLeftOut, 'secret'), why: 'Secrets are never in a backup.' }]),
        ]}
        next={
          <>
            <p className="next-words">
              {bucketCopy !== undefined
                ? 'It lies in one region only. Copy it to another, so that it outlives this one.'
                : 'Keep it away from the region that it is of, and try restoring it in a drill.'}
            </p>
            {bucketCopy !== undefined && (
              <>
                <Button
                  variant="primary"
                  icon={Copy}
                  onPress={() => navigate('copy', { backupId: backup.id })}
                >
                  Copy to another region
                </Button>
                <Button icon={HardDriveDownload} onPress={() => navigate('media', { backupId: backup.id })}>
                  Export to a medium
                </Button>
              </>
            )}
            <Button icon={Target} onPress={() => navigate('drills', { step: 'run', backupId: backup.id })}>
              Try it in a drill
            </Button>
            <Button icon={ListChecks} onPress={() => setShown(true)}>
              Show the backup
            </Button>
            <Button icon={Repeat} onPress={onAgain}>
              Back up something else
            </Button>
          </>
        }
      />
      {isShown && <BackupDialog backupId={backup.id} onClose={() => setShown(false)} />}
    </>
  );
}
