import { describe, expect, it } from 'vitest';
import { placesInWords } from '../../../../../renderer/features/backups/copies-by-place.ts';
import {
  copiesInWords,
  depthInWords,
  placeInWords,
} from '../../../../../renderer/features/backups/place-in-words.ts';
import { targetInWords } from '../../../../../renderer/features/backups/target-in-words.ts';
import type { BackupCopy, BackupPlace } from '../../../../../shared/domain/backup.ts';

const FRA = 'eu-frankfurt-1';
const bucket: BackupPlace = { kind: 'bucket', bucketName: 'offsite', objectName: 'payments' };
const file: BackupPlace = { kind: 'file', path: '/media/stick/payments' };
const uri: BackupPlace = { kind: 'uri', host: 'store.example', uriSha256: '0'.repeat(64) };
const copyAt = (place: BackupPlace, region?: string): BackupCopy => ({
  backupId: 'backup',
  ...(region === undefined ? {} : { region }),
  place,
  etag: '0'.repeat(64),
  size: 1,
  timeCreated: '2026-11-24T08:00:00.000Z',
});

describe('copies in words', () => {
  it('by place', () => {
    expect([bucket, file, uri].map(placeInWords)).toEqual([
      'Bucket offsite',
      'File /media/stick/payments',
      'Pre-authenticated URL at store.example',
    ]);
    expect(placesInWords([])).toBe('No copy is known');
    expect(
      placesInWords([copyAt(file), copyAt(bucket, FRA), copyAt(bucket, FRA), copyAt(bucket, 'eu-zurich-1')]),
    ).toBe('eu-frankfurt-1 (2), eu-zurich-1, 1 file');
    expect(placesInWords([copyAt(uri), copyAt(uri)])).toBe('2 URLs');
  });

  it('as coverage counts them', () => {
    const timeVerified = '2026-11-24T08:00:00.000Z';
    expect(copiesInWords([])).toBe('none');
    expect(
      copiesInWords([
        { medium: 'bucket', region: FRA, count: 1, timeVerified },
        { medium: 'file', count: 2, timeVerified },
      ]),
    ).toBe('eu-frankfurt-1 1 copy, files 2 copies');
  });

  it('that nobody has verified say so', () => {
    expect(depthInWords(undefined)).toBe('Not verified');
    expect(new Set((['structure', 'seal', 'keys'] as const).map(depthInWords)).size).toBe(3);
  });
});

it.each([
  [
    { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2 },
    'At most 7 days old, 2 verified copies, in 2 regions',
  ],
  [{ maximumAgeHours: 36, minimumCopies: 1, minimumRegions: 0 }, 'At most 36 hours old, 1 verified copy'],
])('rule R52: a target in words', (target, words) => {
  expect(targetInWords(target)).toBe(words);
});
