import type { RebuiltRegion, RestorableKey } from '../../shared/contract/media.ts';
import type { KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { restoredOcid } from './new-ocid.ts';
import { ocidHere, restoredKey, restoredKeyVersion, restoredVault } from './restored-records.ts';
import type { Passage } from './restored-records.ts';
import { entriesOf, isRecorded, surveyVault } from './survey-vault-backups.ts';
import type {
  KeySighting,
  SealedSource,
  SurveyedKey,
  SurveyedVault,
  TokenHoldings,
} from './survey-vault-backups.ts';

/** What came back in a region, and what did not. */
export interface RegionRebuild {
  readonly counts: RebuiltRegion;
  readonly compartmentCount: number;
  readonly restorable: readonly RestorableKey[];
  readonly warnings: readonly string[];
}

/** Key versions are recorded in batches of this size. */
const BATCH = 64;

/**
 * Makes the records of a region anew from backups, for what its token holds (rule R31): a key version comes back if its
 * token object is there and has the value that the backup has. All of it is pending until the work request ends (rule
 * R46), and nothing is written to the token.
 *
 * The region's own backups come first, then those of others, whose keys were restored here under derived OCIDs (rule
 * R41). A token does not tell under which OCIDs a key was used: where both are possible the key comes back as the region's
 * own, and as a restored one only if that explains key versions that nothing else does.
 */
export async function rebuildRegion(
  catalog: Catalog,
  run: WorkRequestRun,
  region: string,
  session: TokenSession,
  sources: readonly SealedSource[],
  onProgress: (share: number, activity: string) => void,
): Promise<RegionRebuild> {
  const inventory = new Set<string>();
  for await (const { materialId } of session.inventory()) inventory.add(materialId);
  // What an interrupted restore left is not usable until it is gone on with, and must not become so here.
  for (const { materialId } of catalog.tokenOrphans.listOf(region)) inventory.delete(materialId);
  const holdings: TokenHoldings = { session, inventory, proven: new Set(), foreign: new Set() };
  const rebuilder = new RegionRebuilder(catalog, run, region, holdings);
  let done = 0;
  for (const group of inOrder(sources, region)) {
    const passage = { sourceRegion: group[0]?.backup.sourceRegion ?? region, region };
    const survey = await surveyVault(catalog, holdings, passage, group, {
      signal: run.signal,
      onSource: ({ backup }) => {
        done += 1;
        onProgress(done / sources.length, `${region}: comparing the token with backup ${backup.id}`);
      },
    });
    await rebuilder.add(survey, group);
  }
  return rebuilder.finish();
}

/** Backups by vault and region, in the order in which they are to be believed; within each the newest first. */
function inOrder(sources: readonly SealedSource[], region: string): SealedSource[][] {
  const groups = new Map<string, SealedSource[]>();
  const newestFirst = [...sources].sort(
    ({ backup: a }, { backup: b }) =>
      b.timeCreated.localeCompare(a.timeCreated) || b.sequence - a.sequence || a.id.localeCompare(b.id),
  );
  for (const source of newestFirst) {
    const { sourceRegion, vaultId } = source.backup;
    const name = `${sourceRegion} ${vaultId}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [source]);
    else group.push(source);
  }
  const all = [...groups.values()].flatMap((group) => group[0]?.backup ?? []);
  const regions = new Set(all.map(({ sourceRegion }) => sourceRegion));
  const derived = new Set(
    all.flatMap(({ vaultId, sourceRegion }) =>
      [...regions].filter((other) => other !== sourceRegion).map((other) => restoredOcid(vaultId, other)),
    ),
  );
  // Own, then originals, then what is itself a restored one.
  const rank = (group: SealedSource[]): number => {
    const backup = group[0]?.backup;
    return backup?.sourceRegion === region ? 0 : derived.has(backup?.vaultId ?? '') ? 2 : 1;
  };
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

class RegionRebuilder {
  readonly #catalog: Catalog;
  readonly #run: WorkRequestRun;
  readonly #region: string;
  readonly #holdings: TokenHoldings;
  /** Made by this work, so that it may be added to. */
  readonly #vaults = new Set<string>();
  readonly #keys = new Set<string>();
  readonly #restorable: RestorableKey[] = [];
  readonly #warnings: string[] = [];
  #keyVersionCount = 0;
  #compartmentCount = 0;

  constructor(catalog: Catalog, run: WorkRequestRun, region: string, holdings: TokenHoldings) {
    this.#catalog = catalog;
    this.#run = run;
    this.#region = region;
    this.#holdings = holdings;
  }

  async add(survey: SurveyedVault, sources: readonly SealedSource[]): Promise<void> {
    const { passage } = survey;
    const keys = this.#keysToWrite(survey);
    const extended = [...keys.keys()]
      .map((id) => ocidHere(passage, id))
      .filter((id) => this.#catalog.keys.get(id) !== undefined && !this.#keys.has(id));
    this.#run.lock(extended, () => {
      this.#addCompartments(survey);
      this.#addVault(survey, keys);
      for (const id of extended) {
        const { lifecycleState } = this.#catalog.keys.require(id);
        if (lifecycleState !== 'ENABLED' && lifecycleState !== 'DISABLED') continue;
        this.#catalog.pendingChanges.hold(this.#run.id, 'key', id, 'RESTORING', lifecycleState);
      }
      for (const key of keys.values()) this.#addKey(passage, key);
    });
    for (const source of sources) {
      if (survey.freshIn.has(source.backup.id)) await this.#addVersions(passage, source, keys);
    }
    this.#linkToOrigin(survey);
    this.#tellMissing(survey);
  }

  finish(): RegionRebuild {
    const { inventory, foreign } = this.#holdings;
    let unknownKeyVersionCount = 0;
    for (const materialId of inventory) {
      if (!isRecorded(this.#catalog, this.#region, materialId)) unknownKeyVersionCount += 1;
    }
    if (foreign.size > 0) {
      this.#warnings.push(
        `${foreign.size} keys on the token of ${this.#region} have another value than a backup has under their id; they were left alone and are not in the catalog.`,
      );
    }
    return {
      counts: {
        region: this.#region,
        vaultCount: this.#vaults.size,
        keyCount: this.#keys.size,
        keyVersionCount: this.#keyVersionCount,
        unknownKeyVersionCount,
      },
      compartmentCount: this.#compartmentCount,
      restorable: this.#restorable,
      warnings: this.#warnings,
    };
  }

  /** The keys that come back, or that get versions which the catalog does not know, by OCID in the backup. */
  #keysToWrite({ passage, vaultId, keys }: SurveyedVault): Map<string, SurveyedKey> {
    const chosen = new Map<string, SurveyedKey>();
    const vault = this.#catalog.vaults.get(ocidHere(passage, vaultId));
    // A vault is restored as a whole: one key that nothing else explains speaks for all of them.
    const isHere = vault !== undefined || [...keys.values()].some((key) => key.isUnaccounted);
    const isVaultUsable =
      vault === undefined || this.#vaults.has(vault.id) || vault.lifecycleState === 'ACTIVE';
    for (const [sourceId, key] of keys) {
      const id = ocidHere(passage, sourceId);
      const existing = this.#catalog.keys.get(id);
      if (!key.isFresh || !isHere) continue;
      const isUsable =
        existing === undefined ||
        this.#keys.has(id) ||
        existing.lifecycleState === 'ENABLED' ||
        existing.lifecycleState === 'DISABLED';
      if (isVaultUsable && isUsable) chosen.set(sourceId, key);
      else {
        this.#warnings.push(
          `The key ${id} has versions on the token of ${this.#region} that the catalog does not know; they were not added, as ${isVaultUsable ? `it is ${existing?.lifecycleState ?? ''}` : `its vault is ${vault.lifecycleState}`}.`,
        );
      }
    }
    return chosen;
  }

  #addCompartments({ compartments }: SurveyedVault): void {
    for (const { kind: _kind, ...compartment } of compartments.values()) {
      if (this.#catalog.compartments.get(compartment.id) !== undefined) continue;
      this.#catalog.compartments.insert(compartment);
      this.#catalog.pendingChanges.add(this.#run.id, 'compartment', compartment.id);
      this.#compartmentCount += 1;
    }
  }

  /** A vault comes back with the first of its keys; one that never had any in a backup, in its own region. */
  #addVault({ passage, vaultId, sightings }: SurveyedVault, keys: ReadonlyMap<string, SurveyedKey>): void {
    const id = ocidHere(passage, vaultId);
    if (this.#catalog.vaults.get(id) !== undefined) return;
    const isOwn = passage.sourceRegion === passage.region;
    const isEmpty = sightings.every(({ backup }) => backup.keyVersionCount === 0);
    if (keys.size === 0 && !(isOwn && isEmpty)) return;
    // Elsewhere the newest backup that is here as a whole is the one that was restored last.
    const whole = isOwn ? undefined : sightings.find(({ missingCount }) => missingCount === 0);
    const sighting = whole ?? sightings[0];
    if (sighting === undefined) return;
    this.#catalog.vaults.insert(restoredVault(passage, sighting.entry, sighting.backup.timeCreated));
    this.#catalog.pendingChanges.add(this.#run.id, 'vault', id, 'ACTIVE');
    this.#run.addResource({ actionType: 'CREATED', entityType: 'vault', identifier: id });
    this.#vaults.add(id);
    const newest = sightings.find(({ backup }) => backup.kind === 'VAULT' && backup.keyCount > 0);
    for (const key of keys.values()) this.#warnIfLeftOut(key, newest?.backup.timeCreated);
  }

  /** What was left out of the newest backup of its vault was perhaps about to be deleted. */
  #warnIfLeftOut({ sightings: [newest] }: SurveyedKey, timeOfVaultBackup: string | undefined): void {
    if (newest === undefined || timeOfVaultBackup === undefined) return;
    if (newest.backup.timeCreated >= timeOfVaultBackup) return;
    this.#warnings.push(
      `The key ${newest.entry.displayName} (${newest.entry.id}) is on the token of ${this.#region} and not in the newest backup of its vault: perhaps it was scheduled for deletion. It is ${newest.entry.lifecycleState} again, as its newest backup has it.`,
    );
  }

  #addKey(passage: Passage, key: SurveyedKey): void {
    const sighting = bestSighting(passage, key);
    if (sighting === undefined) return;
    const { entry, hasCurrent, newestPresent, backup } = sighting;
    const id = ocidHere(passage, entry.id);
    if (this.#catalog.keys.get(id) !== undefined) return;
    const record = restoredKey(passage, entry, backup.timeCreated);
    if (hasCurrent || newestPresent === undefined) this.#catalog.keys.insert(record);
    else {
      // As old as the key itself, so that a restore of the backup counts as newer and makes its current version current.
      this.#catalog.keys.insert({
        ...record,
        currentKeyVersion: newestPresent.id,
        metadataTime: entry.timeCreated,
      });
      this.#warnings.push(
        `The current version of the key ${entry.displayName} (${id}) is not on the token of ${this.#region}; an older one is current until the backup ${backup.id} is restored.`,
      );
    }
    this.#catalog.pendingChanges.add(this.#run.id, 'key', id, entry.lifecycleState);
    this.#run.addResource({ actionType: 'CREATED', entityType: 'key', identifier: id });
    this.#keys.add(id);
  }

  async #addVersions(
    passage: Passage,
    source: SealedSource,
    keys: ReadonlyMap<string, SurveyedKey>,
  ): Promise<void> {
    const late = new Map<string, number>();
    let batch: KeyVersionEntry[] = [];
    const record = (): void => {
      this.#catalog.transaction(() => {
        for (const entry of batch) this.#addVersion(passage, source, keys, entry, late);
      });
      batch = [];
    };
    for await (const entry of entriesOf(source, this.#holdings.session, this.#run.signal)) {
      if (entry.kind !== 'keyVersion' || !keys.has(entry.keyId)) continue;
      if (!this.#holdings.proven.has(entry.materialId)) continue;
      batch.push(entry);
      if (batch.length >= BATCH) record();
    }
    record();
    for (const [name, count] of late) {
      this.#warnings.push(
        `${count} versions of the key ${name} are on the token of ${this.#region} and not in its newest backup: perhaps they were scheduled for deletion. They are ENABLED again, as the backup ${source.backup.id} has them.`,
      );
    }
  }

  #addVersion(
    passage: Passage,
    source: SealedSource,
    keys: ReadonlyMap<string, SurveyedKey>,
    entry: KeyVersionEntry,
    late: Map<string, number>,
  ): void {
    const sightings = keys.get(entry.keyId)?.sightings ?? [];
    const sighting = sightings.find(({ backup }) => backup.id === source.backup.id);
    if (sighting === undefined) throw new Error(`the verified backup has a version of no key: ${entry.id}`);
    const version = restoredKeyVersion(passage, entry, sighting.entry);
    if (this.#catalog.keyVersions.get(version.id) !== undefined) return;
    this.#catalog.keyVersions.insert(version);
    this.#catalog.pendingChanges.add(this.#run.id, 'keyVersion', version.id, 'ENABLED');
    this.#keyVersionCount += 1;
    if (sighting !== sightings[0]) {
      const name = `${sighting.entry.displayName} (${version.keyId})`;
      late.set(name, (late.get(name) ?? 0) + 1);
    }
  }

  /** A record whose OCID is derived from one of the other region's came from there, whichever backup it was made of. */
  #linkToOrigin({ passage, vaultId, keys }: SurveyedVault): void {
    if (passage.sourceRegion === passage.region) return;
    const { vaults, keys: keyStore } = this.#catalog;
    this.#catalog.transaction(() => {
      const vault = vaults.get(ocidHere(passage, vaultId));
      if (vault !== undefined && vault.restoredFromVaultId === undefined) {
        vaults.update(vault.id, { restoredFromVaultId: vaultId });
      }
      for (const sourceId of keys.keys()) {
        const key = keyStore.get(ocidHere(passage, sourceId));
        if (key !== undefined && key.restoredFromKeyId === undefined) {
          keyStore.update(key.id, { restoredFromKeyId: sourceId });
        }
      }
    });
  }

  /** What backups have and the token has not. Of another region's vaults only those that were restored here. */
  #tellMissing({ passage, vaultId, sightings, keys }: SurveyedVault): void {
    const isOwn = passage.sourceRegion === passage.region;
    const vault = this.#catalog.vaults.get(ocidHere(passage, vaultId));
    if (vault === undefined && !isOwn) return;
    for (const [sourceId, { missing, missingIn, sightings: seen }] of keys) {
      if (missing.size === 0) continue;
      this.#restorable.push({
        region: this.#region,
        vaultName: sightings[0]?.entry.displayName ?? '',
        vaultId: ocidHere(passage, vaultId),
        keyName: seen[0]?.entry.displayName ?? '',
        keyId: ocidHere(passage, sourceId),
        keyVersionCount: missing.size,
        backupIds: [...missingIn],
      });
    }
  }
}

/**
 * The backup that name, tags, state and current version of a key come from: the newest whose current version is on the
 * token. In another region than the backup's own, the newest that is on the token as a whole is the one restored last.
 */
function bestSighting(
  { sourceRegion, region }: Passage,
  { sightings }: SurveyedKey,
): KeySighting | undefined {
  const whole =
    sourceRegion === region
      ? undefined
      : sightings.find(({ missingCount, hasCurrent }) => missingCount === 0 && hasCurrent);
  return (
    whole ??
    sightings.find(({ hasCurrent }) => hasCurrent) ??
    sightings.find(({ presentCount }) => presentCount > 0)
  );
}
