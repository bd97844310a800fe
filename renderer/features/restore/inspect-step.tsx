import { Usb } from 'lucide-react';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { Bytes, Fingerprint, Ocid } from '../../components/ocid.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import type { Answered } from '../../hooks/use-answer.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useSession } from '../../stores/session.ts';
import { sourceInWords } from './restore-source.ts';
import type { RestoreSource } from './restore-source.ts';

type Header = Answer<'backup.inspect'>;

export interface InspectStepProps {
  readonly source: RestoreSource;
  readonly inspected: Answered<'backup.inspect'>;
  readonly regions: Answered<'region.list'>;
  readonly regionId: string | undefined;
  readonly onRegion: (regionId: string) => void;
  readonly onAttach: () => void;
}

/** What anybody can see of the backup, whose it is, and the region that it is to go into. */
export function InspectStep(props: InspectStepProps) {
  const { source, inspected, regions, regionId, onRegion, onAttach } = props;
  const realm = useSession((state) => state.session?.realm);
  return (
    <AnswerView of={inspected} loading="Reading the backup’s header">
      {(header) => (
        <div className="stack">
          <HeaderView header={header} source={source} />
          {realm === undefined ? (
            <NoRealm header={header} onAttach={onAttach} />
          ) : header.isOfThisRealm === false ? (
            <Notice tone="error" title="This backup belongs to another realm">
              <p>
                Its realm is <code>{header.realmId}</code>; this home’s realm, {realm.name}, is{' '}
                <code>{realm.realmId}</code>. Nobody can read it without the keys of its own realm.
              </p>
              <p>Start Strongroom on a home whose token has that realm’s keys, or choose another backup.</p>
            </Notice>
          ) : (
            <AnswerView of={regions} loading="Loading the regions">
              {({ data }) => (
                <RegionChoice
                  header={header}
                  regions={data}
                  value={regionId}
                  onChange={onRegion}
                  onAttach={onAttach}
                />
              )}
            </AnswerView>
          )}
        </div>
      )}
    </AnswerView>
  );
}

function HeaderView({ header, source }: { readonly header: Header; readonly source: RestoreSource }) {
  const realm = useSession((state) => state.session?.realm);
  const known = useAnswer('backup.get', realm === undefined ? undefined : { backupId: header.backupId });
  return (
    <>
      <DescriptionList
        columns={2}
        items={[{ term: 'Found at', value: <span className="code">{sourceInWords(source)}</span> }]}
      />
      <DescriptionList
        columns={3}
        items={[
          { term: 'Backup of', value: header.kind === 'VAULT' ? 'A vault' : 'One key' },
          { term: 'Made', value: <Time value={header.timeCreated} /> },
          { term: 'In region', value: header.sourceRegion },
          {
            term: 'Number',
            value: `${header.sequence} of its region${header.previousBackupSha256 === undefined ? ', the first one' : ''}`,
          },
          { term: 'Size', value: <Bytes value={header.size} /> },
          {
            term: 'Realm',
            value: (
              <>
                <Fingerprint value={header.realmId} what="The realm’s id" />{' '}
                {header.isOfThisRealm === true && (
                  <Badge tone="good">{`This home’s: ${realm?.name ?? ''}`}</Badge>
                )}
                {header.isOfThisRealm === false && <Badge tone="bad">Another realm</Badge>}
              </>
            ),
          },
          { term: 'Backup’s OCID', value: <Ocid value={header.backupId} /> },
          {
            term: 'In the catalog',
            value:
              known.answer !== undefined
                ? `Known: ${known.answer.kind === 'VAULT' ? 'the vault' : 'a key of'} ${known.answer.vaultName}`
                : known.error !== undefined
                  ? 'Not known to this home'
                  : undefined,
          },
        ]}
      />
      {known.answer?.warnings.map((warning) => (
        <Notice key={warning} tone="warning" title={warning} />
      ))}
      <Notice title="Nothing is proven yet">
        This is the clear header: what the file says of itself. The next step verifies it.
      </Notice>
    </>
  );
}

function NoRealm({ header, onAttach }: { readonly header: Header; readonly onAttach: () => void }) {
  return (
    <Notice
      tone="warning"
      title="This home has no token yet"
      actions={
        <Button variant="primary" icon={Usb} onPress={onAttach}>
          Attach a token
        </Button>
      }
    >
      <p>
        To verify and restore the backup, a token with the keys of the realm <code>{header.realmId}</code> is
        needed. Nothing else: no catalog, no network.
      </p>
      <p>Attaching takes a minute. Afterwards Restore goes on with this backup.</p>
    </Notice>
  );
}

interface RegionChoiceProps {
  readonly header: Header;
  readonly regions: readonly Row<'region.list'>[];
  readonly value: string | undefined;
  readonly onChange: (regionId: string) => void;
  readonly onAttach: () => void;
}

function RegionChoice({ header, regions, value, onChange, onAttach }: RegionChoiceProps) {
  if (regions.length === 0) {
    return (
      <Notice
        tone="warning"
        title="No token is attached"
        actions={
          <Button variant="primary" icon={Usb} onPress={onAttach}>
            Attach a token
          </Button>
        }
      >
        A region with a token is needed to verify and restore.
      </Notice>
    );
  }
  return (
    <RadioCards
      label="Restore into"
      columns={2}
      value={value}
      onChange={onChange}
      cards={regions.map(({ regionId, regionKey, token }) => ({
        id: regionId,
        title: `${regionKey} ${regionId}`,
        description:
          regionId === header.sourceRegion
            ? `Token ${token.tokenLabel}. The backup’s own region: OCIDs stay as they are.`
            : `Token ${token.tokenLabel}. Another region: vault and keys get new OCIDs.`,
      }))}
    />
  );
}
