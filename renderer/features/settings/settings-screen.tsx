import { Copy, Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { toErrorDocument } from '../../client.ts';
import { IconButton } from '../../components/button.tsx';
import { RadioCards, Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { copyText } from '../../components/ocid.tsx';
import { Screen, Section } from '../../components/screen.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { constantInWords, countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { showToast } from '../../stores/announcements.ts';
import { useSession } from '../../stores/session.ts';
import type { Session } from '../../stores/session.ts';
import { changeSettings, useSettings } from '../../stores/settings.ts';
import type { Settings } from '../../stores/settings.ts';

/** Minutes to choose from. */
const IDLE_MINUTES = [1, 2, 5, 10, 15, 30, 60] as const;

export function SettingsScreen() {
  const session = useSession((state) => state.session);
  return (
    <Screen
      title="Settings"
      width="reading"
      intro="How this window behaves. Kept in the home, for everybody who uses it."
    >
      <Behaviour />
      {session !== undefined && <About session={session} />}
      {session !== undefined && session.recovery.length > 0 && <Recovered session={session} />}
      <TokenSoftware />
    </Screen>
  );
}

function Behaviour() {
  const { settings } = useSettings();
  const [error, setError] = useState<ErrorDocument>();

  function change(part: Partial<Settings>): void {
    setError(undefined);
    changeSettings(part).then(
      () => showToast('The setting was kept.'),
      (thrown: unknown) => setError(toErrorDocument(thrown)),
    );
  }

  const minutes = [...new Set([...IDLE_MINUTES, settings.idleLockMinutes])].toSorted((a, b) => a - b);
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} title="The setting was not kept" />}
      <Section title="Appearance" isCard>
        <RadioCards
          label="Theme"
          isLabelHidden
          columns={3}
          value={settings.theme}
          onChange={(theme) => change({ theme })}
          cards={[
            { id: 'system', title: 'As the system', icon: Monitor },
            { id: 'light', title: 'Light', icon: Sun },
            { id: 'dark', title: 'Dark', icon: Moon },
          ]}
        />
      </Section>
      <Section
        title="Idle lock"
        isCard
        intro="When nobody has used the window for so long, every token is logged out, every PIN is forgotten and the operator is signed out. Work that runs is finished first."
      >
        <Select
          label="Lock after"
          value={String(settings.idleLockMinutes)}
          onChange={(chosen) => change({ idleLockMinutes: Number(chosen) })}
          options={minutes.map((count) => ({ id: String(count), label: countOf(count, 'minute') }))}
        />
      </Section>
    </>
  );
}

function About({ session }: { readonly session: Session }) {
  return (
    <Section title="This home" isCard>
      <DescriptionList
        items={[
          {
            term: 'Folder',
            value: (
              <span className="row">
                <code>{session.home}</code>
                <IconButton
                  icon={Copy}
                  label="Copy the folder’s path"
                  size="small"
                  onPress={() => void copyText(session.home, 'The path')}
                />
              </span>
            ),
          },
          { term: 'Realm', value: session.realm?.name ?? 'None yet' },
          { term: 'Tenancy', value: session.realm?.tenancyName },
          {
            term: 'Purpose',
            value: session.isPractice ? 'Practice: nothing in it guards anything' : undefined,
          },
          { term: 'Version of Strongroom', value: session.version },
          {
            term: 'Network',
            value: 'None. Strongroom opens no connection but to a URL that you name for a backup.',
          },
        ]}
      />
    </Section>
  );
}

function Recovered({ session }: { readonly session: Session }) {
  return (
    <Section
      title="Recovery at the last start"
      isCard
      intro="Work that was cut off before was finished or undone when Strongroom started."
    >
      <ul className="plain-list">
        {session.recovery.map(({ workRequestId, operationType, outcome, message }) => (
          <li key={workRequestId}>
            <span className="row">
              <strong>{constantInWords(operationType)}</strong>
              <StateBadge state={outcome} />
            </span>
            {message}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function TokenSoftware() {
  const modules = useAnswer('modules.list', {});
  return (
    <Section
      title="Token software on this machine"
      isCard
      intro="PKCS#11 modules that Strongroom finds by itself. Others are chosen by their file."
    >
      <AnswerView of={modules} loading="Looking for token software">
        {({ data }) =>
          data.length === 0 ? (
            <p className="quiet">None was found. A token’s own module is chosen by its file.</p>
          ) : (
            <DescriptionList
              items={data.map(({ vendor, path }) => ({ term: vendor, value: <code>{path}</code> }))}
            />
          )
        }
      </AnswerView>
    </Section>
  );
}
