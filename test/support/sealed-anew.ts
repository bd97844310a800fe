import { Tokens } from '../../main/hsm/tokens.ts';
import { sealingTokenOf } from '../../main/operations/sealing-token-of-session.ts';
import { openSealedBackup } from '../../main/sealing/open-sealed-backup.ts';
import { sealBackup } from '../../main/sealing/seal-backup.ts';
import type { BackupEntry, KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import type { PracticeToken } from './practice-tokens.ts';
import { MemorySource } from './sealed-backup-fixture.ts';

/**
 * A backup opened and sealed again with other entries by a real token that holds the realm keys: what a faithless officer
 * could make, and nobody else.
 */
export async function sealedAnew(
  token: PracticeToken,
  bytes: Uint8Array,
  change: (entries: readonly BackupEntry[]) => readonly BackupEntry[],
): Promise<Buffer> {
  const tokens = new Tokens({ environment: { ...process.env, ...token.environment } });
  try {
    const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
    const sealing = sealingTokenOf(session);
    const reader = await openSealedBackup(new MemorySource(bytes), sealing);
    const entries = change(await Array.fromAsync(reader.entries()));
    const { backupId, kind, sequence, sourceRegion, timeCreated } = reader.header;
    reader.close();
    const pieces: Uint8Array[] = [];
    await sealBackup({
      header: { backupId, kind, sequence, sourceRegion, timeCreated, entryCount: entries.length },
      entries,
      token: sealing,
      write: (piece) => {
        pieces.push(Buffer.from(piece));
        return Promise.resolve();
      },
    });
    return Buffer.concat(pieces);
  } finally {
    await tokens.close();
  }
}

/** The same entries, but that the first two key versions that match have each other's wrapped value. */
export function withValuesExchanged(
  entries: readonly BackupEntry[],
  matches: (version: KeyVersionEntry) => boolean,
): readonly BackupEntry[] {
  const [one, other] = entries.filter((entry) => entry.kind === 'keyVersion').filter(matches);
  if (one === undefined || other === undefined) throw new Error('there are not two of these');
  return entries.map((entry) => {
    if (entry.kind !== 'keyVersion') return entry;
    if (entry.id === one.id) return { ...entry, wrappedKey: other.wrappedKey };
    return entry.id === other.id ? { ...entry, wrappedKey: one.wrappedKey } : entry;
  });
}
