import { StrongroomError } from '../../shared/domain/errors.ts';
import type { OperationHandler } from './operation-context.ts';

/** What the verified backups of this home cover, held against the targets (rule R52). */
export const backupCoverage: OperationHandler<'backup.coverage'> = (context, request) => {
  const { summary, ...page } = context.catalog.coverage.survey(request, context.now());
  const missed = summary.uncoveredVaultCount + summary.tooFewCopies + summary.tooOld + summary.neverBackedUp;
  return Promise.resolve({ ...page, isCovered: missed === 0, summary });
};

/** Sets the target of a vault or of the home; numbers that are left out stay as they are. */
export const setBackupTarget: OperationHandler<'vault.set-backup-target'> = (context, request) => {
  const { catalog } = context;
  const { vaultId, ...numbers } = request;
  const change = Object.fromEntries(Object.entries(numbers).filter(([, number]) => number !== undefined));
  const isReset = Object.keys(change).length === 0;
  if (isReset && vaultId === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'What the home’s target is to be is not said.',
      'Give at least one of --maximum-age-hours, --minimum-copies and --minimum-regions.',
    );
  }
  return Promise.resolve(
    catalog.transaction(() => {
      const { backupTargets } = catalog;
      if (vaultId === undefined) {
        backupTargets.setOfHome({ ...backupTargets.ofHome(), ...change });
        return { target: backupTargets.ofHome(), isOfVault: false };
      }
      catalog.vaults.require(vaultId);
      if (isReset) {
        backupTargets.removeOfVault(vaultId);
        return { vaultId, target: backupTargets.ofHome(), isOfVault: false };
      }
      const target = { ...(backupTargets.ofVault(vaultId) ?? backupTargets.ofHome()), ...change };
      backupTargets.setOfVault(vaultId, target);
      return { vaultId, target, isOfVault: true };
    }),
  );
};
