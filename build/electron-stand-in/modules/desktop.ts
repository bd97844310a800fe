import { EventEmitter } from 'node:events';

/**
 * What Electron knows of the desktop, and this host does not. Power and lock events come only from tests, which emit them.
 */
class PowerMonitor extends EventEmitter {
  getSystemIdleTime(): number {
    return 0;
  }

  getSystemIdleState(): string {
    return 'active';
  }

  isOnBatteryPower(): boolean {
    return false;
  }
}

export const powerMonitor = new PowerMonitor();

const DISPLAY = {
  id: 1,
  scaleFactor: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  size: { width: 1920, height: 1080 },
  workAreaSize: { width: 1920, height: 1080 },
};

/** One display that is always there. */
class Screen extends EventEmitter {
  getPrimaryDisplay(): typeof DISPLAY {
    return DISPLAY;
  }

  getAllDisplays(): (typeof DISPLAY)[] {
    return [DISPLAY];
  }

  getDisplayMatching(): typeof DISPLAY {
    return DISPLAY;
  }

  getDisplayNearestPoint(): typeof DISPLAY {
    return DISPLAY;
  }
}

export const screen = new Screen();

const refuseToLeave = (what: string): Promise<never> =>
  Promise.reject(new Error(`The Electron stand-in opens nothing outside itself: ${what}`));

/** Electron's `shell`: a development host opens no other program. */
export const shell = {
  openExternal: refuseToLeave,
  openPath: async (path: string): Promise<string> =>
    `The Electron stand-in opens nothing outside itself: ${path}`,
  trashItem: refuseToLeave,
  showItemInFolder(): void {
    // No file manager is opened.
  },
  beep(): void {
    // Silent.
  },
};

const refuseToEncrypt = (): never => {
  throw new Error('The Electron stand-in has no keyring: safeStorage.isEncryptionAvailable() is false.');
};

/** Electron's `safeStorage` on a machine without a keyring. */
export const safeStorage = {
  isEncryptionAvailable: (): boolean => false,
  isAsyncEncryptionAvailable: async (): Promise<boolean> => false,
  getSelectedStorageBackend: (): string => 'unknown',
  encryptString: refuseToEncrypt,
  decryptString: refuseToEncrypt,
};

let clipboardText = '';

/** A clipboard of its own, so that tests leave the desktop's alone. */
export const clipboard = {
  readText: (): string => clipboardText,
  writeText(text: string): void {
    clipboardText = text;
  },
  clear(): void {
    clipboardText = '';
  },
};

/** Crashes are not reported to anyone. */
export const crashReporter = {
  start(): void {
    // Nothing is collected.
  },
};
