import type { TakenInBackup } from '../../../shared/contract/media.ts';
import type { Answer } from '../../client.ts';
import { countOf } from '../../components/words.ts';

/** What became of one file: those that need attention come first. */
export type FileResult =
  | {
      readonly outcome: 'imported' | 'known';
      readonly path: string;
      readonly name: string;
      readonly what: string;
      readonly timeCreated: string;
    }
  | { readonly outcome: 'refused'; readonly path: string; readonly name: string; readonly why: string };

export function fileResults({
  imported,
  alreadyKnown,
  refused,
}: Pick<Answer<'backup.import'>, 'imported' | 'alreadyKnown' | 'refused'>): FileResult[] {
  return [
    ...refused.map(({ path, message }) => ({
      outcome: 'refused' as const,
      path,
      name: nameOf(path),
      why: message,
    })),
    ...imported.map((backup) => resultOf('imported', backup)),
    ...alreadyKnown.map((backup) => resultOf('known', backup)),
  ];
}

function resultOf(
  outcome: 'imported' | 'known',
  { path, kind, sourceRegion, sequence, keyVersionCount, timeCreated }: TakenInBackup,
): FileResult {
  const what = kind === 'VAULT' ? 'A vault’s backup' : 'A key’s backup';
  return {
    outcome,
    path,
    name: nameOf(path),
    what: `${what}, number ${sequence} of ${sourceRegion}, ${countOf(keyVersionCount, 'key version')}`,
    timeCreated,
  };
}

/** The last part of a path of this machine or of another system. */
function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
