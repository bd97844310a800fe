import { create } from 'zustand';
import type { ScreenParams } from '../../screens.tsx';

interface RestoreMemory {
  /** Where the backup is, as in the location: of a journey that was left to attach a token first. */
  readonly params: ScreenParams | undefined;
}

/** The backup that was chosen before a token was attached, until the restore journey begins again. No URL: that is a secret. */
const useRestoreMemory = create<RestoreMemory>(() => ({ params: undefined }));

export function rememberSource(params: ScreenParams): void {
  useRestoreMemory.setState({ params });
}

export function forgetSource(): void {
  useRestoreMemory.setState({ params: undefined });
}

/** Params of the journey: those of the location, else those that it was left with. */
export function withRememberedSource(params: ScreenParams): ScreenParams {
  return Object.keys(params).length > 0 ? params : (useRestoreMemory.getState().params ?? params);
}
