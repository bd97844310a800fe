import { preAuthenticatedUriSchema } from '../../../shared/domain/pre-authenticated-uri.ts';
import type { ScreenParams } from '../../screens.tsx';
import { sourceFromParams } from './restore-source.ts';
import type { RestoreSource } from './restore-source.ts';

/** How a backup is named: by the catalog's copies, an object of a bucket, a file, or a URL. */
export type Way = 'catalog' | 'bucket' | 'file' | 'uri';

/** What was chosen on each way, so that looking at another one loses nothing. */
export interface SourceDraft {
  readonly way: Way | undefined;
  readonly backupId: string | undefined;
  /** The copy of that backup. */
  readonly copy: RestoreSource | undefined;
  readonly bucketName: string | undefined;
  readonly bucketRegion: string | undefined;
  readonly objectName: string | undefined;
  readonly file: string;
  readonly uri: string;
  readonly caFile: string;
}

export function draftFromParams(params: ScreenParams, hasRealm: boolean): SourceDraft {
  const source = sourceFromParams(params);
  const empty: SourceDraft = {
    way: hasRealm ? undefined : 'file',
    backupId: undefined,
    copy: undefined,
    bucketName: undefined,
    bucketRegion: undefined,
    objectName: undefined,
    file: '',
    uri: '',
    caFile: '',
  };
  if (source?.kind === 'file') return { ...empty, way: 'file', file: source.path };
  if (source?.kind === 'bucket') {
    const { bucketName, bucketRegion, objectName } = source;
    return { ...empty, way: 'bucket', bucketName, bucketRegion, objectName };
  }
  if (params['backupId'] !== undefined) return { ...empty, way: 'catalog', backupId: params['backupId'] };
  return empty;
}

/** The source that the draft names; undefined while something is missing or does not fit. */
export function sourceOf(draft: SourceDraft): RestoreSource | undefined {
  switch (draft.way) {
    case 'catalog':
      return draft.copy;
    case 'bucket':
      return draft.bucketName === undefined || draft.objectName === undefined
        ? undefined
        : {
            kind: 'bucket',
            bucketName: draft.bucketName,
            objectName: draft.objectName,
            bucketRegion: draft.bucketRegion,
          };
    case 'file':
      return draft.file.trim() === '' ? undefined : { kind: 'file', path: draft.file.trim() };
    case 'uri':
      return uriFlaw(draft.uri) !== undefined || draft.uri === ''
        ? undefined
        : { kind: 'uri', uri: draft.uri, caFile: draft.caFile === '' ? undefined : draft.caFile };
    case undefined:
      return undefined;
  }
}

/** What is wrong with a URL, in words; undefined for a fit one, and for none yet. */
export function uriFlaw(uri: string): string | undefined {
  if (uri === '') return undefined;
  const parsed = preAuthenticatedUriSchema.safeParse(uri);
  return parsed.success ? undefined : `The URL ${parsed.error.issues[0]?.message ?? 'does not fit'}.`;
}

/** What is missing of the draft, in words. */
export function missingOf(draft: SourceDraft): string {
  switch (draft.way) {
    case undefined:
      return 'Choose where the backup is.';
    case 'catalog':
      return draft.backupId === undefined ? 'Choose a backup.' : 'Choose a copy of it.';
    case 'bucket':
      return draft.bucketName === undefined ? 'Choose a bucket.' : 'Choose an object.';
    case 'file':
      return 'Choose the file.';
    case 'uri':
      return 'Enter the URL.';
  }
}
