import { z } from 'zod';
import { StrongroomError } from './errors.ts';

/** Lifecycle states and transitions of the reference service (rule R11): the one table that code and tests read. */
export const vaultStateSchema = z.enum([
  'CREATING',
  'ACTIVE',
  'DELETING',
  'DELETED',
  'PENDING_DELETION',
  'SCHEDULING_DELETION',
  'CANCELLING_DELETION',
  'UPDATING',
  'BACKUP_IN_PROGRESS',
  'RESTORING',
]);
export type VaultState = z.infer<typeof vaultStateSchema>;

export const keyStateSchema = z.enum([
  'CREATING',
  'ENABLING',
  'ENABLED',
  'DISABLING',
  'DISABLED',
  'DELETING',
  'DELETED',
  'PENDING_DELETION',
  'SCHEDULING_DELETION',
  'CANCELLING_DELETION',
  'UPDATING',
  'BACKUP_IN_PROGRESS',
  'RESTORING',
]);
export type KeyState = z.infer<typeof keyStateSchema>;

/** Key versions have the states of keys without UPDATING, BACKUP_IN_PROGRESS and RESTORING. */
export const keyVersionStateSchema = keyStateSchema.exclude(['UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING']);
export type KeyVersionState = z.infer<typeof keyVersionStateSchema>;

const VAULT_TRANSITIONS: Readonly<Record<VaultState, readonly VaultState[]>> = {
  CREATING: ['ACTIVE', 'UPDATING', 'DELETED'],
  ACTIVE: ['UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING', 'SCHEDULING_DELETION'],
  UPDATING: ['CREATING', 'ACTIVE'],
  BACKUP_IN_PROGRESS: ['ACTIVE'],
  RESTORING: ['ACTIVE', 'DELETED'],
  SCHEDULING_DELETION: ['PENDING_DELETION'],
  PENDING_DELETION: ['CANCELLING_DELETION', 'DELETING'],
  CANCELLING_DELETION: ['ACTIVE'],
  DELETING: ['DELETED'],
  DELETED: ['RESTORING'],
};

const KEY_TRANSITIONS: Readonly<Record<KeyState, readonly KeyState[]>> = {
  CREATING: ['ENABLED', 'UPDATING', 'DELETED'],
  ENABLED: ['DISABLING', 'UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING', 'SCHEDULING_DELETION'],
  // The reference updates ENABLED keys only, and those that are being made.
  DISABLED: ['ENABLING', 'BACKUP_IN_PROGRESS', 'RESTORING', 'SCHEDULING_DELETION'],
  ENABLING: ['ENABLED'],
  DISABLING: ['DISABLED'],
  UPDATING: ['CREATING', 'ENABLED'],
  BACKUP_IN_PROGRESS: ['ENABLED', 'DISABLED'],
  RESTORING: ['ENABLED', 'DISABLED', 'DELETED'],
  SCHEDULING_DELETION: ['PENDING_DELETION'],
  PENDING_DELETION: ['CANCELLING_DELETION', 'DELETING'],
  CANCELLING_DELETION: ['ENABLED', 'DISABLED'],
  DELETING: ['DELETED'],
  DELETED: ['RESTORING'],
};

/** A key's end is that of its versions, whatever they are then; a restore makes a deleted version anew. */
const KEY_VERSION_TRANSITIONS: Readonly<Record<KeyVersionState, readonly KeyVersionState[]>> = {
  CREATING: ['ENABLED', 'DELETED'],
  ENABLED: ['DISABLING', 'SCHEDULING_DELETION', 'DELETING'],
  DISABLED: ['ENABLING', 'SCHEDULING_DELETION', 'DELETING'],
  ENABLING: ['ENABLED'],
  DISABLING: ['DISABLED'],
  SCHEDULING_DELETION: ['PENDING_DELETION'],
  PENDING_DELETION: ['CANCELLING_DELETION', 'DELETING'],
  CANCELLING_DELETION: ['ENABLED', 'DISABLED'],
  DELETING: ['DELETED'],
  DELETED: ['CREATING'],
};

/** The states from which the table lets a vault come into this one. */
export function vaultStatesBefore(state: VaultState): readonly VaultState[] {
  return vaultStateSchema.options.filter((before) => VAULT_TRANSITIONS[before].includes(state));
}

/** The states from which the table lets a key come into this one. */
export function keyStatesBefore(state: KeyState): readonly KeyState[] {
  return keyStateSchema.options.filter((before) => KEY_TRANSITIONS[before].includes(state));
}

/** The states from which the table lets a key version come into this one. */
export function keyVersionStatesBefore(state: KeyVersionState): readonly KeyVersionState[] {
  return keyVersionStateSchema.options.filter((before) => KEY_VERSION_TRANSITIONS[before].includes(state));
}

/** What an operation needs its vault, its key and its key version to be. */
export interface NeededStates {
  /** Completes a sentence: "... needs it ENABLED." */
  readonly doing: string;
  readonly vault?: readonly VaultState[];
  readonly key?: readonly KeyState[];
  readonly keyVersion?: readonly KeyVersionState[];
}

/** A key is of use for cryptography only like this, and so is the version that does it. */
export const USABLE_STATES = { key: ['ENABLED'], keyVersion: ['ENABLED'] } as const;

/**
 * Which states each operation works in (rule R11): what changes a state reads the transitions, what only uses a key
 * needs it ENABLED in an ACTIVE vault. Short-lived states (UPDATING, ENABLING, SCHEDULING_DELETION and the like) are
 * passed through within the one transaction of their operation.
 */
