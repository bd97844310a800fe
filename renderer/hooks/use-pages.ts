import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../client.ts';
import type { Answer, ListName, Request, Row } from '../client.ts';

/** More rows than this are not loaded: `isCut` tells, and the screen offers a filter that the operation knows. */
export const MOST_ROWS = 20_000;
const PAGE = 1000;
const FIRST_PAGE = 100;

export interface Pages<Name extends ListName> {
  readonly rows: readonly Row<Name>[];
  /** The first page's answer, for what stands beside the rows. */
  readonly first: Answer<Name> | undefined;
  readonly error: ErrorDocument | undefined;
  readonly isLoading: boolean;
  /** There are more rows than are loaded: too many, or it was stopped. */
  readonly isCut: boolean;
  readonly reload: () => void;
  /** Stops loading; the rows that are there stay. */
  readonly cancel: () => void;
}

interface AnyPage {
  readonly data: readonly unknown[];
  readonly nextPage?: string;
}

interface Held {
  readonly question: string;
  readonly rows: readonly unknown[];
  readonly first?: unknown;
  readonly error?: ErrorDocument;
  readonly isLoading: boolean;
  readonly isCut: boolean;
}

const NOTHING: Held = { question: '', rows: [], isLoading: false, isCut: false };

/**
 * All rows of a list: the first page is there at once, the others follow by themselves.
 * @param request without `limit` and `page`; by value, as with useAnswer. `undefined`: not asked yet.
 */
export function usePages<Name extends ListName>(
  name: Name,
  request: Omit<Request<Name>, 'limit' | 'page'> | undefined,
): Pages<Name> {
  const question = request === undefined ? '' : `${name} ${JSON.stringify(request)}`;
  const [held, hold] = useState<Held>(NOTHING);
  const [round, setRound] = useState(0);
  const latest = useRef(request);
  latest.current = request;
  const stop = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (question === '') return;
    let isCurrent = true;
    let isStopped = false;
    const asked = latest.current;

    async function load(): Promise<void> {
      const rows: unknown[] = [];
      let first: unknown;
      let page: string | undefined;
      do {
        const answer = (await call(name, {
          ...asked,
          limit: page === undefined ? FIRST_PAGE : PAGE,
          ...(page === undefined ? {} : { page }),
        } as Request<Name>)) as AnyPage;
        if (!isCurrent) return;
        first ??= answer;
        rows.push(...answer.data);
        page = answer.nextPage;
        const isLoading = page !== undefined && rows.length < MOST_ROWS && !isStopped;
        hold({ question, rows: [...rows], first, isLoading, isCut: page !== undefined && !isLoading });
        if (!isLoading) return;
      } while (page !== undefined);
    }

    stop.current = () => {
      isStopped = true;
    };
    hold((before) =>
      before.question === question
        ? { ...before, isLoading: true }
        : { ...NOTHING, question, isLoading: true },
    );
    load().catch((thrown: unknown) => {
      if (!isCurrent) return;
      hold((before) => ({ ...before, error: toErrorDocument(thrown), isLoading: false }));
    });
    return () => {
      isCurrent = false;
    };
  }, [name, question, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const cancel = useCallback(() => stop.current(), []);
  const shown = held.question === question ? held : NOTHING;
  return {
    rows: shown.rows as readonly Row<Name>[],
    first: shown.first as Answer<Name> | undefined,
    error: shown.error,
    isLoading: question !== '' && (held.question !== question || held.isLoading),
    isCut: shown.isCut,
    reload,
    cancel,
  };
}
