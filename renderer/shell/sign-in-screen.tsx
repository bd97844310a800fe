import { KeyRound, Lock } from 'lucide-react';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { toErrorDocument } from '../client.ts';
import { Button } from '../components/button.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { TextField } from '../components/text-field.tsx';
import { signIn, useSession } from '../stores/session.ts';
import type { Session } from '../stores/session.ts';
import { RecoveryNotice } from './recovery-notice.tsx';

/** Nobody is signed in: at the start, after signing out, or because the window was locked. */
export function SignInScreen({ session }: { readonly session: Session }) {
  const { lastOperatorName, isLocked } = useSession();
  const [name, setName] = useState(lastOperatorName ?? '');
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();

  async function submit(): Promise<void> {
    setPending(true);
    setError(undefined);
    try {
      await signIn(name.trim());
    } catch (thrown) {
      setError(toErrorDocument(thrown));
      setPending(false);
    }
  }

  const Icon = isLocked ? Lock : KeyRound;
  return (
    <main className="gate" id="main">
      <div className="gate-card">
        <Icon aria-hidden className="icon gate-icon" />
        <h1 className="screen-title">{isLocked ? 'Strongroom is locked' : 'Sign in'}</h1>
        <p className="quiet">
          {isLocked
            ? 'Every token is logged out and every PIN is forgotten. Work that was running goes on where it needs no token.'
            : `${session.realm === undefined ? 'This home' : `The realm ${session.realm.name}`} is opened for its operators only.`}
        </p>
        {session.isPractice && <strong className="practice-mark">PRACTICE</strong>}
        <RecoveryNotice reports={session.recovery} />
        <Form
          className="gate-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '' && !isPending) void submit();
          }}
        >
          <TextField
            label="Operator"
            value={name}
            onChange={setName}
            isRequired
            autoFocus
            isCode
            maxLength={100}
            description="The passphrase is asked for in a window of its own."
          />
          {error !== undefined && <ErrorNotice error={error} />}
          <Button variant="primary" type="submit" isDisabled={name.trim() === ''} isPending={isPending}>
            {isPending ? 'Waiting for the passphrase' : isLocked ? 'Unlock' : 'Sign in'}
          </Button>
        </Form>
        <p className="quiet gate-home">
          Home: <code>{session.home}</code>
        </p>
      </div>
    </main>
  );
}
