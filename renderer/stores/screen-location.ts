import { isScreenName } from '../screens.tsx';
import type { ScreenName, ScreenParams } from '../screens.tsx';

/** `#/vault?vaultId=ocid1...` */
export function formatLocation(screen: ScreenName, params: ScreenParams): string {
  const query = new URLSearchParams(params).toString();
  return `#/${screen}${query === '' ? '' : `?${query}`}`;
}

/** The screen that a hash names; the overview where it names none. */
export function parseLocation(hash: string): { screen: ScreenName; params: ScreenParams } {
  const [name = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  if (!isScreenName(name)) return { screen: 'overview', params: {} };
  return { screen: name, params: Object.fromEntries(new URLSearchParams(query)) };
}
