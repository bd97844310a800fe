import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../client.ts';
import type { Answer, CallName, Request } from '../client.ts';

export interface Answered<Name extends CallName> {
  /** Stays while the same request is loaded again; gone when the request changes. */
  readonly answer: Answer<Name> | undefined;
  readonly error: ErrorDocument | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Held<Name extends CallName> {
  readonly question: string;
  readonly answer?: Answer<Name>;
  readonly error?: ErrorDocument;
  readonly isLoading: boolean;
}

/**
 * The answer of a reading operation, loaded when the screen appears and when the request changes.
 * @param request by value: a new object with the same fields loads nothing. `undefined`: not asked yet.
 */
export function useAnswer<Name extends CallName>(
  name: Name,
  request: Request<Name> | undefined,
): Answered<Name> {
  const question = request === undefined ? '' : `${name} ${JSON.stringify(request)}`;
  const [held, hold] = useState<Held<Name>>({ question: '', isLoading: false });
  const [round, setRound] = useState(0);
  const latest = useRef(request);
  latest.current = request;

  useEffect(() => {
    const asked = latest.current;
    if (question === '' || asked === undefined) return;
    let isCurrent = true;
    hold((before) => ({ ...(before.question === question ? before : {}), question, isLoading: true }));
    call(name, asked).then(
      (answer) => {
        if (isCurrent) hold({ question, answer, isLoading: false });
      },
      (thrown: unknown) => {
        if (isCurrent) hold({ question, error: toErrorDocument(thrown), isLoading: false });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [name, question, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const isOfQuestion = held.question === question;
  return {
    answer: isOfQuestion ? held.answer : undefined,
    error: isOfQuestion ? held.error : undefined,
    isLoading: question !== '' && (!isOfQuestion || held.isLoading),
    reload,
  };
}
