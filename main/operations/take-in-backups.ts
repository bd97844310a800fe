import type { Backup, BackupCopy, BackupPlace } from '../../shared/domain/backup.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { MediaManifestEntry } from '../../shared/domain/media-manifest.ts';
import type { RefusedFile, TakenInBackup } from '../../shared/contract/media.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { looksSealed } from '../sealing/inspect-sealed-backup.ts';
import type { SealingToken } from '../sealing/sealing-token.ts';
import { hashInName } from '../storage/hash-object.ts';
import type { FoundFile } from '../storage/media-folder.ts';
import type { ReadableObject } from '../storage/object-store.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { readSealedBackup } from './read-sealed-backup.ts';
import type { FoundBackup, FoundDepth } from './read-sealed-backup.ts';

/** A file that may be a sealed backup, and where the catalog says that it lies. */
export interface CandidateFile {
  /** For people: its path, or bucket and object. */
  readonly path: string;
  readonly found: FoundFile;
  readonly place: BackupPlace;
  /** Region of the bucket that it lies in; a file on a medium has none. */
  readonly region?: string;
  /** What a manifest says of it. */
  readonly listed?: MediaManifestEntry;
  /** Somebody said that it is a backup: if it is none, it is refused, not passed over. */
  readonly isMeant?: true;
  open(): Promise<ReadableObject>;
}

/** Where a copy lies, and since when. */
export interface CopyPlace extends Pick<BackupCopy, 'place' | 'timeCreated'> {
  readonly region?: string;
}

export interface TakenIn {
  readonly imported: TakenInBackup[];
  readonly alreadyKnown: TakenInBackup[];
  readonly refused: RefusedFile[];
  /** Files that are no sealed backups and that no manifest lists. */
  ignoredCount: number;
  readonly warnings: string[];
  /** Every backup that held, with the file it was read from: each once, wherever else it lies. */
  readonly sound: Map<string, { readonly backup: Backup; readonly file: CandidateFile }>;
}

export interface TakeInOptions {
  readonly token: SealingToken;
  readonly depth: FoundDepth;
  /** Percent of the work request when all files are done. */
  readonly until: number;
  /** What is done with a backup that held before the catalog knows it; answers where further copies are now. */
  readonly copyOn?: (file: CandidateFile, backup: Backup) => Promise<readonly CopyPlace[]>;
  readonly now: () => Date;
}

/**
 * Verifies files one by one and takes the backups among them into the catalog (rule R31), each in a transaction of its
 * own: what was taken in stays, whatever becomes of the rest. A file that does not hold is told with its reason and stops
 * no other; a token that fails stops the work, for nothing could be said of the files that follow.
 */
export async function takeInBackups(
  catalog: Catalog,
  run: WorkRequestRun,
  files: readonly CandidateFile[],
  options: TakeInOptions,
): Promise<TakenIn> {
  const taken: TakenIn = {
    imported: [],
    alreadyKnown: [],
    refused: [],
    ignoredCount: 0,
    warnings: [],
    sound: new Map(),
  };
  // Small files cost as well: each counts for a few kilobytes.
  const weightOf = (file: CandidateFile): number => file.found.size + 4096;
  const total = files.reduce((sum, file) => sum + weightOf(file), 0);
  let done = 0;
  for (const [index, file] of files.entries()) {
    run.signal.throwIfAborted();
    const weight = weightOf(file);
    const onProgress = (share: number, activity: string): void => {
      const percent = ((done + weight * share) / total) * options.until;
      run.progress(percent, 100, `File ${index + 1} of ${files.length}: ${activity}`);
    };
    onProgress(0, 'Opening');
    try {
      await takeInOne(catalog, run, file, options, taken, onProgress);
    } catch (thrown) {
      run.signal.throwIfAborted();
      taken.refused.push(refusedFile(file.path, thrown));
    }
    done += weight;
  }
  return taken;
}

