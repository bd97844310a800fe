import { create } from 'zustand';
import type { ScreenName, ScreenParams } from '../screens.tsx';
import { formatLocation, parseLocation } from './screen-location.ts';

export interface NavigationState {
  readonly screen: ScreenName;
  readonly params: ScreenParams;
  /** Counts navigations: a screen is made anew for each, and not when only its params are replaced. */
  readonly visit: number;
}

/** Which screen is shown. The location's hash has it too, so that a reload comes back to it. */
export const useNavigation = create<NavigationState>(() => ({
  ...parseLocation(window.location.hash),
  visit: 0,
}));

/** Shows a screen; the one shown before is a step back in the history. */
export function navigate(screen: ScreenName, params: ScreenParams = {}): void {
  const hash = formatLocation(screen, params);
  if (window.location.hash === hash) return;
  window.location.hash = hash;
}

/** Changes the params of the screen that is shown without a step in the history: a tab, a filter. */
export function replaceParams(params: ScreenParams): void {
  const { screen } = useNavigation.getState();
  window.history.replaceState(null, '', formatLocation(screen, params));
  useNavigation.setState({ screen, params });
}

export function goBack(): void {
  window.history.back();
}

export function watchLocation(): void {
  window.addEventListener('hashchange', () => {
    useNavigation.setState(({ visit }) => ({ ...parseLocation(window.location.hash), visit: visit + 1 }));
  });
}
