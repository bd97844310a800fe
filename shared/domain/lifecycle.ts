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
  CREATING: ['ACTIVE', 'DELETED'],
  ACTIVE: ['UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING', 'SCHEDULING_DELETION'],
  UPDATING: ['ACTIVE'],
  BACKUP_IN_PROGRESS: ['ACTIVE'],
  RESTORING: ['ACTIVE', 'DELETED'],
  SCHEDULING_DELETION: ['PENDING_DELETION'],
  PENDING_DELETION: ['CANCELLING_DELETION', 'DELETING'],
  CANCELLING_DELETION: ['ACTIVE'],
  DELETING: ['DELETED'],
  DELETED: ['RESTORING'],
};

const KEY_TRANSITIONS: Readonly<Record<KeyState, readonly KeyState[]>> = {
  CREATING: ['ENABLED', 'DELETED'],
  ENABLED: [
    'DISABLING',
    'UPDATING',
    'BACKUP_IN_PROGRESS',
    'RESTORING',
    'SCHEDULING_DELETION',
    'PENDING_DELETION',
  ],
  DISABLED: [
    'ENABLING',
    'UPDATING',
    'BACKUP_IN_PROGRESS',
    'RESTORING',
    'SCHEDULING_DELETION',
    'PENDING_DELETION',
  ],
  ENABLING: ['ENABLED'],
  DISABLING: ['DISABLED'],
  UPDATING: ['ENABLED', 'DISABLED'],
  BACKUP_IN_PROGRESS: ['ENABLED', 'DISABLED'],
  RESTORING: ['ENABLED', 'DISABLED', 'DELETED'],
  SCHEDULING_DELETION: ['PENDING_DELETION'],
  PENDING_DELETION: ['CANCELLING_DELETION', 'ENABLED', 'DISABLED', 'DELETING'],
  CANCELLING_DELETION: ['ENABLED', 'DISABLED'],
  DELETING: ['DELETED'],
  DELETED: ['RESTORING'],
};

/** The states from which the table lets a vault come into this one. */
export function vaultStatesBefore(state: VaultState): readonly VaultState[] {
  return vaultStateSchema.options.filter((before) => VAULT_TRANSITIONS[before].includes(state));
}

/** The states from which the table lets a key come into this one. */
export function keyStatesBefore(state: KeyState): readonly KeyState[] {
  return keyStateSchema.options.filter((before) => KEY_TRANSITIONS[before].includes(state));
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
    nextForState(found, allowed),
    { reason: 'LifecycleState' },
  );
}

function nextForState(found: string, allowed: readonly string[]): string {
  switch (found) {
    case 'BACKUP_IN_PROGRESS':
    case 'RESTORING':
      return 'Wait for the running work request to end (work-request list), then try again.';
    case 'PENDING_DELETION':
      return 'Cancel its deletion first (cancel-deletion).';
    case 'DELETED':
      return 'Restore it from a backup first (backup list).';
    case 'DISABLED':
      return allowed.includes('ENABLED') ? 'Enable the key first (key enable).' : 'Choose another key.';
    default:
      return 'Look at its state (get) and try again when it has settled.';
  }
}
