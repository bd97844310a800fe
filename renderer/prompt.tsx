import { StrictMode, useEffect, useRef, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { createRoot } from 'react-dom/client';
import type { LineQuestion, PromptBridge } from '../shared/contract/prompt.ts';
import { SharePrompt } from './prompt-share.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/prompt.css';

declare global {
  interface Window {
    /** Put there by the preload script: this page's one question and one answer. */
    readonly strongroomPrompt: PromptBridge;
  }
}

/** As the server of the rule has it (main/access/passphrase.ts); main is what refuses a shorter one. */
const SHORTEST_PASSPHRASE = 12;

/**
 * Asks for one PIN or one passphrase (rule R71). What is typed stays in the fields, is read from them once, and never
 * becomes state of React.
 */
function Prompt({ question }: { readonly question: LineQuestion }) {
  const secret = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);
  const [label, setLabel] = useState('');
  const [flaw, setFlaw] = useState<string>();
  const isNew = question.kind === 'passphrase' && question.isNew;
  const isFinalTry = question.kind === 'pin' && question.isFinalTry;
  const isReady = !isFinalTry || label === question.tokenLabel;
  const name = question.kind === 'pin' ? 'PIN' : isNew ? 'New passphrase' : 'Passphrase';

  const answer = (event: SyntheticEvent): void => {
    event.preventDefault();
    const value = secret.current?.value ?? '';
    const found = flawOf(value, isNew ? (again.current?.value ?? '') : undefined);
    setFlaw(found);
    if (found !== undefined) {
      secret.current?.focus();
      return;
    }
    if (!isReady) return;
    const bytes = new TextEncoder().encode(value);
    for (const field of [secret, again]) if (field.current !== null) field.current.value = '';
    void window.strongroomPrompt.answer(bytes).finally(() => bytes.fill(0));
  };
  const cancel = (): void => void window.strongroomPrompt.answer(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') void window.strongroomPrompt.answer(null);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
    };
  }, []);

  return (
    <main className="prompt">
      <form onSubmit={answer}>
        <Heading question={question} />
        {question.kind === 'pin' && <Tries question={question} />}
        {isFinalTry && (
          <label className="prompt-field">
            Label of the token, to use the last try
            <input
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={label}
              onChange={(event) => {
                setLabel(event.target.value);
              }}
            />
          </label>
        )}
        <label className="prompt-field">
          {name}
          <input
            ref={secret}
            type="password"
            autoFocus={!isFinalTry}
            autoComplete="off"
            aria-invalid={flaw !== undefined}
            aria-describedby="flaw"
          />
        </label>
        {isNew && (
          <label className="prompt-field">
            The same again
            <input ref={again} type="password" autoComplete="off" />
          </label>
        )}
        <p id="flaw" className="prompt-flaw" role="alert">
          {flaw}
        </p>
        <div className="prompt-buttons">
          <button type="button" onClick={cancel}>
            Cancel
          </button>
          <button type="submit" className="prompt-primary" disabled={!isReady}>
            {question.kind === 'pin' ? 'Log in to the token' : isNew ? 'Set the passphrase' : 'Sign in'}
          </button>
        </div>
      </form>
    </main>
  );
}

function Heading({ question }: { readonly question: LineQuestion }) {
  if (question.kind === 'pin') {
    const { tokenLabel, tokenSerial, regionId } = question;
    return (
      <>
        <h1>PIN of the token {tokenLabel}</h1>
        <p className="prompt-quiet">
          {regionId === undefined ? '' : `Region ${regionId}. `}Serial number {tokenSerial}. The PIN goes to
          the token and is kept nowhere.
        </p>
      </>
    );
  }
  return (
    <>
      <h1>
        {question.isNew ? 'New passphrase' : 'Passphrase'} of {question.operatorName}
      </h1>
      <p className="prompt-quiet">
        {question.isNew
          ? `At least ${SHORTEST_PASSPHRASE} characters, such as five words drawn by lot.`
          : 'Signs you in until the window is locked.'}
      </p>
    </>
  );
}

function Tries({ question }: { readonly question: LineQuestion & { readonly kind: 'pin' } }) {
  if (question.isFinalTry) {
    return (
      <p className="prompt-warning prompt-final" role="alert">
        One more wrong PIN locks this token. Make sure of the PIN first; to use the last try, type the token’s
        label.
      </p>
    );
  }
  if (!question.isCountLow) return null;
  return (
    <p className="prompt-warning" role="alert">
      A wrong PIN was entered since the last right one. The token locks after a few.
    </p>
  );
}

/** @param again undefined: it is typed once. */
function flawOf(secret: string, again: string | undefined): string | undefined {
  if (secret === '') return 'Nothing was entered.';
  if (again === undefined) return undefined;
  if (Array.from(secret.normalize('NFKC')).length < SHORTEST_PASSPHRASE) {
    return `The passphrase is shorter than ${SHORTEST_PASSPHRASE} characters.`;
  }
  return secret === again ? undefined : 'The two passphrases differ.';
}

const TITLES = { pin: 'Token PIN', passphrase: 'Passphrase', share: 'Recovery share' } as const;

async function start(): Promise<void> {
  // The page follows the theme that main has set for the program.
  const isDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  const root = document.getElementById('root');
  if (root === null) throw new Error('prompt.html has no element with the id root');
  const question = await window.strongroomPrompt.question();
  document.title = TITLES[question.kind];
  createRoot(root).render(
    <StrictMode>
      {question.kind === 'share' ? <SharePrompt question={question} /> : <Prompt question={question} />}
    </StrictMode>,
  );
}

void start();
