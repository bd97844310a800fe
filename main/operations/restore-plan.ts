import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { describeKeyShape } from '../../shared/domain/key-shape.ts';
import { keyVersionWeight } from '../../shared/domain/limit.ts';
import { keyStatesBefore, vaultStatesBefore } from '../../shared/domain/lifecycle.ts';
import type { PlanItem, RestorePlan } from '../../shared/domain/restore-plan.ts';
import { secretsLeftOutInWords } from '../../shared/domain/secret.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import { proposedStatements } from '../access/proposed-statements.ts';
import { isDestroyed, movesCurrentVersion } from './compare-backup.ts';
import type { Comparison, KeyToRestore, VaultToRestore } from './compare-backup.ts';
import { limitsAfter } from './limits.ts';

/** Writing one key version to a token, for the plan's estimate: 1 ms on memory, 8 to 90 ms on a disk (FACTS-PKCS11, speed). */
const MILLISECONDS_PER_TOKEN_OBJECT = 20;

/** What a restore would do (rule R43): additions, updates, refusals, OCIDs, what would come back from the dead. */
export function makePlan(
  catalog: Catalog,
  regionId: string,
  reader: SealedBackupReader,
  sha256: string,
  compared: Comparison,
): RestorePlan {
  const { header } = reader;
  const refused = [...compared.refused];
  const items: PlanItem[] = [];
  for (const compartment of compared.compartments) {
    const isHere = catalog.compartments.get(compartment.id) !== undefined;
    items.push({
      entityType: 'compartment',
      action: isHere ? 'KEEP' : 'ADD',
      displayName: compartment.name,
      sourceId: compartment.id,
      id: compartment.id,
    });
  }
  items.push(vaultItem(header.kind, compared.vault, refused));
  for (const key of compared.keys.values()) items.push(keyItem(key, refused));
  const keyVersionsToAdd = sum(compared.keys, (key) => key.versionsToAdd);
  const plan = {
    backup: {
      backupId: header.backupId,
      kind: header.kind,
      sourceRegion: header.sourceRegion,
      timeCreated: header.timeCreated,
      sha256,
      size: reader.size,
    },
    region: regionId,
    isSourceRegion: header.sourceRegion === regionId,
    items,
    keyVersionsToAdd,
    keyVersionsPresent: sum(compared.keys, (key) => key.versionsPresent),
    keyVersionsToBringBack: sum(compared.keys, (key) => key.versionsToBringBack),
    refused,
    warnings: warningsOf(catalog, regionId, reader, compared),
  };
  return {
    planHash: createHash('sha256')
      .update(`strongroom/v1/restore-plan\n${JSON.stringify(plan)}`)
      .digest('hex'),
    ...plan,
    limits: limitsOfRestore(catalog, regionId, compared),
    policies: policiesOfRestore(catalog, compared),
    estimatedMilliseconds: keyVersionsToAdd * MILLISECONDS_PER_TOKEN_OBJECT,
  };
}

/** The limits of the region and of the vault that what comes in touches (rule R45). */
export function limitsOfRestore(
  catalog: Catalog,
  regionId: string,
  { vault, keys }: Comparison,
): ReturnType<typeof limitsAfter> {
  const isNewVault = vault.existing === undefined || isDestroyed(vault.existing);
  return limitsAfter({ catalog }, regionId, vault.id, {
    ...(isNewVault ? { vaults: { [vault.entry.vaultType]: 1 } } : {}),
    keyVersionWeight: sum(keys, (key) => key.versionsToCount * keyVersionWeight(key.entry.keyShape)),
  });
}

function policiesOfRestore(catalog: Catalog, { vault, keys }: Comparison): RestorePlan['policies'] {
  const restored = [{ from: vault.entry.id, to: vault.id }].concat(
    [...keys.values()].map((key) => ({ from: key.entry.id, to: key.id })),
  );
  const idMap = new Map(restored.filter(({ from, to }) => from !== to).map(({ from, to }) => [from, to]));
  return idMap.size === 0 ? [] : proposedStatements([...catalog.policies.iterate()], idMap);
}

