import { describe, expect, it } from 'vitest';
import {
  destinationInWords,
  destinationOf,
  flawOfUri,
  missingOf,
  NEW_DESTINATION,
} from '../../../../../renderer/features/backup/destination.ts';
import { backupDestinationSchema } from '../../../../../shared/contract/fields.ts';

const secret = 'https://store.example/p/secret/n/ns/b/bucket/o/payments.backup';

describe('rule R23: where a backup goes', () => {
  it.each([
    ['BUCKET', { bucketName: 'offsite' }, 'Bucket offsite'],
    ['OFFLINE_FILE', { file: '/media/stick/payments' }, 'File /media/stick/payments'],
    ['PRE_AUTHENTICATED_REQUEST_URI', { uri: secret }, 'Pre-authenticated URL at store.example'],
    [
      'PRE_AUTHENTICATED_REQUEST_URI',
      { uri: secret, caFile: '/ca.pem' },
      'Pre-authenticated URL at store.example',
    ],
  ] as const)('%s: as the contract wants it, in words without a secret', (kind, typed, words) => {
    const destination = destinationOf({ ...NEW_DESTINATION, kind, ...typed });
    expect(backupDestinationSchema.parse(destination)).toEqual(destination);
    expect(destination && destinationInWords(destination)).toBe(words);
  });

  it.each(['BUCKET', 'OFFLINE_FILE', 'PRE_AUTHENTICATED_REQUEST_URI'] as const)(
    '%s: is none until it is complete, and says what is missing',
    (kind) => {
      // What was typed for another way does not count.
      const draft = { ...NEW_DESTINATION, kind, caFile: '/ca.pem' };
      expect(destinationOf(draft)).toBeUndefined();
      expect(missingOf(draft)).toMatch(/^(Choose|Enter) /);
    },
  );

  it.each([
    'http://store.example/o/x',
    'https://user@store.example/o/x',
    'https://store.example/o/',
    'store.example',
  ])('a URL such as %s is marked, and is no destination', (uri) => {
    const draft = { ...NEW_DESTINATION, kind: 'PRE_AUTHENTICATED_REQUEST_URI' as const, uri };
    expect(flawOfUri(uri)).toMatch(/^The URL must /);
    expect(destinationOf(draft)).toBeUndefined();
    expect(missingOf(draft)).toBe('Put the URL right.');
  });

  it('a URL that is not typed yet is not marked', () => {
    expect(flawOfUri('')).toBeUndefined();
  });
});
