import { useEffect, useState } from 'react';
import type { CallName, Request } from '../client.ts';
import { useAnswer } from './use-answer.ts';
import type { Answered } from './use-answer.ts';

/** Rows that are scrolled past stand in view for less than this. */
const SETTLED_AFTER = 150;

/**
 * useAnswer for a cell of a long table: it asks only once its row has stood in view for a moment, so that scrolling past
 * thousands of rows asks for nothing.
 */
export function useSettledAnswer<Name extends CallName>(name: Name, request: Request<Name>): Answered<Name> {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLED_AFTER);
    return () => clearTimeout(timer);
  }, []);
  return useAnswer(name, isSettled ? request : undefined);
}
