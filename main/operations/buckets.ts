import { StrongroomError } from '../../shared/domain/errors.ts';
import type { BucketRecord } from '../catalog/bucket-store.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { createFolderBucket, openFolderBucket } from '../storage/folder-bucket.ts';
import type { FolderBucket } from '../storage/folder-bucket.ts';
import { attachedRegion } from './attached-region.ts';
import { requireWithinLimits } from './limits.ts';
import { bucketOcid } from './new-ocid.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

export const createBucket: OperationHandler<'bucket.create'> = async (context, request) => {
  const { catalog } = context;
  const realm = catalog.realm.require();
  const region = attachedRegion(context, request.region);
  const compartment = catalog.compartments.require(request.compartmentId ?? realm.tenancyId);
  if (catalog.buckets.getByName(region.regionId, request.name) !== undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrResourceAlreadyExists',
      `Region ${region.regionId} already has a bucket ${request.name}.`,
      'Choose another name; bucket list shows those in use.',
      { reason: 'BucketNameTaken' },
    );
  }
  requireWithinLimits(context, { region: region.regionId, additions: { buckets: 1 } });
  const folder = await createFolderBucket({
    location: request.location,
    name: request.name,
    region: region.regionId,
  });
  const bucket: BucketRecord = {
    id: bucketOcid(realm.realmId, folder),
    namespace: realm.realmId,
    name: request.name,
    compartmentId: compartment.id,
    kind: 'folder',
    region: region.regionId,
    location: folder.location,
    timeCreated: folder.timeCreated,
  };
  catalog.transaction(() => {
    requireWithinLimits(context, { region: region.regionId, additions: { buckets: 1 } });
    catalog.buckets.insert(bucket);
  });
  return bucket;
};

export const listBuckets: OperationHandler<'bucket.list'> = (context, request) =>
  Promise.resolve({ data: context.catalog.buckets.list(request) });

export const getBucket: OperationHandler<'bucket.get'> = (context, request) =>
  Promise.resolve(requireBucket(context, request.bucketName, request.region));

export const listObjects: OperationHandler<'object.list'> = async (context, request) => {
  const bucket = await openBucket(requireBucket(context, request.bucketName, request.region));
  return { data: await Array.fromAsync(bucket.list()) };
};

/** A bucket by its name; the region may be left out where the name is in one region only. */
export function requireBucket(
  context: OperationContext,
  name: string,
  region: string | undefined,
): BucketRecord {
  return findBucket(context.catalog, name, region);
}

export function findBucket(catalog: Catalog, name: string, region: string | undefined): BucketRecord {
  const named = catalog.buckets.list({ region }).filter((bucket) => bucket.name === name);
  const [bucket] = named;
  if (bucket === undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `There is no bucket ${name}${region === undefined ? '' : ` in region ${region}`}.`,
      'Look with bucket list, or create it (bucket create).',
      { reason: 'BucketNotFound' },
    );
  }
  if (named.length > 1) {
    throw new StrongroomError(
      'MissingParameter',
      `Several regions have a bucket ${name}: ${named.map((other) => other.region).join(', ')}.`,
      'Say which with --region.',
    );
  }
  return bucket;
}

/** The bucket of this name in a region, else the only one of this name. */
export function findBucketNear(catalog: Catalog, name: string, region: string | undefined): BucketRecord {
  return (
    (region === undefined ? undefined : catalog.buckets.getByName(region, name)) ??
    findBucket(catalog, name, undefined)
  );
}

export function openBucket(bucket: BucketRecord): Promise<FolderBucket> {
  return openFolderBucket({ location: bucket.location, name: bucket.name, region: bucket.region });
}
