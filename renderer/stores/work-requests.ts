import { create } from 'zustand';
import type { Progress } from '../../shared/domain/work-request.ts';

/** A work request that runs now, as far as this window has heard of it. */
export interface RunningWork extends Progress {
  /** What it has said so far, oldest first, the last two hundred. */
  readonly lines: readonly WorkLine[];
}

export interface WorkLine {
  readonly time: string;
  readonly text: string;
}

interface WorkRequestsState {
  readonly running: Readonly<Record<string, RunningWork>>;
  /** Ids of those that ended since the window was loaded, oldest first. */
  readonly ended: readonly string[];
  /** Counts the ends: lists that show work requests load again when it changes. */
  readonly endCount: number;
}

const LINES = 200;

/**
 * Work requests that run, live: from main's events, and after a reload of the window from the session. Lists of the
 * finished ones are loaded by the screens that show them.
 */
export const useWorkRequests = create<WorkRequestsState>(() => ({ running: {}, ended: [], endCount: 0 }));

export function workProgressed(progress: Progress): void {
  useWorkRequests.setState((state) => {
    if (state.ended.includes(progress.workRequestId)) return state;
    const said = state.running[progress.workRequestId]?.lines ?? [];
    const isNews = said.at(-1)?.text !== progress.activity;
    const line = { time: new Date().toISOString(), text: progress.activity };
    const lines = isNews ? [...said.slice(1 - LINES), line] : said;
    return { running: { ...state.running, [progress.workRequestId]: { ...progress, lines } } };
  });
}

export function workEnded(workRequestId: string): void {
  useWorkRequests.setState((state) => ({
    running: Object.fromEntries(Object.entries(state.running).filter(([id]) => id !== workRequestId)),
    ended: [...state.ended.slice(-99), workRequestId],
    endCount: state.endCount + 1,
  }));
}
