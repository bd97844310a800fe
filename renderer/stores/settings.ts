import { create } from 'zustand';
import { call } from '../client.ts';
import type { Answer } from '../client.ts';

export type Settings = Answer<'settings.get'>;

export const useSettings = create<{ readonly settings: Settings }>(() => ({
  settings: { theme: 'system', idleLockMinutes: 10 },
}));

const darkness = window.matchMedia('(prefers-color-scheme: dark)');

function applyTheme(): void {
  const { theme } = useSettings.getState().settings;
  const resolved = theme === 'system' ? (darkness.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset['theme'] = resolved;
}

export function settingsChanged(settings: Settings): void {
  useSettings.setState({ settings });
  applyTheme();
}

/** Keeps settings in the home. @throws ErrorDocument */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  settingsChanged(await call('settings.set', change));
}

export function watchTheme(): void {
  applyTheme();
  darkness.addEventListener('change', applyTheme);
}
