import type {
  CompartmentEntry,
  KeyEntry,
  KeyVersionEntry,
  VaultEntry,
} from '../../shared/domain/backup-entry.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import type { OperationContext } from './operation-context.ts';
import { versionsOfOtherValue } from './prove-present-keys.ts';
import { ocidHere } from './restored-records.ts';

/** The vault of the backup with what is here already. */
export interface VaultToRestore {
  readonly entry: VaultEntry;
  readonly id: string;
  readonly existing: VaultRecord | undefined;
  readonly isNewer: boolean;
}

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
  /** Of those to add: destroyed here since the backup was made (rule R48). */
  versionsToBringBack: number;
  /** Versions that come to count towards the limits (rule R45). */
  versionsToCount: number;
}

/** A backup set beside what the catalog and the token have. */
export interface Comparison {
  readonly compartments: CompartmentEntry[];
  readonly vault: VaultToRestore;
  readonly keys: Map<string, KeyToRestore>;
  readonly refused: string[];
  /** Key versions that the token has and this home did not know of. */
  readonly strangers: number;
}

/** Key versions that are on the token already are compared with the backup's in batches of this size. */
const PRESENT_BATCH = 64;

/**
 * Whether a restore onto a key makes another version current (rule R42): only a newer backup does, and never instead of
 * a version that it does not have. A key that was rotated here since then has gone its own way. One that is brought back
 * takes what the backup says.
 */
export function movesCurrentVersion(key: KeyToRestore): boolean {
  if (key.existing === undefined || key.existing.currentKeyVersion === key.currentKeyVersion) return false;
  return isDestroyed(key.existing) || (key.isNewer && key.hasCurrentVersionHere);
}

/** Destroyed here since the backup was made: restoring brings it back, and must say so and ask (rule R48). */
export function isDestroyed(existing: { readonly lifecycleState: string } | undefined): boolean {
  return existing?.lifecycleState === 'DELETED';
}

/**
 * Streams the backup once and sets every entry beside what the catalog and the token have.
 * @param inventory material ids on the token.
 * @param resumes the work request whose leftovers on the token are gone on with, and are no strangers.
 */
export async function compareBackup(
  context: OperationContext,
  regionId: string,
  reader: SealedBackupReader,
  session: TokenSession,
  inventory: ReadonlySet<string>,
  resumes: string | undefined,
): Promise<Comparison> {
  const { catalog } = context;
  const { header } = reader;
  const passage = { sourceRegion: header.sourceRegion, region: regionId };
  const idHere = (ocid: string): string => ocidHere(passage, ocid);
  const leftovers = new Set(
    catalog.tokenOrphans
      .listOf(regionId)
      .filter((orphan) => resumes !== undefined && orphan.workRequestId === resumes)
      .map((orphan) => orphan.materialId),
  );
  const compartments: CompartmentEntry[] = [];
  const keys = new Map<string, KeyToRestore>();
  const refused: string[] = [];
  let vault: VaultToRestore | undefined;
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
        vault = { entry, id, existing, isNewer: isNewer(header.timeCreated, existing) };
        break;
      }
      case 'key': {
        const id = idHere(entry.id);
        const existing = catalog.keys.get(id);
        keys.set(entry.id, {
          entry,
          id,
          existing,
          isNewer: isNewer(header.timeCreated, existing),
          currentKeyVersion: idHere(entry.currentKeyVersion),
          hasCurrentVersionHere: false,
          versionsToAdd: 0,
          versionsPresent: 0,
          versionsToBringBack: 0,
          versionsToCount: 0,
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
        const isOnToken = inventory.has(entry.materialId);
        if (existing === undefined || isDestroyed(existing)) key.versionsToCount += 1;
        if (existing !== undefined && !isDestroyed(existing) && isOnToken) key.versionsPresent += 1;
        else key.versionsToAdd += 1;
        if (isDestroyed(existing)) key.versionsToBringBack += 1;
        if (isOnToken) {
          present.push(entry);
          if (existing === undefined && !leftovers.has(entry.materialId)) strangers += 1;
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

/** Name and tags come from the newest of backups and local changes (rule R42); what was destroyed has no say. */
function isNewer(
  timeCreated: string,
  existing: { readonly metadataTime: string; readonly lifecycleState: string } | undefined,
): boolean {
  return existing === undefined || isDestroyed(existing) || timeCreated > existing.metadataTime;
}
