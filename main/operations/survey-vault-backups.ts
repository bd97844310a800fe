import type { Backup } from '../../shared/domain/backup.ts';
import type {
  BackupEntry,
  CompartmentEntry,
  KeyEntry,
  KeyVersionEntry,
  VaultEntry,
} from '../../shared/domain/backup-entry.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { openSealedBackup } from '../sealing/open-sealed-backup.ts';
import type { ReadableObject } from '../storage/object-store.ts';
import { versionsOfOtherValue } from './prove-present-keys.ts';
import { ocidHere } from './restored-records.ts';
import type { Passage } from './restored-records.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

/** A backup that was verified in this very work, to be read again. */
export interface SealedSource {
  readonly backup: Backup;
  open(): Promise<ReadableObject>;
}

/** What a region's token holds, as far as it is known. Material ids throughout. */
export interface TokenHoldings {
  readonly session: TokenSession;
  /** On the token, and not the leftover of work that was cut off. */
  readonly inventory: ReadonlySet<string>;
  /** Compared with a backup: the same value. */
  readonly proven: Set<string>;
  /** Compared with a backup: another value, which is nobody's that is known. */
  readonly foreign: Set<string>;
}

/** A key as one backup has it, set beside the token. */
export interface KeySighting {
  readonly backup: Backup;
  readonly entry: KeyEntry;
  presentCount: number;
  missingCount: number;
  /** The version that is current in the backup is on the token. */
  hasCurrent: boolean;
  /** Of those on the token the one made last, by its OCID here. */
  newestPresent: { readonly id: string; readonly timeCreated: string } | undefined;
}

/** A key as all backups have it. */
export interface SurveyedKey {
  /** Newest backup first. */
  readonly sightings: KeySighting[];
  /** A version is on the token and has no record under this key. */
  isFresh: boolean;
  /** One of those has no record under any key of this region. */
  isUnaccounted: boolean;
  /** Material ids that backups have and the token has not. */
  readonly missing: Set<string>;
  /** The backups that together have all of those, newest first. */
  readonly missingIn: Set<string>;
}

/** A vault's backups of one region, set beside what another or the same region's token holds. */
export interface SurveyedVault {
  readonly passage: Passage;
  readonly vaultId: string;
  /** Newest backup first. */
  readonly sightings: { readonly backup: Backup; readonly entry: VaultEntry; missingCount: number }[];
  readonly compartments: Map<string, CompartmentEntry>;
  /** By OCID in the backup. */
  readonly keys: Map<string, SurveyedKey>;
  /** Backups that have key versions which no newer one has and which are on the token without a record. */
  readonly freshIn: Set<string>;
}

/** Key versions are compared with the token's in batches of this size. */
const BATCH = 64;

/** Entries of a source, which must still be what was verified. @throws Conflict `SourceChanged` */
export async function* entriesOf(
  source: SealedSource,
  session: TokenSession,
  signal: AbortSignal,
): AsyncGenerator<BackupEntry, void, undefined> {
  await using object = await source.open();
  const reader = await openSealedBackup(object, sealingTokenOf(session), { signal });
  try {
    if (reader.sha256 !== source.backup.sha256) {
      throw new StrongroomError(
        'Conflict',
        `The file of the backup ${source.backup.id} is no longer the one that was verified.`,
        'Somebody changes that medium. Make sure of it, then start again.',
        { reason: 'SourceChanged' },
      );
    }
    yield* reader.entries({ signal });
  } finally {
    reader.close();
  }
}

/**
 * Reads a vault's backups, newest first, and sets every key version beside the token and the catalog. Writes nothing but
 * where records of this region came from, if they do not say so yet: an OCID that is derived proves that.
 */
export async function surveyVault(
  catalog: Catalog,
  holdings: TokenHoldings,
  passage: Passage,
  sources: readonly SealedSource[],
  options: { readonly signal: AbortSignal; readonly onSource: (source: SealedSource) => void },
): Promise<SurveyedVault> {
  const survey = new VaultSurvey(catalog, holdings, passage, sources[0]?.backup.vaultId ?? '');
  for (const source of sources) {
    await survey.add(source, options.signal);
    options.onSource(source);
  }
  return survey;
}

