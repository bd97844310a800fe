import { StrongroomError } from '../../shared/domain/errors.ts';

const DAMAGED =
  'The file is damaged or was altered. Use another copy of this backup (backup list shows them), and keep this one aside to be examined.';
const NOT_OURS =
  'Check that this is the file you meant; sealed backups are what vault backup and key backup write.';
const TOO_NEW = 'Open it with the version of Strongroom that wrote it, or a newer one.';
const MALFORMED =
  'Whoever sealed this file holds the realm keys but does not keep to the format. Use another backup, and find out what wrote this one.';

/**
 * Every check of a sealed backup that can fail: its stable reason, and what to do next. The order in which they are
 * made, and what each means, is the table in docs/sealed-backup-format.md.
 */
const REFUSALS = {
  // The envelope: what anybody can check
  SealedBackupEmpty:
    'The copy never arrived, or the medium lost it. Use another copy of this backup (backup list).',
  NotASealedBackup: NOT_OURS,
  SealedBackupTruncated: DAMAGED,
  UnsupportedVersion: TOO_NEW,
  UnsupportedSuite: TOO_NEW,
  HeaderTooLarge: DAMAGED,
  HeaderMalformed: DAMAGED,
  UnknownCriticalExtension: TOO_NEW,
  TooManyEntries: MALFORMED,
  SealedBackupTooLarge: NOT_OURS,
  TrailerMalformed: DAMAGED,
  EntryCountMismatch: DAMAGED,
  HeaderHashMismatch: DAMAGED,
  CiphertextHashMismatch: DAMAGED,
  // The seal: what only the realm can check
  OtherRealm: 'Attach a token that is enrolled in the realm that sealed this backup, then try again.',
  SealKeyCommitment: DAMAGED,
  SealMismatch: DAMAGED,
  ChunkNotAuthentic: DAMAGED,
  // The entries
  EntryTooLarge: MALFORMED,
  EntryMalformed: MALFORMED,
  DuplicateEntry: MALFORMED,
  RelationsBroken: MALFORMED,
  IndexMismatch: MALFORMED,
  EntryRootMismatch: MALFORMED,
  // The wrapped keys
  OtherBackupKey: 'Attach a token that holds the backup key (RBK) this backup was made with, then try again.',
  WrappedKeyNotProven:
    'Nothing was written. Use another backup of this key (backup list), and keep this one aside to be examined.',
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** The refusal of a sealed backup: InvalidParameter whose `reason` says which check failed (SEALED-BACKUP 10). */
export function refusal(
  reason: RefusalReason,
  message: string,
  options: { readonly next?: string; readonly cause?: unknown } = {},
): StrongroomError {
  return new StrongroomError('InvalidParameter', message, options.next ?? REFUSALS[reason], {
    reason,
    ...(options.cause === undefined ? {} : { cause: options.cause }),
  });
}
