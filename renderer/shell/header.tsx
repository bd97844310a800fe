import { Lock, LogOut, UserRound } from 'lucide-react';
import { Button } from '../components/button.tsx';
import { Menu } from '../components/menu.tsx';
import { ProgressBar } from '../components/progress-panel.tsx';
import { constantInWords, countOf } from '../components/words.ts';
import { toErrorDocument } from '../client.ts';
import { showToast } from '../stores/announcements.ts';
import { navigate } from '../stores/navigation.ts';
import { lock, signOut } from '../stores/session.ts';
import type { Session } from '../stores/session.ts';
import { useWorkRequests } from '../stores/work-requests.ts';

export function Header({ session }: { readonly session: Session }) {
  const act = (action: () => Promise<void>) => (): void => {
    action().catch((thrown: unknown) => showToast(toErrorDocument(thrown).message, 'error'));
  };
  return (
    <header className="header">
      <div className="header-realm">
        <span className="header-realm-name">{session.realm?.name ?? 'No realm yet'}</span>
        {session.realm !== undefined && (
          <span className="quiet header-tenancy">{session.realm.tenancyName}</span>
        )}
        {session.isPractice && (
          <strong className="practice-mark" title="Nothing in this realm guards anything.">
            PRACTICE
          </strong>
        )}
      </div>
      <RunningWork />
      <div className="header-operator">
        {session.operator !== undefined && (
          <>
            <span className="header-operator-name" title="Signed in">
              <UserRound aria-hidden className="icon" />
              <span className="visually-hidden">Signed in: </span>
              {session.operator.name}
            </span>
            <Button variant="quiet" icon={LogOut} onPress={act(signOut)}>
              Sign out
            </Button>
          </>
        )}
        <Button icon={Lock} onPress={act(lock)}>
          Lock
        </Button>
      </div>
    </header>
  );
}

/** What runs now: one with its bar, several as a menu. */
function RunningWork() {
  const running = Object.values(useWorkRequests((state) => state.running));
  const [first] = running;
  if (first === undefined) return null;
  if (running.length > 1) {
    return (
      <Menu
        label={`${countOf(running.length, 'work request')} running`}
        choices={running.map((work) => ({
          id: work.workRequestId,
          label: `${constantInWords(work.operationType)}, ${Math.floor(work.percentComplete)} %`,
          description: work.activity,
          onAction: () => navigate('work-requests', { workRequestId: work.workRequestId }),
        }))}
      />
    );
  }
  return (
    <button
      type="button"
      className="header-work"
      title={first.activity}
      onClick={() => navigate('work-requests', { workRequestId: first.workRequestId })}
    >
      <ProgressBar
        label={constantInWords(first.operationType)}
        percent={first.percentComplete}
        size="small"
      />
    </button>
  );
}
