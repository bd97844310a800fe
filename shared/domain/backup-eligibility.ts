import type { Key } from './key.ts';
import { keyStatesBefore } from './lifecycle.ts';

/** Why a key stays out of its vault's backup (rule R22), or undefined if it goes in. */
export function reasonLeftOut(key: Pick<Key, 'protectionMode' | 'lifecycleState'>): string | undefined {
  if (key.protectionMode === 'SOFTWARE') return 'SOFTWARE keys have no backup; only HSM keys do.';
  if (!keyStatesBefore('BACKUP_IN_PROGRESS').includes(key.lifecycleState)) {
    return `It is ${key.lifecycleState}; only ENABLED and DISABLED keys are backed up.`;
  }
  return undefined;
}
