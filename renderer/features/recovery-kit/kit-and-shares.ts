/** A kit file and shares of it, by paths only: what a share says never passes through this page. */
export interface KitAndShares {
  readonly kit: string;
  readonly shareFiles: readonly string[];
}

export const NO_KIT: KitAndShares = { kit: '', shareFiles: [] };
