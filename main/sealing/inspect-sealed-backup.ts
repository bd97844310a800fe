import { readEnvelope } from './sealed-backup-envelope.ts';
import { MAGIC } from './sealed-backup-header.ts';
import type { SealedBackupHeader } from './sealed-backup-header.ts';
import { readExactly } from './sealed-backup-source.ts';
import type { SealedBackupSource } from './sealed-backup-source.ts';

/**
 * The clear header of a sealed backup, and nothing else (rule R25): what the file says of itself. It is checked as far
 * as that goes without reading the contents: form, size, trailer and the header's hash. Authentic it is not.
 */
export async function inspectSealedBackup(source: SealedBackupSource): Promise<SealedBackupHeader> {
  const { section } = await readEnvelope(source);
  return section.header;
}

/** Whether a file begins as sealed backups do: what tells them from whatever else lies beside them. It proves nothing. */
export async function looksSealed(source: SealedBackupSource): Promise<boolean> {
  return source.size >= MAGIC.length && MAGIC.equals(await readExactly(source, 0, MAGIC.length));
}