function warningsOf(
  catalog: Catalog,
  regionId: string,
  { header }: SealedBackupReader,
  { vault, keys, strangers }: Comparison,
): string[] {
  const warnings: string[] = [];
  if (header.sourceRegion !== regionId) {
    warnings.push(
      'Vault, keys and key versions get new OCIDs in this region: review policies that name the old ones.',
    );
  }
  if (header.kind === 'VAULT' && keys.size === 0) warnings.push('The backup was made without keys.');
  const { secretsLeftOut } = vault.entry;
  if (secretsLeftOut > 0) {
    warnings.push(`Of the vault ${vault.entry.displayName}, ${secretsLeftOutInWords(secretsLeftOut)}.`);
  }
  if (strangers > 0) {
    warnings.push(
      `The token already has ${strangers} of these key versions, which this home does not know: another home made them. Make sure that no restore into this token is unfinished there; that home would undo it, and take them away.`,
    );
  }
  const destroyed = [...keys.values()].filter(({ existing }) => isDestroyed(existing));
  if (destroyed.length > 0) {
    const names = destroyed.map(({ entry }) => entry.displayName).join(', ');
    warnings.push(
      `This brings back what was destroyed here on purpose after the backup was made: ${names}. What was encrypted with it can be read again.`,
    );
  }
  const versions = sum(keys, (key) => (isDestroyed(key.existing) ? 0 : key.versionsToBringBack));
  if (versions > 0) {
    warnings.push(`This brings back ${versions} key versions that were destroyed here on purpose.`);
  }
  const [newest] = catalog.backups.list({
    ...(header.kind === 'VAULT' ? { vaultId: vault.entry.id } : { keyId: [...keys.keys()][0] }),
    limit: 1,
  }).data;
  if (newest !== undefined && newest.timeCreated > header.timeCreated) {
    warnings.push(`A newer backup of this is known: ${newest.id} of ${newest.timeCreated}.`);
  }
  return warnings;
}

function vaultItem(kind: 'VAULT' | 'KEY', vault: VaultToRestore, refused: string[]): PlanItem {
  const { entry, existing } = vault;
  const allowed = kind === 'VAULT' ? vaultStatesBefore('RESTORING') : ['ACTIVE'];
  if (existing !== undefined && !allowed.includes(existing.lifecycleState)) {
    refused.push(
      `The vault ${existing.displayName} is ${existing.lifecycleState}; restoring onto it needs it ${allowed.join(' or ')}.`,
    );
  }
  if (existing !== undefined && existing.compartmentId !== entry.compartmentId) {
    refused.push(
      `The vault ${existing.displayName} is in another compartment here; a restore goes to the original's compartment.`,
    );
  }
  const isChanged =
    existing !== undefined &&
    kind === 'VAULT' &&
    (isDestroyed(existing) || (vault.isNewer && metadataDiffers(existing, entry)));
  return {
    entityType: 'vault',
    action: existing === undefined ? 'ADD' : isChanged ? 'UPDATE' : 'KEEP',
    displayName: entry.displayName,
    sourceId: entry.id,
    id: vault.id,
    lifecycleState: 'ACTIVE',
    ...(isDestroyed(existing) ? { isBroughtBack: true } : {}),
  };
}

