import { lazy } from 'react';
import type { ComponentType, LazyExoticComponent } from 'react';

/** What was passed to `navigate`, kept in the location's hash: OCIDs and names, never a secret. */
export type ScreenParams = Readonly<Record<string, string>>;

export interface ScreenProps {
  readonly params: ScreenParams;
}

type Screen = LazyExoticComponent<ComponentType<ScreenProps>>;

const named = (load: () => Promise<ComponentType<ScreenProps>>): Screen =>
  lazy(async () => ({ default: await load() }));

/** Every screen by its navigation name; each is loaded when it is first shown. */
export const screens = {
  overview: named(async () => (await import('./features/overview/overview-screen.tsx')).OverviewScreen),
  'first-run': named(async () => (await import('./features/first-run/first-run-screen.tsx')).FirstRunScreen),
  enrolment: named(async () => (await import('./features/enrolment/enrolment-screen.tsx')).EnrolmentScreen),
  vaults: named(async () => (await import('./features/vaults/vaults-screen.tsx')).VaultsScreen),
  vault: named(async () => (await import('./features/vault/vault-screen.tsx')).VaultScreen),
  key: named(async () => (await import('./features/key/key-screen.tsx')).KeyScreen),
  backup: named(async () => (await import('./features/backup/backup-screen.tsx')).BackupScreen),
  copy: named(async () => (await import('./features/copy/copy-screen.tsx')).CopyScreen),
  media: named(async () => (await import('./features/media/media-screen.tsx')).MediaScreen),
  restore: named(async () => (await import('./features/restore/restore-screen.tsx')).RestoreScreen),
  'work-requests': named(
    async () => (await import('./features/work-requests/work-requests-screen.tsx')).WorkRequestsScreen,
  ),
  audit: named(async () => (await import('./features/audit/audit-screen.tsx')).AuditScreen),
  access: named(async () => (await import('./features/access/access-screen.tsx')).AccessScreen),
  'recovery-kit': named(
    async () => (await import('./features/recovery-kit/recovery-kit-screen.tsx')).RecoveryKitScreen,
  ),
  drills: named(async () => (await import('./features/drills/drills-screen.tsx')).DrillsScreen),
  regions: named(async () => (await import('./features/regions/regions-screen.tsx')).RegionsScreen),
  settings: named(async () => (await import('./features/settings/settings-screen.tsx')).SettingsScreen),
} satisfies Readonly<Record<string, Screen>>;

export type ScreenName = keyof typeof screens;

export function isScreenName(name: string): name is ScreenName {
  return Object.hasOwn(screens, name);
}
