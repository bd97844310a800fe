import type { CoverageRow, CoverageSummary } from '../../../shared/domain/coverage.ts';
import { countOf, inWindowWords } from '../../components/words.ts';

/** What backup.coverage says about a vault or about one key of it. */
export interface CoverageOf {
  readonly data: readonly CoverageRow[];
  readonly summary: CoverageSummary;
}

/** How many names a sentence has room for. */
const NAMES = 8;

/** What would be lost for good with a vault (rule R13), sentence by sentence; none where backups have all of it. */
export function uncoveredOfVault({ data, summary }: CoverageOf): string[] {
  const vault = data.find(({ level }) => level === 'VAULT');
  const hasKeysToRestore = summary.keyVersionCount > summary.cannotBeBackedUp;
  return [
    ...(hasKeysToRestore && vault?.newestBackup === undefined
      ? ['No verified backup has the vault itself, and without it its keys cannot be restored.']
      : []),
    ...neverBackedUp(data, summary),
    ...withoutAnyBackup(data, summary),
    ...(summary.secretCount === 0
      ? []
      : [`${countOf(summary.secretCount, 'secret')} of the vault: secrets are never in a backup.`]),
  ];
}

/** The same of one key. @param secretCount secrets that it encrypts. */
export function uncoveredOfKey({ data, summary }: CoverageOf, secretCount: number): string[] {
  return [
    ...neverBackedUp(data, summary),
    ...withoutAnyBackup(data, summary),
    ...(secretCount === 0
      ? []
      : [`${countOf(secretCount, 'secret')} that the key encrypts: secrets are never in a backup.`]),
  ];
}

function neverBackedUp(data: readonly CoverageRow[], { neverBackedUp: count }: CoverageSummary): string[] {
  if (count === 0) return [];
  const keys = data.filter(({ level, status }) => level === 'KEY' && status === 'NEVER_BACKED_UP');
  return [`${countOf(count, 'key version')} in no verified backup${ofKeys(keys)}.`];
}

function withoutAnyBackup(
  data: readonly CoverageRow[],
  { cannotBeBackedUp: count }: CoverageSummary,
): string[] {
  if (count === 0) return [];
  const keys = data.filter(({ level, status }) => level === 'KEY' && status === 'CANNOT_BE_BACKED_UP');
  return [
    `${countOf(count, 'key version')} that no backup can have${ofKeys(keys)}. ${inWindowWords(keys[0]?.reason ?? '')}`.trim(),
  ];
}

function ofKeys(keys: readonly CoverageRow[]): string {
  if (keys.length === 0) return '';
  const names = keys.slice(0, NAMES).map(({ displayName }) => displayName);
  const more = keys.length > NAMES ? ` and ${keys.length - NAMES} more` : '';
  return `: ${names.join(', ')}${more}`;
}
