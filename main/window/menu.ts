import { dialog, Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';

/** The menu of the program: nothing in it leads to the web. */
export function setMenu({ version, isPackaged }: { version: string; isPackaged: boolean }): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  if (!isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' });
  const about: MenuItemConstructorOptions = {
    label: `About Strongroom ${version}`,
    click: () => {
      void dialog.showMessageBox({
        type: 'info',
        title: 'About Strongroom',
        message: `Strongroom ${version}`,
        detail: 'Offline backups of HSM vaults and their master encryption keys.',
      });
    },
  };
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : [{ role: 'fileMenu' } as const]),
      { role: 'editMenu' },
      { label: 'View', submenu: view },
      { role: 'windowMenu' },
      { role: 'help', submenu: [about] },
    ]),
  );
}
