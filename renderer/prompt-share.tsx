import { useEffect, useRef, useState } from 'react';
import type { SyntheticEvent } from 'react';
import type { ShareQuestion } from '../shared/contract/prompt.ts';

const LINES = 7;

/** Asks a custodian for a share of a recovery kit (rule R5), as it stands on paper. Main says which row is wrong. */
export function SharePrompt({ question: { before } }: { readonly question: ShareQuestion }) {
  const share = useRef<HTMLTextAreaElement>(null);
  const [isEmpty, setEmpty] = useState(before === undefined);

  const answer = (event: SyntheticEvent): void => {
    event.preventDefault();
    const field = share.current;
    if (field === null || field.value.trim() === '') return;
    const bytes = new TextEncoder().encode(field.value);
    field.value = '';
    void window.strongroomPrompt.answer(bytes).finally(() => bytes.fill(0));
  };

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
        <h1>Your share of the recovery kit</h1>
        <p className="prompt-quiet">
          Type the {LINES} lines from STRONGROOM to row D, as they stand on your paper. Capital or small
          letters and spaces make no difference. Nobody else should see this screen now.
        </p>
        <label className="prompt-field">
          Share
          <textarea
            ref={share}
            rows={LINES}
            defaultValue={before?.typed ?? ''}
            autoFocus
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            aria-invalid={before !== undefined}
            aria-describedby="flaw"
            onInput={(event) => {
              setEmpty(event.currentTarget.value.trim() === '');
            }}
          />
        </label>
        <p id="flaw" className="prompt-flaw" role="alert">
          {before !== undefined && `The share ${before.flaw}. Compare it with your paper.`}
        </p>
        <div className="prompt-buttons">
          <button type="button" onClick={() => void window.strongroomPrompt.answer(null)}>
            Cancel
          </button>
          <button type="submit" className="prompt-primary" disabled={isEmpty}>
            Hand the share in
          </button>
        </div>
      </form>
    </main>
  );
}
