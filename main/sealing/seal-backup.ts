import { randomBytes } from 'node:crypto';
import { SALT_LENGTH } from './backup-data-key.ts';
import { sealWithSalt, type NewSealedBackup, type SealedBackupSummary } from './seal-with-salt.ts';

/**
 * Seals a backup: writes header, chunks and trailer in order, with bounded memory whatever the number of entries
 * (rules R24, R26). When it throws, what was written so far is worth nothing and must be discarded.
 * @throws StrongroomError `EntryCountMismatch` and the reasons of docs/sealed-backup-format.md for entries that could not
 * be restored; whatever `write`, `entries`, the token or the signal throw.
 */
export async function sealBackup(backup: NewSealedBackup): Promise<SealedBackupSummary> {
  return sealWithSalt(backup, randomBytes(SALT_LENGTH));
}