async function takeInOne(
  catalog: Catalog,
  run: WorkRequestRun,
  file: CandidateFile,
  options: TakeInOptions,
  taken: TakenIn,
  onProgress: (share: number, activity: string) => void,
): Promise<void> {
  if (!file.found.isFile) throw notAFile();
  await using object = await file.open();
  const mustHold =
    file.listed !== undefined || file.isMeant === true || hashInName(file.found.name) !== undefined;
  if (!mustHold && !(await looksSealed(object))) {
    taken.ignoredCount += 1;
    return;
  }
  const found = await readSealedBackup(object, options.token, {
    depth: options.depth,
    onProgress,
    signal: run.signal,
  });
  const { backup } = found;
  requireNoOther(catalog, backup);
  const further = (await options.copyOn?.(file, backup)) ?? [];
  const {
    place,
    region,
    found: { timeModified: timeCreated },
  } = file;
  const here: CopyPlace = { place, timeCreated, ...(region === undefined ? {} : { region }) };
  const verification = { timeVerified: options.now().toISOString(), verifiedDepth: options.depth };
  const isNew = recordFound(catalog, found, [here, ...further], verification);
  if (isNew) run.addResource({ actionType: 'CREATED', entityType: 'backup', identifier: backup.id });
  (isNew ? taken.imported : taken.alreadyKnown).push(inWords(file, backup));
  if (!taken.sound.has(backup.id)) taken.sound.set(backup.id, { backup, file });
  if (file.listed !== undefined && file.listed.sha256 !== backup.sha256) {
    taken.warnings.push(
      `${file.path} is not what the manifest lists: its SHA-256 is another. It is an authentic backup of this realm all the same, ${backup.id}, and was taken in as that.`,
    );
  }
}

/** Backup, coverage and copies in one transaction. @returns whether the catalog did not know the backup. */
function recordFound(
  catalog: Catalog,
  { backup, materialIds }: FoundBackup,
  places: readonly CopyPlace[],
  verification: { readonly timeVerified: string; readonly verifiedDepth: FoundDepth },
): boolean {
  const copied = { backupId: backup.id, etag: backup.sha256, ...verification };
  return catalog.transaction(() => {
    // Asked again: another call may have made or taken in a backup while this one was verified.
    requireNoOther(catalog, backup);
    const isNew = catalog.backups.get(backup.id) === undefined;
    if (isNew) catalog.backups.insert(backup);
    catalog.backups.addCoverage(backup.id, materialIds);
    for (const place of places) {
      if (catalog.backupCopies.verified(place.place, place.region, copied)) continue;
      catalog.backupCopies.insert({ ...copied, ...place, size: backup.size });
    }
    return isNew;
  });
}

/** Two sealed objects with one backup's id: whoever sealed the second holds the realm keys. */
function requireNoOther(catalog: Catalog, { id, sha256 }: Backup): void {
  const known = catalog.backups.get(id);
  if (known === undefined || known.sha256 === sha256) return;
  throw new StrongroomError(
    'Conflict',
    `The catalog knows another backup with the id ${id}, of SHA-256 ${known.sha256}.`,
    'One of the two was not made by Strongroom, though whoever made it holds the realm keys. Keep both aside, and find out.',
    { reason: 'OtherBackupOfSameId' },
  );
}

function inWords(file: CandidateFile, backup: Backup): TakenInBackup {
  return {
    path: file.path,
    backupId: backup.id,
    kind: backup.kind,
    sourceRegion: backup.sourceRegion,
    sequence: backup.sequence,
    timeCreated: backup.timeCreated,
    keyVersionCount: backup.keyVersionCount,
  };
}

/** What stands in the result for a file that does not hold. @throws what was no fault of the file. */
function refusedFile(path: string, thrown: unknown): RefusedFile {
  const failure = toStrongroomError(thrown);
  const isOfTheFile =
    FILE_FAULTS.has(failure.code) ||
    (failure.reason?.startsWith('Storage') === true && failure.code !== 'InternalServerError');
  if (!isOfTheFile) throw thrown;
  return { path, reason: failure.reason ?? failure.code, message: `${failure.message} ${failure.next}` };
}

/** Codes of what a file can be refused with; a token's are others. What storage cannot do has reasons of its own. */
const FILE_FAULTS: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'NotAuthorizedOrNotFound',
  'NotAuthorizedOrResourceAlreadyExists',
  'Conflict',
  'NoEtagMatch',
]);

function notAFile(): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    'It is not an ordinary file.',
    'Links, pipes, sockets and devices on a medium are never read. Copy what it stands for, if you trust it.',
    { reason: 'NotAFile' },
  );
}
