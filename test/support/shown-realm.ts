import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPracticeRealm } from '../../main/practice/practice-realm.ts';
import type { Strongroom } from '../../main/strongroom.ts';
import type { Theme } from '../../shared/contract/window-contract.ts';
import { passphrases, QUICK_ARGON2 } from './operators.ts';
import { withNeutralPaths } from './neutral-paths.ts';
import { practiceTokenFolder } from './practice-tokens.ts';
import { PreviewWindow } from './preview-window.ts';
import type { PageHost } from './preview-server.ts';

const HERE = 'eu-frankfurt-1';
/** Where the pictures say that everything lies. */
const SHOWN_FOLDER = '/home/officer/strongroom-practice';

/** When the realm was made, and when it is looked at: pictures made on another day are to be the same. */
const MADE = Date.parse('2026-03-02T08:12:00Z');
export const LOOKED_AT = new Date('2026-03-04T09:05:00Z');

/** A practice realm after two days of use, with something to see on every screen of the window. */
export interface ShownRealm extends AsyncDisposable {
  readonly strongroom: Strongroom;
  readonly host: PageHost;
  readonly window: PreviewWindow;
  readonly ids: ShownIds;
}

export interface ShownIds {
  readonly vaultId: string;
  readonly keyId: string;
  /** Of a backup that lies in its own region only. */
  readonly backupId: string;
  readonly workRequestId: string;
  readonly kitFile: string;
}

export async function openShownRealm(theme: Theme = 'light'): Promise<ShownRealm> {
  const folder = practiceTokenFolder();
  const clock = new ShownClock();
  const strongroom = await openPracticeRealm(join(folder, 'realm'), passphrases, {
    program: 'test',
    argon2: QUICK_ARGON2,
    now: clock.now,
  });
  const window = new PreviewWindow({
    strongroom: () => strongroom,
    folder: join(folder, 'realm'),
    settings: { theme, idleLockMinutes: 10 },
  });
  try {
    const ids = await useForTwoDays(strongroom, join(folder, 'realm'), clock);
    return {
      strongroom,
      window,
      host: withNeutralPaths(window, join(folder, 'realm'), SHOWN_FOLDER),
      ids,
      [Symbol.asyncDispose]: () => end(strongroom, folder),
    };
  } catch (failure) {
    await end(strongroom, folder);
    throw failure;
  }
}

async function end(strongroom: Strongroom, folder: string): Promise<void> {
  await strongroom.close();
  await rm(folder, { recursive: true, force: true });
}

/** Goes as fast as time does, from the day on which it is set. */
class ShownClock {
  #begun = Date.now();
  #base = MADE;

  readonly now = (): Date => new Date(this.#base + (Date.now() - this.#begun));

  setTo(time: string): void {
    this.#begun = Date.now();
    this.#base = Date.parse(time);
  }
}

async function useForTwoDays(strongroom: Strongroom, folder: string, clock: ShownClock): Promise<ShownIds> {
  const call: Strongroom['call'] = (name, request, options) => strongroom.call(name, request, options);
  const vaults = (await call('vault.list', {})).data;
  const vaultOf = (name: string) => vaults.find(({ displayName }) => displayName === name)?.id ?? '';
  const vaultId = vaultOf('Payments Vault');
  const keys = (await call('key.list', { vaultId })).data;
  const keyOf = (name: string) => keys.find(({ displayName }) => displayName === name)?.id ?? '';
  const compartments = (await call('compartment.list', {})).data;
  const compartmentOf = (wanted: string) => compartments.find(({ name }) => name === wanted)?.id ?? '';

  await makeOperators(strongroom, compartmentOf('Payments'));
  const kit = await call('recovery-kit.create', {
    threshold: 2,
    shares: 3,
    out: join(folder, 'recovery-kit'),
    region: HERE,
  });
  await call('recovery-kit.confirm', { kit: kit.kitFile, shareFile: kit.shareFiles, region: HERE });

  clock.setTo('2026-03-03T13:40:00Z');
  const [archived] = (await call('backup.list', { vaultId: vaultOf('Archive Vault') })).data;
  const { copies } = await call('backup.get', { backupId: archived?.id ?? '' });
  const place = copies[0]?.place;
  if (place?.kind !== 'bucket') throw new Error('the sample has no backup of its archive in a bucket');
  await call('backup.drill', {
    backupLocation: {
      destination: 'BUCKET',
      bucketName: place.bucketName,
      objectName: place.objectName,
    },
    region: HERE,
    out: join(folder, 'drill-report.json'),
  });
  await call('key.schedule-deletion', { keyId: keyOf('Partner exchange'), isOverrideCoverage: true });

  clock.setTo('2026-03-04T08:21:00Z');
  const peopleKeys = (await call('key.list', { vaultId: vaultOf('People Vault') })).data;
  const { backup, workRequestId } = await call('key.backup', {
    keyId: peopleKeys.find(({ displayName }) => displayName === 'Payroll')?.id ?? '',
    backupLocation: { destination: 'BUCKET', bucketName: 'backups-fra' },
  });
  await askForApproval(strongroom, compartmentOf('Records'), vaultOf('Archive Vault'));
  return {
    vaultId,
    keyId: keyOf('Card data'),
    backupId: backup.id,
    workRequestId,
    kitFile: join(SHOWN_FOLDER, 'recovery-kit', 'recovery-kit.json'),
  };
}

async function makeOperators(strongroom: Strongroom, compartmentId: string): Promise<void> {
  for (const operatorName of ['anna.keller', 'marc.weber']) {
    await strongroom.call('operator.create', { operatorName });
  }
  await strongroom.call('group.create', {
    groupName: 'BackupOperators',
    description: 'Back up what is in Payments, and copy the backups.',
  });
  await strongroom.call('group.add-member', { groupName: 'BackupOperators', operatorName: 'marc.weber' });
  await strongroom.call('group.add-member', { groupName: 'Administrators', operatorName: 'anna.keller' });
  await strongroom.call('policy.create', {
    policyName: 'payments-backup',
    compartmentId,
    description: 'Nightly backups of the payment keys.',
    statements: [
      'Allow group BackupOperators to {VAULT_INSPECT, VAULT_READ, VAULT_BACKUP, KEY_INSPECT, KEY_READ, KEY_BACKUP} in compartment Payments',
      'Allow group BackupOperators to manage objects in compartment Payments',
    ],
  });
}

/** Another administrator wants something that needs two. */
async function askForApproval(strongroom: Strongroom, compartmentId: string, vaultId: string): Promise<void> {
  const officer = strongroom.operator?.name ?? '';
  await strongroom.call('compartment.update', { compartmentId, isApprovalRequired: true });
  await strongroom.signIn('anna.keller');
  const refused = await strongroom
    .call('vault.schedule-deletion', { vaultId, isOverrideCoverage: true })
    .then(
      () => undefined,
      (thrown: unknown) => (thrown as { readonly reason?: string }).reason,
    );
  if (refused !== 'ApprovalNeeded') throw new Error('nothing waits for approval');
  await strongroom.signIn(officer);
}
