import { create } from 'zustand';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../client.ts';
import type { Answer } from '../client.ts';

export type Session = Answer<'session.get'>;

interface SessionState {
  /** Undefined until main has answered for the first time. */
  readonly session: Session | undefined;
  /** Why main could not tell. */
  readonly error: ErrorDocument | undefined;
  /** Who was signed in last, to offer the name again. A name is no secret. */
  readonly lastOperatorName: string | undefined;
  /** Locked by hand or because nobody was there, as against signed out. */
  readonly isLocked: boolean;
}

export const useSession = create<SessionState>(() => ({
  session: undefined,
  error: undefined,
  lastOperatorName: undefined,
  isLocked: false,
}));

/** Takes in what main says the session is now. */
export function sessionChanged(session: Session): void {
  useSession.setState((before) => {
    const was = before.session?.operator?.name;
    const isNow = session.operator?.name;
    return {
      session,
      error: undefined,
      lastOperatorName: isNow ?? was ?? before.lastOperatorName,
      // Main signs an operator out by itself only when it locks.
      isLocked: isNow === undefined && (before.isLocked || was !== undefined),
    };
  });
}

export async function loadSession(): Promise<void> {
  try {
    sessionChanged(await call('session.get', {}));
  } catch (thrown) {
    useSession.setState({ error: toErrorDocument(thrown) });
  }
}

/** Main asks for the passphrase in a window of its own. @throws ErrorDocument */
export async function signIn(operatorName: string): Promise<void> {
  sessionChanged(await call('session.sign-in', { operatorName }));
}

export async function signOut(): Promise<void> {
  const session = await call('session.sign-out', {});
  sessionChanged(session);
  useSession.setState({ isLocked: false });
}

/** Drops every PIN, logs out of every token and signs out (rule R71). */
export async function lock(): Promise<void> {
  sessionChanged(await call('session.lock', {}));
}
