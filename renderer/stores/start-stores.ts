import { call, onEvent } from '../client.ts';
import { navigate, watchLocation } from './navigation.ts';
import { loadSession, sessionChanged, useSession } from './session.ts';
import { settingsChanged, watchTheme } from './settings.ts';
import { workEnded, workProgressed } from './work-requests.ts';

const ACTIVE_EVERY = 30_000;

/** Main locks when nobody is there (rule R71): keys and pointers tell it that somebody is, at most twice a minute. */
function reportActivity(): void {
  let last = 0;
  const report = (): void => {
    const now = Date.now();
    if (now - last < ACTIVE_EVERY || useSession.getState().session?.operator === undefined) return;
    last = now;
    call('session.active', {}).catch(() => undefined);
  };
  for (const kind of ['keydown', 'pointerdown', 'wheel'] as const) {
    window.addEventListener(kind, report, { passive: true, capture: true });
  }
}

/** Everything that the stores listen to, once for the life of the window. */
export function startStores(): void {
  watchTheme();
  watchLocation();
  reportActivity();
  onEvent((event) => {
    if (event.kind === 'progress') workProgressed(event.progress);
    else if (event.kind === 'ended') workEnded(event.workRequestId);
    else if (event.kind === 'session') sessionChanged(event.session);
    else void showOpenedFile();
  });
  useSession.subscribe((state, before) => {
    if (state.session === undefined || state.session === before.session) return;
    settingsChanged(state.session.settings);
    for (const { millisecondsLeft, ...progress } of state.session.running) {
      workProgressed({ ...progress, ...(millisecondsLeft === undefined ? {} : { millisecondsLeft }) });
    }
  });
  void loadSession().then(showOpenedFile);
}

/** A sealed backup that was opened with this program: the restore journey begins at it. */
async function showOpenedFile(): Promise<void> {
  try {
    const { path } = await call('opened-file.take', {});
    if (path !== undefined) navigate('restore', { file: path });
  } catch {
    // Nothing was opened that could be shown; the restore journey lets the person choose the file.
  }
}
