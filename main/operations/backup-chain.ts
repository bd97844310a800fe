import type { Backup } from '../../shared/domain/backup.ts';
import type { Catalog } from '../catalog/open-catalog.ts';

/**
 * What is wrong with a backup's place among the backups of its region: each names the number and the SHA-256 of the one
 * before it, so that one that is missing, or was made by a home that did not know the others, shows.
 */
export function chainWarnings(catalog: Catalog, backup: Backup): string[] {
  const { id, sourceRegion, sequence, previousBackupSha256 } = backup;
  const warnings: string[] = [];
  const sameNumber = catalog.backups.listWithSequence(sourceRegion, sequence).map((other) => other.id);
  if (sameNumber.length > 1) {
    warnings.push(
      `${sameNumber.length} backups of ${sourceRegion} have the number ${sequence}: ${sameNumber.join(', ')}. They were made by homes that did not know each other's backups.`,
    );
  }
  if (previousBackupSha256 === undefined) {
    if (sequence > 1) {
      warnings.push(
        `The backup ${id} has the number ${sequence} in ${sourceRegion} and names none before it.`,
      );
    }
    return warnings;
  }
  const before = catalog.backups.getBySha256(previousBackupSha256);
  if (before?.sourceRegion === sourceRegion && before.sequence === sequence - 1) {
    return warnings;
  }
  const others = catalog.backups.listWithSequence(sourceRegion, sequence - 1);
  warnings.push(
    others.length === 0
      ? `Number ${sequence - 1} of ${sourceRegion} is missing: the backup ${id} (number ${sequence}) names it by its SHA-256 ${previousBackupSha256}, and no such backup is known here. Find it, and import it (backup import).`
      : `The backup ${id} (number ${sequence} of ${sourceRegion}) names another backup before it than ${others.map((other) => other.id).join(', ')}, by SHA-256 ${previousBackupSha256}. It was made by a home that did not know the others.`,
  );
  return warnings;
}

/** The same of several backups, each warning once. */
export function chainWarningsOf(catalog: Catalog, backups: Iterable<Backup>): string[] {
  const warnings = new Set<string>();
  for (const backup of backups) {
    for (const warning of chainWarnings(catalog, backup)) warnings.add(warning);
  }
  return [...warnings];
}
