import { clipboard, dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import type { WindowHandlers, WindowRequestOf } from '../../shared/contract/window-contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { findKnownModules } from '../strongroom.ts';
import type { HomeSession } from './home-session.ts';
import type { OpenedFile } from './opened-file.ts';
import type { TypedShares } from './typed-shares.ts';

/** Carries out what only a window can do. */
export function windowHandlers(
  session: HomeSession,
  openedFile: OpenedFile,
  shares: TypedShares,
  window: () => BrowserWindow | undefined,
): WindowHandlers {
  return {
    'session.get': () => session.describe(),
    'session.sign-in': ({ operatorName }) => session.signIn(operatorName),
    'session.sign-out': () => session.signOut(),
    'session.lock': () => session.lock(),
    'session.active': async () => {
      session.touch();
      return {};
    },
    'dialog.choose': async (request) => {
      const path = await choose(request, window());
      return path === undefined ? {} : { path };
    },
    'modules.list': async () => ({ data: [...findKnownModules()] }),
    'practice.create': () => session.openPractice(),
    'share.enter': async () => {
      const name = await shares.enter();
      return name === undefined ? {} : { name };
    },
    'share.forget': async () => {
      shares.forget();
      return {};
    },
    'settings.get': async () => session.settings,
    'settings.set': ({ theme, idleLockMinutes }) =>
      session.setSettings({
        ...(theme === undefined ? {} : { theme }),
        ...(idleLockMinutes === undefined ? {} : { idleLockMinutes }),
      }),
    'opened-file.take': async () => {
      const path = openedFile.take();
      return path === undefined ? {} : { path };
    },
    'clipboard.copy': async ({ text }) => {
      await clipboard.writeText(text);
      return {};
    },
  };
}

async function choose(
  { purpose, title, defaultName, extensions }: WindowRequestOf<'dialog.choose'>,
  window: BrowserWindow | undefined,
): Promise<string | undefined> {
  if (window === undefined) {
    throw new StrongroomError('Conflict', 'There is no window to ask in.', 'Open the window again.');
  }
  const options = {
    title,
    ...(defaultName === undefined ? {} : { defaultPath: defaultName }),
    ...(extensions === undefined
      ? {}
      : {
          filters: [
            { name: extensions.map((extension) => `.${extension}`).join(', '), extensions },
            { name: 'All files', extensions: ['*'] },
          ],
        }),
  };
  if (purpose === 'save-file') {
    const { canceled, filePath } = await dialog.showSaveDialog(window, options);
    return canceled || filePath === '' ? undefined : filePath;
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    ...options,
    properties: purpose === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
  });
  return canceled ? undefined : filePaths[0];
}
