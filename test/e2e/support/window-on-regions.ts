import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import type { TwoRegions } from '../../support/two-regions.ts';
import { StrongroomWindow } from './launch-window.ts';

/** Opens the window on a home with two regions, which it takes over, and signs its officer in. PINs are asked for. */
export async function openWindowOn(regions: TwoRegions): Promise<StrongroomWindow> {
  await regions.strongroom.close();
  const window = await StrongroomWindow.launch({
    home: regions.path('home'),
    environment: regions.fra.environment,
  });
  await signIn(window);
  return window;
}

/** Signs the officer in, also where the window is locked. */
export async function signIn(window: StrongroomWindow): Promise<void> {
  await window.page.getByLabel('Operator').fill(OFFICER);
  await window.page.getByRole('button', { name: /^(Sign in|Unlock)$/ }).click();
  await window.enterSecret(PASSPHRASE);
  await window.page.getByRole('button', { name: 'Sign out' }).waitFor();
}
