/** Where the window's host lies; `isStandIn`: it is build/electron-stand-in and not Electron. */
export function electronHost(): {
  readonly folder: string;
  readonly executable: string;
  readonly isStandIn: boolean;
};
