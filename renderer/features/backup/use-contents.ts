import { useMemo } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import type { Answer, Row } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { contentsOfKey, contentsOfVault } from './contents.ts';
import type { ContentRow } from './contents.ts';

export interface Contents {
  readonly rows: readonly ContentRow[];
  readonly goingIn: number;
  readonly stayingOut: number;
  /** Secrets of the vault, which never go in (rule R15); undefined where the caller may not ask. */
  readonly secretCount: number | undefined;
  /** Keys of the vault, to choose one from. */
  readonly keys: readonly Row<'key.list'>[];
  readonly isLoading: boolean;
  /** All of it is known: nothing is backed up before it was shown. */
  readonly isComplete: boolean;
  readonly error: ErrorDocument | undefined;
  readonly reload: () => void;
}

/**
 * What a backup made now would hold, from what the catalog says now.
 * @param ofKey the key that is backed up alone, or 'none-yet'; undefined: the vault is.
 */
export function useContents(
  vault: Answer<'vault.get'> | undefined,
  ofKey: Answer<'key.get'> | 'none-yet' | undefined,
  isIncludeKeys: boolean,
): Contents {
  const ofVault = vault === undefined ? undefined : { vaultId: vault.id };
  const key = ofKey === 'none-yet' ? undefined : ofKey;
  const isOfKey = ofKey !== undefined;
  const keys = usePages('key.list', ofVault);
  const versions = usePages('key-version.list', key === undefined ? undefined : { keyId: key.id });
  const deletions = usePages(
    'deletion.list',
    vault === undefined || isOfKey ? undefined : { region: vault.region },
  );
  const coverage = useAnswer('backup.coverage', ofVault === undefined ? undefined : { ...ofVault, limit: 1 });
  const rows = useMemo(
    () =>
      isOfKey
        ? contentsOfKey(versions.rows, key?.currentKeyVersion)
        : contentsOfVault(keys.rows, isIncludeKeys, deletions.rows),
    [isOfKey, versions.rows, key?.currentKeyVersion, keys.rows, isIncludeKeys, deletions.rows],
  );
  const stayingOut = useMemo(() => rows.filter(({ reason }) => reason !== undefined).length, [rows]);
  const shown = isOfKey ? versions : keys;
  return {
    rows,
    goingIn: rows.length - stayingOut,
    stayingOut,
    secretCount: coverage.answer?.summary.secretCount,
    keys: keys.rows,
    isLoading: shown.isLoading,
    isComplete: vault !== undefined && !shown.isLoading && shown.error === undefined,
    error: shown.error,
    reload: () => {
      keys.reload();
      versions.reload();
      deletions.reload();
      coverage.reload();
    },
  };
}
