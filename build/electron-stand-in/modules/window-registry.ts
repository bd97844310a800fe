import type { BrowserWindow } from './browser-window.ts';

/** Every window that is open, in the order of their making. */
export const openWindows = new Set<BrowserWindow>();

export function windowOfTarget(targetId: string): BrowserWindow | undefined {
  return [...openWindows].find((window) => window.targetId === targetId);
}
