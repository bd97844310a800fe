import { createHash } from 'node:crypto';
import type {
  CompartmentEntry,
  KeyEntry,
  KeyVersionEntry,
  VaultEntry,
} from '../../shared/domain/backup-entry.ts';
import type { BackupSource } from '../../shared/contract/fields.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { describeKeyShape } from '../../shared/domain/key-shape.ts';
import type { Region } from '../../shared/domain/realm.ts';
import type { PlanItem, RestorePlan } from '../../shared/domain/restore-plan.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { openSealedBackup } from '../sealing/open-sealed-backup.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import { attachedRegion } from './attached-region.ts';
import { openSource } from './backup-location.ts';
import type { OpenSource } from './backup-location.ts';
import { restoredOcid } from './new-ocid.ts';
import type { OperationContext } from './operation-context.ts';
import { versionsOfOtherValue } from './prove-present-keys.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

/** One key of the backup with what is here already. */
export interface KeyToRestore {
  readonly entry: KeyEntry;
  readonly id: string;
  readonly existing: KeyRecord | undefined;
  readonly isNewer: boolean;
  /** OCID here of the version that is current in the backup. */
  readonly currentKeyVersion: string;
  /** The version that is current here now is one of the backup's. */
  hasCurrentVersionHere: boolean;
  versionsToAdd: number;
  versionsPresent: number;
}

/**
 * Whether a restore onto a key makes another version current (rule R42): only a newer backup does, and never instead of
 * a version that it does not have. A key that was rotated here since then has gone its own way.
 */
export function movesCurrentVersion(key: KeyToRestore): boolean {
  return (
    key.existing !== undefined &&
    key.isNewer &&
    key.hasCurrentVersionHere &&
    key.existing.currentKeyVersion !== key.currentKeyVersion
  );
}

/** A verified backup, compared with what the region has: everything that a plan shows and a restore needs. */
export interface PreparedRestore extends AsyncDisposable {
  readonly region: Region;
  readonly session: TokenSession;
  readonly source: OpenSource;
  readonly reader: SealedBackupReader;
  readonly plan: RestorePlan;
  readonly compartments: readonly CompartmentEntry[];
  readonly vault: {
    readonly entry: VaultEntry;
    readonly id: string;
    readonly existing: VaultRecord | undefined;
    readonly isNewer: boolean;
  };
  readonly keys: ReadonlyMap<string, KeyToRestore>;
  /** Material ids on the token when the plan was made. */
  readonly inventory: ReadonlySet<string>;
  readonly sha256: string;
}

export interface PrepareOptions {
  readonly location: BackupSource;
  readonly region: string | undefined;
  readonly onProgress?: (done: number, total: number, activity: string) => void;
  readonly signal?: AbortSignal;
  /** What must be done on the token before its inventory is taken. */
  readonly beforeInventory?: (session: TokenSession) => Promise<void>;
}

/** Writing one key version to a token, for the plan's estimate: 1 ms on memory, 8 to 90 ms on a disk (FACTS-PKCS11, speed). */
const MILLISECONDS_PER_TOKEN_OBJECT = 20;
/** Key versions that are on the token already are compared with the backup's in batches of this size. */
const PRESENT_BATCH = 64;

/**
 * Opens a backup, verifies all of it with the region's token (rule R44: seal, every entry, every wrapped key) and
 * makes the plan (rule R43). Writes nothing by itself.
 */
