import { create } from 'zustand';
import type { ScreenParams } from '../../screens.tsx';

interface Remembered {
  readonly params: ScreenParams;
  /** Whose journey it is; undefined: nobody's yet, for the home has no operator. */
  readonly operatorName: string | undefined;
}

interface RestoreMemory {
  readonly left: Remembered | undefined;
}

/**
 * A restore journey that was left on purpose, to attach a token or to let another operator approve it, until it is begun
 * again: what the location had. No URL is in it, for that is a secret.
 */
const useRestoreMemory = create<RestoreMemory>(() => ({ left: undefined }));

export function rememberJourney(params: ScreenParams, operatorName: string | undefined): void {
  useRestoreMemory.setState({ left: { params, operatorName } });
}

export function forgetJourney(): void {
  useRestoreMemory.setState({ left: undefined });
}

/** Params of the journey: those of the location, else those that this operator left it with. */
export function withRemembered(params: ScreenParams, operatorName: string | undefined): ScreenParams {
  const { left } = useRestoreMemory.getState();
  if (Object.keys(params).length > 0 || left === undefined) return params;
  return left.operatorName === undefined || left.operatorName === operatorName ? left.params : params;
}
