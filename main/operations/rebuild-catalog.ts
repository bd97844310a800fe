import { join } from 'node:path';
import type { RefusedFile, RestorableKey } from '../../shared/contract/media.ts';
import { objectNameSchema } from '../../shared/domain/bucket.ts';
import type { Bucket } from '../../shared/domain/bucket.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Region } from '../../shared/domain/realm.ts';
import { readMarker } from '../storage/bucket-marker.ts';
import { realFolder } from '../storage/bucket-place.ts';
import { openFolderBucket } from '../storage/folder-bucket.ts';
import type { FolderBucket } from '../storage/folder-bucket.ts';
import { listFolder, openMediaFolder } from '../storage/media-folder.ts';
import { attachedRegion } from './attached-region.ts';
import { chainWarningsOf } from './backup-chain.ts';
import { lookIntoFolder, manifestWarnings } from './look-at-medium.ts';
import { bucketOcid } from './new-ocid.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { rebuildRegion } from './rebuild-region.ts';
import type { RegionRebuild } from './rebuild-region.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';
import { takeInBackups } from './take-in-backups.ts';
import type { CandidateFile } from './take-in-backups.ts';

/** What no backup holds, whatever else is found. */
const NOT_IN_BACKUPS = [
  'Work requests and their logs, the audit log, operators, groups, policies, approvals and limits are in no backup. They begin anew.',
  'Secrets and SOFTWARE keys are in no backup.',
  'Names, tags and states are those of the newest backup: what was changed after it is not known. Vaults, keys and key versions that were scheduled for deletion, disabled versions of keys, and all that was made after the newest backup are not back.',
  'Of backups themselves: what was left out and why, and the work request that made them. Of buckets: their compartment; they are in the tenancy now.',
];

/** Percent when every backup has been verified. */
const VERIFIED_AT = 60;

/**
 * Makes the catalog anew from what lies in buckets and on media, and from what the attached tokens hold (rule R31): bucket
 * records, backups with their copies and coverage, then per region compartments, vaults, keys and key versions. It adds,
 * and changes nothing that the catalog knows: done twice it does nothing more.
 */
export const rebuildCatalog: OperationHandler<'backup.rebuild-catalog'> = async (context, request) => {
  const { catalog } = context;
  const realm = catalog.realm.require();
  const regions = regionsOf(context, request.region);
  const [first] = regions;
  if (first === undefined) throw new Error('no region is attached');
  const locations = await lookAtLocations(context, request.location);
  const sessions = new Map(regions.map(({ regionId }) => [regionId, context.openRegion(regionId)]));
  const sessionOf = async (regionId: string) => {
    const session = await sessions.get(regionId);
    if (session === undefined) throw new Error(`no session for ${regionId}`);
    return session;
  };
  // Every login comes before the first change: a PIN that is wrong stops it here.
  for (const { regionId } of regions) await sessionOf(regionId);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'REBUILD_CATALOG',
      resources: [],
      // As for a restore: what is found on a token must still be so when it is recorded.
      locks: regions.map(({ regionId }) => regionId),
      intent: { locations: request.location, depth: request.depth },
      undo: (id) => {
        catalog.pendingChanges.undo(id);
      },
    },
    async (run) => {
      const buckets = recordBuckets(context, locations, realm);
      const taken = await takeInBackups(
        catalog,
        run,
        locations.flatMap(({ files }) => files),
        {
          token: sealingTokenOf(await sessionOf(first.regionId)),
          depth: request.depth,
          until: VERIFIED_AT,
          now: context.now,
        },
      );
      const sources = [...taken.sound.values()].map(({ backup, file }) => ({
        backup,
        open: () => file.open(),
      }));
      const rebuilt: RegionRebuild[] = [];
      for (const [index, { regionId }] of regions.entries()) {
        const onProgress = (share: number, activity: string): void => {
          const percent = VERIFIED_AT + ((index + share) / regions.length) * (99 - VERIFIED_AT);
          run.progress(percent, 100, activity);
        };
        rebuilt.push(
          await rebuildRegion(catalog, run, regionId, await sessionOf(regionId), sources, onProgress),
        );
      }
      const refused = [...taken.refused, ...locations.flatMap(({ missing }) => missing)];
      run.log(
        `${taken.imported.length} backups imported, ${taken.alreadyKnown.length} known already, ${refused.length} files refused.`,
      );
      for (const { counts } of rebuilt) {
        run.log(
          `${counts.region}: ${counts.vaultCount} vaults, ${counts.keyCount} keys and ${counts.keyVersionCount} key versions came back.`,
        );
      }
      run.commit(() => {
        catalog.pendingChanges.apply(run.id);
      });
      return {
        buckets,
        imported: taken.imported,
        alreadyKnown: taken.alreadyKnown,
        refused,
        ignoredFileCount: taken.ignoredCount,
        compartmentCount: rebuilt.reduce((sum, { compartmentCount }) => sum + compartmentCount, 0),
        regions: rebuilt.map(({ counts }) => counts),
        restorable: rebuilt.flatMap(({ restorable }): readonly RestorableKey[] => restorable),
        warnings: [
          ...locations.flatMap(({ warnings }) => warnings),
          ...taken.warnings,
          ...rebuilt.flatMap(({ warnings }) => warnings),
          ...chainWarningsOf(
            catalog,
            sources.map(({ backup }) => backup),
          ),
        ],
      };
    },
    context.onProgress,
  );
  return {
    workRequestId,
    ...result,
    isComplete: result.refused.length === 0,
    notInBackups: NOT_IN_BACKUPS,
  };
};

