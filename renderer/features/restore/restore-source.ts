import type { BackupCopy } from '../../../shared/domain/backup.ts';
import type { Request } from '../../client.ts';
import type { ScreenParams } from '../../screens.tsx';

type BackupLocation = Request<'backup.inspect'>['backupLocation'];

/** Where the backup is that is to be restored. */
export type RestoreSource =
  | {
      readonly kind: 'bucket';
      readonly bucketName: string;
      readonly objectName: string;
      /** Region of the bucket. */
      readonly bucketRegion: string | undefined;
    }
  | { readonly kind: 'file'; readonly path: string }
  /** Whoever has the URL may read the object: it is kept in the page's memory only, never in the location. */
  | { readonly kind: 'uri'; readonly uri: string; readonly caFile: string | undefined };

export function locationOf(source: RestoreSource): BackupLocation {
  switch (source.kind) {
    case 'bucket':
      return { destination: 'BUCKET', bucketName: source.bucketName, objectName: source.objectName };
    case 'file':
      return { destination: 'OFFLINE_FILE', file: source.path };
    case 'uri':
      return {
        destination: 'PRE_AUTHENTICATED_REQUEST_URI',
        uri: source.uri,
        ...(source.caFile === undefined ? {} : { caFile: source.caFile }),
      };
  }
}

export function sourceInWords(source: RestoreSource): string {
  switch (source.kind) {
    case 'bucket':
      return `${source.objectName} in bucket ${source.bucketName}${source.bucketRegion === undefined ? '' : ` (${source.bucketRegion})`}`;
    case 'file':
      return source.path;
    case 'uri':
      return `an object behind a pre-authenticated URL of ${hostOf(source.uri)}`;
  }
}

/** What of a source may stand in the location, so that a reload or a sign-in comes back to it. */
export function paramsOf(source: RestoreSource | undefined): ScreenParams {
  if (source === undefined || source.kind === 'uri') return {};
  if (source.kind === 'file') return { file: source.path };
  return {
    bucket: source.bucketName,
    object: source.objectName,
    ...(source.bucketRegion === undefined ? {} : { bucketRegion: source.bucketRegion }),
  };
}

export function sourceFromParams(params: ScreenParams): RestoreSource | undefined {
  const { file, bucket, object, bucketRegion } = params;
  if (file !== undefined && file !== '') return { kind: 'file', path: file };
  if (bucket === undefined || object === undefined) return undefined;
  return { kind: 'bucket', bucketName: bucket, objectName: object, bucketRegion };
}

/** A copy that the catalog knows, as a source; one behind a URL needs the URL, which the catalog does not keep. */
export function sourceOfCopy({
  place,
  region,
}: Pick<BackupCopy, 'place' | 'region'>): RestoreSource | undefined {
  if (place.kind === 'file') return { kind: 'file', path: place.path };
  if (place.kind === 'uri') return undefined;
  return { kind: 'bucket', bucketName: place.bucketName, objectName: place.objectName, bucketRegion: region };
}

function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).host : 'an unknown host';
}