class VaultSurvey implements SurveyedVault {
  readonly passage: Passage;
  readonly vaultId: string;
  readonly sightings: SurveyedVault['sightings'] = [];
  readonly compartments = new Map<string, CompartmentEntry>();
  readonly keys = new Map<string, SurveyedKey>();
  readonly freshIn = new Set<string>();
  readonly #catalog: Catalog;
  readonly #holdings: TokenHoldings;
  /** Fresh key versions that a newer backup had. */
  readonly #claimed = new Set<string>();

  constructor(catalog: Catalog, holdings: TokenHoldings, passage: Passage, vaultId: string) {
    this.#catalog = catalog;
    this.#holdings = holdings;
    this.passage = passage;
    this.vaultId = vaultId;
  }

  async add(source: SealedSource, signal: AbortSignal): Promise<void> {
    const { backup } = source;
    let batch: KeyVersionEntry[] = [];
    for await (const entry of entriesOf(source, this.#holdings.session, signal)) {
      switch (entry.kind) {
        case 'compartment':
          if (!this.compartments.has(entry.id)) this.compartments.set(entry.id, entry);
          break;
        case 'vault':
          this.sightings.push({ backup, entry, missingCount: 0 });
          break;
        case 'key':
          this.#keyOf(entry.id).sightings.push({
            backup,
            entry,
            presentCount: 0,
            missingCount: 0,
            hasCurrent: false,
            newestPresent: undefined,
          });
          break;
        case 'keyVersion':
          batch.push(entry);
          if (batch.length < BATCH) break;
          await this.#addVersions(backup, batch);
          batch = [];
          break;
      }
    }
    await this.#addVersions(backup, batch);
  }

  async #addVersions(backup: Backup, batch: readonly KeyVersionEntry[]): Promise<void> {
    const { session, inventory, proven, foreign } = this.#holdings;
    const unproven = batch.filter(
      ({ materialId }) => inventory.has(materialId) && !proven.has(materialId) && !foreign.has(materialId),
    );
    for (const { materialId } of await versionsOfOtherValue(session, unproven)) foreign.add(materialId);
    for (const { materialId } of unproven) if (!foreign.has(materialId)) proven.add(materialId);
    this.#catalog.transaction(() => {
      for (const entry of batch) this.#addVersion(backup, entry);
    });
  }

  #addVersion(backup: Backup, entry: KeyVersionEntry): void {
    const { materialId } = entry;
    const key = this.#keyOf(entry.keyId);
    const sighting = key.sightings.at(-1);
    const vault = this.sightings.at(-1);
    if (sighting?.backup.id !== backup.id || vault === undefined) {
      throw new Error(`the verified backup has a version of no key: ${entry.id}`);
    }
    if (!this.#holdings.proven.has(materialId)) {
      sighting.missingCount += 1;
      vault.missingCount += 1;
      if (!key.missing.has(materialId)) key.missingIn.add(backup.id);
      key.missing.add(materialId);
      return;
    }
    const id = ocidHere(this.passage, entry.id);
    sighting.presentCount += 1;
    if (entry.id === sighting.entry.currentKeyVersion) sighting.hasCurrent = true;
    if (sighting.newestPresent === undefined || entry.timeCreated > sighting.newestPresent.timeCreated) {
      sighting.newestPresent = { id, timeCreated: entry.timeCreated };
    }
    const existing = this.#catalog.keyVersions.get(id);
    if (existing !== undefined) {
      if (this.#isElsewhere && existing.restoredFromKeyVersionId === undefined) {
        this.#catalog.keyVersions.update(id, { restoredFromKeyVersionId: entry.id });
      }
      return;
    }
    if (this.#claimed.has(materialId)) return;
    this.#claimed.add(materialId);
    this.freshIn.add(backup.id);
    key.isFresh = true;
    key.isUnaccounted ||= !this.#isElsewhere || !isRecorded(this.#catalog, this.passage.region, materialId);
  }

  #keyOf(id: string): SurveyedKey {
    let key = this.keys.get(id);
    if (key === undefined) {
      key = {
        sightings: [],
        isFresh: false,
        isUnaccounted: false,
        missing: new Set(),
        missingIn: new Set(),
      };
      this.keys.set(id, key);
    }
    return key;
  }

  get #isElsewhere(): boolean {
    return this.passage.sourceRegion !== this.passage.region;
  }
}

/** Whether a key version of the region that is not deleted has this value. */
export function isRecorded(catalog: Catalog, region: string, materialId: string): boolean {
  return catalog.keyVersions
    .listByMaterialId(materialId)
    .some((version) => version.region === region && version.lifecycleState !== 'DELETED');
}