function regionsOf(context: OperationContext, regionId: string | undefined): Region[] {
  const regions = context.catalog.regions.list();
  return regionId === undefined && regions.length > 1 ? regions : [attachedRegion(context, regionId)];
}

/** A place to rebuild from, looked at before anything is changed. */
interface Location {
  readonly path: string;
  readonly bucket: FolderBucket | undefined;
  readonly files: readonly CandidateFile[];
  readonly missing: readonly RefusedFile[];
  readonly warnings: readonly string[];
}

/** @throws what cannot be looked at, before anything was changed: NotAuthorizedOrNotFound, InvalidParameter, Conflict */
async function lookAtLocations(context: OperationContext, paths: readonly string[]): Promise<Location[]> {
  const realm = context.catalog.realm.require();
  const locations = new Map<string, Location>();
  const buckets = new Map<string, string>();
  for (const each of paths) {
    const path = await realFolder(each);
    if (locations.has(path)) continue;
    const marker = await readMarker(path);
    if (marker === undefined) {
      const medium = await lookIntoFolder(await openMediaFolder(path));
      const { files, missing } = medium;
      const warnings = manifestWarnings(medium, realm.realmId).map((warning) => `${path}: ${warning}`);
      locations.set(path, { path, bucket: undefined, files, missing, warnings });
      continue;
    }
    const bucket = await openFolderBucket({ location: path, name: marker.name, region: marker.region });
    const name = `${bucket.region} ${bucket.name}`;
    requireOneFolder(bucket, path, buckets.get(name) ?? locationOf(context, bucket));
    buckets.set(name, path);
    const files = await objectsOf(bucket);
    locations.set(path, { path, bucket, files, missing: [], warnings: [] });
  }
  return [...locations.values()];
}

function locationOf({ catalog }: OperationContext, { region, name }: FolderBucket): string | undefined {
  return catalog.buckets.getByName(region, name)?.location;
}

function requireOneFolder(bucket: FolderBucket, path: string, other: string | undefined): void {
  if (other === undefined || other === path) return;
  throw new StrongroomError(
    'Conflict',
    `${path} says that it is the bucket ${bucket.name} of ${bucket.region}, and so does ${other}.`,
    'One of them is a copy of the other. Name the one that is in use; import the other, without its marker, as a medium (backup import).',
    { reason: 'BucketKnownElsewhere' },
  );
}

async function objectsOf(bucket: FolderBucket): Promise<CandidateFile[]> {
  const found = (await listFolder(bucket.location)).filter(
    // What has no object's name is none, and what is no ordinary file is not either.
    ({ name, isFile, size }) => isFile && size > 0 && objectNameSchema.safeParse(name).success,
  );
  return found.map((file) => ({
    path: join(bucket.location, file.name),
    found: file,
    place: { kind: 'bucket', bucketName: bucket.name, objectName: file.name },
    region: bucket.region,
    open: () => bucket.open(file.name),
  }));
}

function recordBuckets(
  { catalog }: OperationContext,
  locations: readonly Location[],
  realm: { readonly realmId: string; readonly tenancyId: string },
) {
  return locations.flatMap(({ bucket }) => {
    if (bucket === undefined) return [];
    const { name, region, location, timeCreated } = bucket;
    const isNew = catalog.buckets.getByName(region, name) === undefined;
    if (isNew) {
      const record: Bucket = {
        id: bucketOcid(realm.realmId, bucket),
        namespace: realm.realmId,
        name,
        compartmentId: realm.tenancyId,
        kind: 'folder',
        region,
        location,
        timeCreated,
      };
      catalog.buckets.insert(record);
    }
    return [{ name, region, location, isNew }];
  });
}
