import type { Session } from 'electron';
import { describe, expect, it } from 'vitest';
import { safeWebPreferences } from '../../../main/window/safe-web-preferences.ts';

describe('what every page runs under', () => {
  const session = 'of the pages' as unknown as Session;

  it('is isolated, sandboxed, without Node, webviews and mixed content', () => {
    expect(safeWebPreferences(session, '/preload.cjs', true)).toEqual({
      session,
      preload: '/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });

  it('has developer tools only in a checkout', () => {
    expect(safeWebPreferences(session, '/preload.cjs', false).devTools).toBe(true);
  });
});
