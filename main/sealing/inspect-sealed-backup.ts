import { readEnvelope } from './sealed-backup-envelope.ts';
import type { SealedBackupHeader } from './sealed-backup-header.ts';
import type { SealedBackupSource } from './sealed-backup-source.ts';

/**
 * The clear header of a sealed backup, and nothing else (rule R25): what the file says of itself. It is checked as far
 * as that goes without reading the contents: form, size, trailer and the header's hash. Authentic it is not.
 */
export async function inspectSealedBackup(source: SealedBackupSource): Promise<SealedBackupHeader> {
  const { section } = await readEnvelope(source);
  return section.header;
}
