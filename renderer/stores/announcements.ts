import { create } from 'zustand';

export type Tone = 'info' | 'success' | 'warning' | 'error';

export interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly message: string;
}

interface AnnouncementsState {
  /** What a screen reader is to say next, without anything to see. */
  readonly spoken: string;
  readonly toasts: readonly Toast[];
}

export const useAnnouncements = create<AnnouncementsState>(() => ({ spoken: '', toasts: [] }));

let lastId = 0;

/** Has a screen reader say it. What can be seen must say it too. */
export function announce(message: string): void {
  // A region that does not change is not read again: a no-break space makes a repeated message another one.
  useAnnouncements.setState(({ spoken }) => ({ spoken: spoken === message ? `${message}\u00a0` : message }));
}

/** Shows a short message for a while, and has a screen reader say it. For what needs no answer. */
export function showToast(message: string, tone: Tone = 'success'): void {
  const id = ++lastId;
  useAnnouncements.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { id, tone, message }] }));
}

export function dismissToast(id: number): void {
  useAnnouncements.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
