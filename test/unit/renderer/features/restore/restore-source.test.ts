import { describe, expect, it } from 'vitest';
import {
  locationOf,
  paramsOf,
  sourceFromParams,
  sourceInWords,
  sourceOfCopy,
} from '../../../../../renderer/features/restore/restore-source.ts';
import type { RestoreSource } from '../../../../../renderer/features/restore/restore-source.ts';
import {
  draftFromParams,
  missingOf,
  sourceOf,
  uriFlaw,
} from '../../../../../renderer/features/restore/source-draft.ts';

const bucket: RestoreSource = {
  kind: 'bucket',
  bucketName: 'fra',
  objectName: 'vault-backup',
  bucketRegion: 'eu-frankfurt-1',
};
const SECRET = 'https://storage.example.org/p/a-secret/n/realm/b/backups/o/vault';
const uri: RestoreSource = { kind: 'uri', uri: SECRET, caFile: undefined };

describe('where a backup is that is to be restored', () => {
  it.each([bucket, { kind: 'file', path: '/media/stick/vault sealed & more' } as const])(
    'rule R60: a reload of the window finds it again: $kind',
    (source) => {
      expect(sourceFromParams(paramsOf(source))).toEqual(source);
      expect(sourceOf(draftFromParams(paramsOf(source), true))).toEqual(source);
    },
  );

  it('rule R40: a pre-authenticated URL is a secret: neither the location nor words for people have it', () => {
    expect(paramsOf(uri)).toEqual({});
    expect(sourceInWords(uri)).not.toContain('a-secret');
    expect(sourceInWords(uri)).toContain('storage.example.org');
    expect(locationOf(uri)).toEqual({ destination: 'PRE_AUTHENTICATED_REQUEST_URI', uri: SECRET });
  });

  it('rule R40: a URL is told what is wrong with it before it is used', () => {
    expect(uriFlaw('')).toBeUndefined();
    expect(uriFlaw(SECRET)).toBeUndefined();
    expect(uriFlaw('http://storage.example.org/o/vault')).toContain('https');
    const draft = { ...draftFromParams({}, true), way: 'uri' as const };
    expect(sourceOf({ ...draft, uri: 'http://x/o/vault' })).toBeUndefined();
    expect(sourceOf({ ...draft, uri: SECRET, caFile: '/ca.pem' })).toEqual({ ...uri, caFile: '/ca.pem' });
  });

  it('rule R40: a home without a realm begins with a file', () => {
    expect(draftFromParams({}, false).way).toBe('file');
    expect(draftFromParams({}, true).way).toBeUndefined();
    expect(missingOf(draftFromParams({}, false))).toBe('Choose the file.');
  });

  it('what was chosen on another way is not the source', () => {
    const draft = draftFromParams(paramsOf(bucket), true);
    expect(sourceOf({ ...draft, way: 'file' })).toBeUndefined();
    expect(sourceOf({ ...draft, way: 'catalog' })).toBeUndefined();
    expect(sourceOf({ ...draft, way: 'bucket' })).toEqual(bucket);
  });

  it('rule R30: a copy behind a URL cannot be read without the URL', () => {
    const place = { kind: 'uri', host: 'storage.example.org', uriSha256: 'a'.repeat(64) } as const;
    expect(sourceOfCopy({ place, region: undefined })).toBeUndefined();
    expect(
      sourceOfCopy({
        place: { kind: 'bucket', bucketName: 'fra', objectName: 'vault-backup' },
        region: 'eu-frankfurt-1',
      }),
    ).toEqual(bucket);
  });
});
