import type { Backup } from '../../shared/domain/backup.ts';
import type { VaultEntry } from '../../shared/domain/backup-entry.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { openSealedBackup } from '../sealing/open-sealed-backup.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import type { SealingToken } from '../sealing/sealing-token.ts';
import type { ReadableObject } from '../storage/object-store.ts';

/** How deep what is found is verified: what is in a backup shows only to the realm's token. */
export type FoundDepth = 'seal' | 'keys';

/** A sealed backup that was found, verified and read: all that the catalog needs of it. */
export interface FoundBackup {
  /** As it was when it was made, but for what no backup says: what was left out with its reasons, and the work request. */
  readonly backup: Backup;
  /** Material ids of the key versions that it covers: 16 bytes each. */
  readonly materialIds: readonly string[];
}

/** Shares of the work: opening reads the file once, verifying goes through it again, and so does reading. */
const OPENED_AT = 0.2;
const VERIFIED_AT = 0.9;

/**
 * Verifies a sealed backup with the realm's token and reads what it holds (rule R31).
 * @param onProgress gets the share that is done, 0 to 1.
 * @throws InvalidParameter with the reason of the first check that failed.
 */
export async function readSealedBackup(
  object: ReadableObject,
  token: SealingToken,
  options: {
    readonly depth: FoundDepth;
    readonly onProgress: (share: number, activity: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<FoundBackup> {
  const { depth, onProgress, signal } = options;
  const reader = await openSealedBackup(object, token, {
    onProgress: (done, total, activity) => {
      onProgress((done / Math.max(total, 1)) * OPENED_AT, activity);
    },
    signal,
  });
  try {
    await reader.verify(depth, {
      onProgress: (done, total, activity) => {
        onProgress(OPENED_AT + (done / Math.max(total, 1)) * (VERIFIED_AT - OPENED_AT), activity);
      },
      signal,
    });
    return await contentsOf(reader, signal);
  } finally {
    reader.close();
  }
}

async function contentsOf(reader: SealedBackupReader, signal: AbortSignal): Promise<FoundBackup> {
  const { header } = reader;
  // Strongroom counts from 1: only another holder of the realm keys could have sealed another number.
  if (header.sequence < 1) {
    throw new StrongroomError(
      'InvalidParameter',
      `The backup ${header.backupId} has the number ${header.sequence}; backups are counted from 1.`,
      'Find out what wrote this file; it holds the realm keys and does not keep to the format.',
      { reason: 'SequenceInvalid' },
    );
  }
  let vault: VaultEntry | undefined;
  let keyId: string | undefined;
  let keyCount = 0;
  const materialIds: string[] = [];
  for await (const entry of reader.entries({ signal })) {
    if (entry.kind === 'vault') vault = entry;
    if (entry.kind === 'key') {
      keyId = entry.id;
      keyCount += 1;
    }
    if (entry.kind === 'keyVersion') materialIds.push(entry.materialId);
  }
  if (vault === undefined) throw new Error('the verified backup has no vault');
  const { previousBackupSha256 } = header;
  return {
    backup: {
      id: header.backupId,
      kind: header.kind,
      sourceRegion: header.sourceRegion,
      compartmentId: vault.compartmentId,
      vaultId: vault.id,
      ...(header.kind === 'KEY' && keyId !== undefined ? { keyId } : {}),
      vaultName: vault.displayName,
      timeCreated: header.timeCreated,
      sequence: header.sequence,
      ...(previousBackupSha256 === undefined ? {} : { previousBackupSha256 }),
      sha256: reader.sha256,
      size: reader.size,
      entryCount: header.entryCount,
      keyCount,
      keyVersionCount: materialIds.length,
      // A backup does not say whether keys were asked for; one that has none was made without them, or of an empty vault.
      isIncludeKeys: keyCount > 0,
      leftOut: [],
      secretsLeftOut: vault.secretsLeftOut,
    },
    materialIds,
  };
}
