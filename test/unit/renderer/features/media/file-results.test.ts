import { expect, it } from 'vitest';
import { fileResults } from '../../../../../renderer/features/media/file-results.ts';

it('rule R31: every file that was looked at is listed once, those that were refused first', () => {
  const backup = {
    backupId: 'backup',
    kind: 'KEY' as const,
    sourceRegion: 'eu-frankfurt-1',
    sequence: 3,
    timeCreated: '2026-11-24T00:00:00Z',
    keyVersionCount: 1,
  };
  const results = fileResults({
    imported: [{ ...backup, path: '/stick/one' }],
    alreadyKnown: [{ ...backup, kind: 'VAULT', path: 'E:\\two' }],
    refused: [{ path: '/stick/cut', reason: 'SealedBackupTruncated', message: 'It is cut.' }],
  });
  expect(results.map(({ outcome, name }) => [outcome, name])).toEqual([
    ['refused', 'cut'],
    ['imported', 'one'],
    ['known', 'two'],
  ]);
  expect(results[1]).toMatchObject({ what: 'A key’s backup, number 3 of eu-frankfurt-1, 1 key version' });
});