function keyItem(key: KeyToRestore, refused: string[]): PlanItem {
  const { entry, existing } = key;
  const allowed = keyStatesBefore('RESTORING');
  if (existing !== undefined && !allowed.includes(existing.lifecycleState)) {
    refused.push(
      `The key ${existing.displayName} is ${existing.lifecycleState}; restoring onto it needs it ${allowed.join(' or ')}.`,
    );
  }
  if (existing !== undefined && existing.compartmentId !== entry.compartmentId) {
    refused.push(
      `The key ${existing.displayName} is in another compartment here; a restore goes to the original's compartment.`,
    );
  }
  const movesCurrent = movesCurrentVersion(key);
  const isBroughtBack = isDestroyed(existing);
  const isChanged =
    isBroughtBack ||
    movesCurrent ||
    (existing !== undefined && key.isNewer && metadataDiffers(existing, entry));
  return {
    entityType: 'key',
    action: existing === undefined ? 'ADD' : isChanged ? 'UPDATE' : 'KEEP',
    displayName: entry.displayName,
    sourceId: entry.id,
    id: key.id,
    shape: describeKeyShape(entry.keyShape),
    lifecycleState: existing === undefined || isBroughtBack ? entry.lifecycleState : existing.lifecycleState,
    keyVersionsToAdd: key.versionsToAdd,
    keyVersionsPresent: key.versionsPresent,
    ...(movesCurrent ? { newCurrentKeyVersion: key.currentKeyVersion } : {}),
    ...(isBroughtBack ? { isBroughtBack } : {}),
  };
}

type Metadata = Pick<VaultToRestore['entry'], 'displayName' | 'freeformTags' | 'definedTags'>;

function metadataDiffers(here: Metadata, backup: Metadata): boolean {
  const text = ({ displayName, freeformTags, definedTags }: Metadata): string =>
    JSON.stringify([
      displayName,
      sortedEntries(freeformTags),
      sortedEntries(definedTags).map(([name, tags]) => [name, sortedEntries(tags)]),
    ]);
  return text(here) !== text(backup);
}

function sortedEntries<Value>(record: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function sum(keys: ReadonlyMap<string, KeyToRestore>, count: (key: KeyToRestore) => number): number {
  let total = 0;
  for (const key of keys.values()) total += count(key);
  return total;
}

/** Whether the restore brings back what was destroyed here (rule R48). */
export function bringsBackDestroyed(plan: RestorePlan): boolean {
  return plan.keyVersionsToBringBack > 0 || plan.items.some((item) => item.isBroughtBack === true);
}

/** @throws StrongroomError LimitExceeded with the numbers (rule R45) */
export function requireRoom(limits: RestorePlan['limits']): void {
  const exceeded = limits.filter((limit) => limit.isExceeded);
  if (exceeded.length === 0) return;
  const numbers = exceeded.map(
    ({ name, value, used, after }) => `${name} is ${value}, ${used} are used, ${after} would be`,
  );
  throw new StrongroomError(
    'LimitExceeded',
    `The restore does not fit: ${numbers.join('; ')}. Nothing was written.`,
    'Delete what is no longer needed, or have the limit raised (limit list, limit set).',
    { reason: 'LimitExceeded' },
  );
}

/**
 * @param asked what the caller agreed to: the plan's hash, and whether what was destroyed may come back.
 * @throws StrongroomError with every reason, if the plan is another one or refuses the restore.
 */
export function requirePlanAllowed(
  plan: RestorePlan,
  asked: { readonly planHash: string | undefined; readonly isBringBackDestroyed: boolean },
): void {
  if (asked.planHash !== undefined && asked.planHash !== plan.planHash) {
    throw new StrongroomError(
      'Conflict',
      'What the restore would do is no longer what was shown: the region, its token or the backup changed since.',
      'Make a new plan (backup plan-restore) and read it again.',
      { reason: 'PlanChanged' },
    );
  }
  if (plan.refused.length > 0) {
    throw new StrongroomError(
      'IncorrectState',
      `The restore is refused: ${plan.refused.join(' ')}`,
      'Nothing was written. Resolve what is named, then plan again (backup plan-restore).',
      { reason: 'PlanRefused' },
    );
  }
  requireRoom(plan.limits);
  if (bringsBackDestroyed(plan) && !asked.isBringBackDestroyed) {
    throw new StrongroomError(
      'IncorrectState',
      'The restore would bring back what was destroyed here after the backup was made; the plan names it.',
      'Nothing was written. If it is to come back, say so with --is-bring-back-destroyed true.',
      { reason: 'WouldBringBackDestroyed' },
    );
  }
}