export const NEEDED_STATES = {
  'vault.update': { doing: 'updating it', vault: vaultStatesBefore('UPDATING') },
  'vault.backup': { doing: 'backing it up', vault: vaultStatesBefore('BACKUP_IN_PROGRESS') },
  'vault.schedule-deletion': {
    doing: 'scheduling its deletion',
    vault: vaultStatesBefore('SCHEDULING_DELETION'),
    key: keyStatesBefore('SCHEDULING_DELETION'),
  },
  'vault.cancel-deletion': {
    doing: 'cancelling its deletion',
    vault: vaultStatesBefore('CANCELLING_DELETION'),
  },
  'key.create': { doing: 'creating a key', vault: ['ACTIVE'] },
  'key.update': { doing: 'updating it', key: keyStatesBefore('UPDATING') },
  'key.enable': { doing: 'enabling it', key: keyStatesBefore('ENABLING') },
  'key.disable': { doing: 'disabling it', key: keyStatesBefore('DISABLING') },
  'key.backup': {
    doing: 'backing it up',
    vault: vaultStatesBefore('BACKUP_IN_PROGRESS'),
    key: keyStatesBefore('BACKUP_IN_PROGRESS'),
  },
  'key.schedule-deletion': {
    doing: 'scheduling the deletion of the key',
    vault: ['ACTIVE'],
    key: keyStatesBefore('SCHEDULING_DELETION'),
  },
  'key.cancel-deletion': {
    doing: 'cancelling the deletion of the key',
    vault: ['ACTIVE'],
    key: keyStatesBefore('CANCELLING_DELETION'),
  },
  'key-version.create': { doing: 'rotating the key', vault: ['ACTIVE'], key: ['ENABLED'] },
  'key-version.schedule-deletion': {
    doing: 'scheduling the deletion of a key version',
    vault: ['ACTIVE'],
    key: ['ENABLED', 'DISABLED'],
    keyVersion: keyVersionStatesBefore('SCHEDULING_DELETION'),
  },
  'key-version.cancel-deletion': {
    doing: 'cancelling the deletion of a key version',
    vault: ['ACTIVE'],
    key: ['ENABLED', 'DISABLED'],
    keyVersion: keyVersionStatesBefore('CANCELLING_DELETION'),
  },
  'crypto.encrypt': { doing: 'encrypting', ...USABLE_STATES },
  'crypto.decrypt': { doing: 'decrypting', ...USABLE_STATES },
  'crypto.sign': { doing: 'signing', ...USABLE_STATES },
  'crypto.verify': { doing: 'verifying', ...USABLE_STATES },
} as const satisfies Readonly<Record<string, NeededStates>>;
export type StatefulOperation = keyof typeof NEEDED_STATES;

/** What an operation found; what is absent is not looked at. */
export interface FoundStates {
  readonly vault?: { readonly displayName: string; readonly lifecycleState: VaultState };
  readonly key?: { readonly displayName: string; readonly lifecycleState: KeyState };
  readonly keyVersion?: { readonly id: string; readonly lifecycleState: KeyVersionState };
}

/**
 * Refuses an operation that the table does not allow on what was found (rule R11), the vault first.
 * @throws StrongroomError IncorrectState that names the state found and those allowed.
 */
export function requireStates(operation: StatefulOperation, found: FoundStates): void {
  const needed: NeededStates = NEEDED_STATES[operation];
  const { doing } = needed;
  const { vault, key, keyVersion } = found;
  if (vault !== undefined && needed.vault !== undefined) {
    requireState(`The vault ${vault.displayName}`, vault.lifecycleState, needed.vault, doing);
  }
  if (key !== undefined && needed.key !== undefined) {
    requireState(`The key ${key.displayName}`, key.lifecycleState, needed.key, doing);
  }
  if (keyVersion !== undefined && needed.keyVersion !== undefined) {
    requireState(`The key version ${keyVersion.id}`, keyVersion.lifecycleState, needed.keyVersion, doing);
  }
}

/**
 * Refuses what the found state does not allow (rule R11).
 * @throws StrongroomError IncorrectState that names the state found and those allowed.
 */
export function requireState<State extends string>(
  subject: string,
  found: State,
  allowed: readonly State[],
  doing: string,
): void {
  if (allowed.includes(found)) return;
  throw new StrongroomError(
    'IncorrectState',
    `${subject} is ${found}; ${doing} needs it ${allowed.join(' or ')}.`,
    nextForState(found, allowed, doing),
    { reason: 'LifecycleState' },
  );
}

function nextForState(found: string, allowed: readonly string[], doing: string): string {
  switch (found) {
    case 'BACKUP_IN_PROGRESS':
    case 'RESTORING':
      return 'Wait for the running work request to end (work-request list), then try again.';
    case 'PENDING_DELETION':
      return 'Cancel its deletion first (cancel-deletion).';
    case 'DELETING':
      return 'It is being destroyed; deletion execute finishes what was interrupted.';
    case 'DELETED':
      return 'Restore it from a backup first (backup list).';
    case 'DISABLED':
      if (doing === 'disabling it') return 'It is disabled already: there is nothing to do.';
      if (allowed.includes('PENDING_DELETION')) return 'No deletion of it is scheduled (deletion list).';
      return allowed.includes('ENABLED') ? 'Enable the key first (key enable).' : 'Choose another key.';
    case 'ACTIVE':
    case 'ENABLED':
      if (allowed.includes('PENDING_DELETION')) return 'No deletion of it is scheduled (deletion list).';
      return 'Look at its state (get): it may be so already.';
    default:
      return 'Look at its state (get) and try again when it has settled.';
  }
}
