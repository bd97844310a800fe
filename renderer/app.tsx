import { Suspense } from 'react';
import { Loading } from './components/loading.tsx';
import { screens } from './screens.tsx';
import type { ScreenName } from './screens.tsx';
import { Header } from './shell/header.tsx';
import { OpenFailureScreen } from './shell/open-failure-screen.tsx';
import { RecoveryNotice } from './shell/recovery-notice.tsx';
import { ScreenBoundary } from './shell/screen-boundary.tsx';
import { Sidebar } from './shell/sidebar.tsx';
import { SignInScreen } from './shell/sign-in-screen.tsx';
import { Toasts } from './shell/toasts.tsx';
import { useNavigation } from './stores/navigation.ts';
import { loadSession, useSession } from './stores/session.ts';
import type { Session } from './stores/session.ts';

export function App() {
  return (
    <div className="app">
      <Inside />
      <Toasts />
    </div>
  );
}

function Inside() {
  const { session, error } = useSession();
  const retry = (): void => void loadSession();
  if (session === undefined) {
    if (error !== undefined) return <OpenFailureScreen error={error} onRetry={retry} />;
    return (
      <main className="gate" id="main">
        <Loading>Opening the home</Loading>
      </main>
    );
  }
  if (session.openFailure !== undefined) {
    return <OpenFailureScreen error={session.openFailure} home={session.home} onRetry={retry} />;
  }
  if (session.hasOperators && session.operator === undefined) return <SignInScreen session={session} />;
  return <Shell session={session} />;
}

/** Screens of a home without a realm. */
const WITHOUT_REALM: ReadonlySet<ScreenName> = new Set(['first-run', 'enrolment', 'restore', 'settings']);

function Shell({ session }: { readonly session: Session }) {
  const { screen: asked, params, visit } = useNavigation();
  const hasRealm = session.realm !== undefined;
  const screen = hasRealm || WITHOUT_REALM.has(asked) ? asked : 'first-run';
  const Shown = screens[screen];
  return (
    <>
      <a className="skip-link" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <div className="shell">
        <Sidebar hasRealm={hasRealm} />
        <div className="shell-right">
          <Header session={session} />
          <main id="main" className="main" tabIndex={-1}>
            <RecoveryNotice reports={session.recovery} />
            <ScreenBoundary key={`${screen} ${visit}`}>
              <Suspense fallback={<Loading>Opening the screen</Loading>}>
                <Shown params={params} />
              </Suspense>
            </ScreenBoundary>
          </main>
        </div>
      </div>
    </>
  );
}

/** By script: the location's hash is the screen's name. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
