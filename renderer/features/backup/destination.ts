import type { BackupDestination } from '../../../shared/contract/fields.ts';
import { preAuthenticatedUriSchema } from '../../../shared/domain/pre-authenticated-uri.ts';

export type DestinationKind = BackupDestination['destination'];

/** A destination as it is typed. Kept by the journey and nowhere else: the URL is a secret (rule R23). */
export interface DestinationDraft {
  readonly kind: DestinationKind;
  readonly bucketName: string | undefined;
  readonly file: string;
  readonly uri: string;
  readonly caFile: string;
}

export const NEW_DESTINATION: DestinationDraft = {
  kind: 'BUCKET',
  bucketName: undefined,
  file: '',
  uri: '',
  caFile: '',
};

/** What is wrong with the URL, in words; an empty one is no flaw yet. */
export function flawOfUri(uri: string): string | undefined {
  if (uri === '') return undefined;
  const parsed = preAuthenticatedUriSchema.safeParse(uri);
  return parsed.success ? undefined : `The URL ${parsed.error.issues[0]?.message ?? 'is not right'}.`;
}

/** The destination as a backup is given it; undefined while something is missing or wrong. */
export function destinationOf(draft: DestinationDraft): BackupDestination | undefined {
  switch (draft.kind) {
    case 'BUCKET':
      return draft.bucketName === undefined
        ? undefined
        : { destination: 'BUCKET', bucketName: draft.bucketName };
    case 'OFFLINE_FILE':
      return draft.file === '' ? undefined : { destination: 'OFFLINE_FILE', file: draft.file };
    case 'PRE_AUTHENTICATED_REQUEST_URI':
      if (draft.uri === '' || flawOfUri(draft.uri) !== undefined) return undefined;
      return {
        destination: 'PRE_AUTHENTICATED_REQUEST_URI',
        uri: draft.uri,
        ...(draft.caFile === '' ? {} : { caFile: draft.caFile }),
      };
  }
}

/** What is missing, beside a button that cannot be pressed. */
export function missingOf({ kind, uri }: DestinationDraft): string {
  switch (kind) {
    case 'BUCKET':
      return 'Choose a bucket, or create one.';
    case 'OFFLINE_FILE':
      return 'Choose where the file goes.';
    case 'PRE_AUTHENTICATED_REQUEST_URI':
      return uri === '' ? 'Enter the URL.' : 'Put the URL right.';
  }
}

/** Where it goes, for people. Of a URL only the host: the rest is a secret. */
export function destinationInWords(destination: BackupDestination): string {
  switch (destination.destination) {
    case 'BUCKET':
      return `Bucket ${destination.bucketName}`;
    case 'OFFLINE_FILE':
      return `File ${destination.file}`;
    case 'PRE_AUTHENTICATED_REQUEST_URI':
      return `Pre-authenticated URL at ${new URL(destination.uri).host}`;
  }
}

/** What happens before there is progress to tell: the destination is tried, and the token logged in to. */
export function startingInWords(kind: DestinationKind): string {
  const pin = 'A window may ask for the token’s PIN.';
  if (kind !== 'PRE_AUTHENTICATED_REQUEST_URI') return `Starting. ${pin}`;
  return `Reaching the server; one that does not answer is tried again for half a minute. ${pin}`;
}