export async function prepareRestore(
  context: OperationContext,
  options: PrepareOptions,
): Promise<PreparedRestore> {
  const region = attachedRegion(context, options.region);
  const source = await openSource(context, options.location, options.region);
  try {
    const session = await context.openRegion(region.regionId);
    const reader = await openSealedBackup(source.object, sealingTokenOf(session));
    const verified = await reader.verify('keys', {
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    await options.beforeInventory?.(session);
    const inventory = new Set<string>();
    for await (const entry of session.inventory()) inventory.add(entry.materialId);
    const compared = await compare(context, region.regionId, reader, session, inventory);
    const plan = makePlan(context, region.regionId, reader, verified.sha256, compared);
    return {
      region,
      session,
      source,
      reader,
      plan,
      ...compared,
      inventory,
      sha256: verified.sha256,
      [Symbol.asyncDispose]: async () => {
        reader.close();
        await source[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await source[Symbol.asyncDispose]();
    throw failure;
  }
}

interface Comparison {
  readonly compartments: CompartmentEntry[];
  readonly vault: PreparedRestore['vault'];
  readonly keys: Map<string, KeyToRestore>;
  readonly refused: string[];
  /** Key versions that the token has and this home did not know of. */
  readonly strangers: number;
}

/** Streams the backup once and sets every entry beside what the catalog and the token have. */
async function compare(
  context: OperationContext,
  regionId: string,
  reader: SealedBackupReader,
  session: TokenSession,
  inventory: ReadonlySet<string>,
): Promise<Comparison> {
  const { catalog } = context;
  const { header } = reader;
  const idHere = (ocid: string): string =>
    header.sourceRegion === regionId ? ocid : restoredOcid(ocid, regionId);
  const compartments: CompartmentEntry[] = [];
  const keys = new Map<string, KeyToRestore>();
  const refused: string[] = [];
  let vault: PreparedRestore['vault'] | undefined;
  let present: KeyVersionEntry[] = [];
  let strangers = 0;
  const proveSame = async (): Promise<void> => {
    for (const entry of await versionsOfOtherValue(session, present)) {
      refused.push(
        `The token has another key under the material id of key version ${entry.id}; nothing is ever overwritten.`,
      );
    }
    present = [];
  };
  for await (const entry of reader.entries()) {
    switch (entry.kind) {
      case 'compartment':
        compartments.push(entry);
        break;
      case 'vault': {
        const id = idHere(entry.id);
        const existing = catalog.vaults.get(id);
        vault = {
          entry,
          id,
          existing,
          isNewer: existing === undefined || header.timeCreated > existing.metadataTime,
        };
        break;
      }
      case 'key': {
        const id = idHere(entry.id);
        const existing = catalog.keys.get(id);
        keys.set(entry.id, {
          entry,
          id,
          existing,
          isNewer: existing === undefined || header.timeCreated > existing.metadataTime,
          currentKeyVersion: idHere(entry.currentKeyVersion),
          hasCurrentVersionHere: false,
          versionsToAdd: 0,
          versionsPresent: 0,
        });
        break;
      }
      case 'keyVersion': {
        const key = keys.get(entry.keyId);
        if (key === undefined) throw new Error(`the verified backup has a version of no key: ${entry.id}`);
        const id = idHere(entry.id);
        const existing = catalog.keyVersions.get(id);
        if (id === key.existing?.currentKeyVersion) key.hasCurrentVersionHere = true;
        if (existing !== undefined && existing.materialId !== entry.materialId) {
          refused.push(
            `Key version ${existing.id} exists here with another value; nothing is ever overwritten.`,
          );
        }
        if (existing !== undefined && inventory.has(entry.materialId)) key.versionsPresent += 1;
        else key.versionsToAdd += 1;
        if (inventory.has(entry.materialId)) {
          present.push(entry);
          if (existing === undefined) strangers += 1;
        }
        if (present.length >= PRESENT_BATCH) await proveSame();
        break;
      }
    }
  }
  await proveSame();
  if (vault === undefined) throw new Error('the verified backup has no vault');
  return { compartments, vault, keys, refused, strangers };
}

function makePlan(
  context: OperationContext,
  regionId: string,
  reader: SealedBackupReader,
  sha256: string,
  compared: Comparison,
): RestorePlan {
  const { header } = reader;
  const { catalog } = context;
  const refused = [...compared.refused];
  const warnings: string[] = [];
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
  if (header.sourceRegion !== regionId) {
    warnings.push(
      'Vault, keys and key versions get new OCIDs in this region: review policies that name the old ones.',
    );
  }
  if (header.kind === 'VAULT' && compared.keys.size === 0) warnings.push('The backup was made without keys.');
  if (compared.strangers > 0) {
    warnings.push(
      `The token already has ${compared.strangers} of these key versions, which this home does not know: another home made them. Make sure that no restore into this token is unfinished there; that home would undo it, and take them away.`,
    );
  }
  const [newest] = catalog.backups.list({
    ...(header.kind === 'VAULT'
      ? { vaultId: compared.vault.entry.id }
      : { keyId: [...compared.keys.keys()][0] }),
    limit: 1,
  }).data;
  if (newest !== undefined && newest.timeCreated > header.timeCreated) {
    warnings.push(`A newer backup of this is known: ${newest.id} of ${newest.timeCreated}.`);
  }
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
    refused,
    warnings,
  };
  return {
    planHash: createHash('sha256')
      .update(`strongroom/v1/restore-plan\n${JSON.stringify(plan)}`)
      .digest('hex'),
    ...plan,
    estimatedMilliseconds: keyVersionsToAdd * MILLISECONDS_PER_TOKEN_OBJECT,
  };
}

function vaultItem(kind: 'VAULT' | 'KEY', vault: PreparedRestore['vault'], refused: string[]): PlanItem {
  const { entry, existing } = vault;
  if (existing !== undefined && existing.lifecycleState !== 'ACTIVE') {
    refused.push(
      `The vault ${existing.displayName} is ${existing.lifecycleState}; restoring onto it needs it ACTIVE.`,
    );
  }
  if (existing !== undefined && existing.compartmentId !== entry.compartmentId) {
    refused.push(
      `The vault ${existing.displayName} is in another compartment here; a restore goes to the original's compartment.`,
    );
  }
  const isChanged =
    existing !== undefined && kind === 'VAULT' && vault.isNewer && metadataDiffers(existing, entry);
  return {
    entityType: 'vault',
    action: existing === undefined ? 'ADD' : isChanged ? 'UPDATE' : 'KEEP',
    displayName: entry.displayName,
    sourceId: entry.id,
    id: vault.id,
    lifecycleState: 'ACTIVE',
  };
}

function keyItem(key: KeyToRestore, refused: string[]): PlanItem {
  const { entry, existing } = key;
  if (
    existing !== undefined &&
    existing.lifecycleState !== 'ENABLED' &&
    existing.lifecycleState !== 'DISABLED'
  ) {
    refused.push(
      `The key ${existing.displayName} is ${existing.lifecycleState}; restoring onto it needs it ENABLED or DISABLED.`,
    );
  }
  const movesCurrent = movesCurrentVersion(key);
  const isChanged =
    movesCurrent || (existing !== undefined && key.isNewer && metadataDiffers(existing, entry));
  return {
    entityType: 'key',
    action: existing === undefined ? 'ADD' : isChanged ? 'UPDATE' : 'KEEP',
    displayName: entry.displayName,
    sourceId: entry.id,
    id: key.id,
    shape: describeKeyShape(entry.keyShape),
    lifecycleState: existing?.lifecycleState ?? entry.lifecycleState,
    keyVersionsToAdd: key.versionsToAdd,
    keyVersionsPresent: key.versionsPresent,
    ...(movesCurrent ? { newCurrentKeyVersion: key.currentKeyVersion } : {}),
  };
}

type Metadata = Pick<VaultEntry, 'displayName' | 'freeformTags' | 'definedTags'>;

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

/** @throws StrongroomError with every reason, if the plan refuses the restore. */
export function requirePlanAllowed(plan: RestorePlan, planHash: string | undefined): void {
  if (planHash !== undefined && planHash !== plan.planHash) {
    throw new StrongroomError(
      'Conflict',
      'What the restore would do is no longer what was shown: the region, its token or the backup changed since.',
      'Make a new plan (backup plan-restore) and read it again.',
      { reason: 'PlanChanged' },
    );
  }
  if (plan.refused.length === 0) return;
  throw new StrongroomError(
    'IncorrectState',
    `The restore is refused: ${plan.refused.join(' ')}`,
    'Nothing was written. Resolve what is named, then plan again (backup plan-restore).',
    { reason: 'PlanRefused' },
  );
}
