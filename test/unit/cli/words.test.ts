import { describe, expect, it } from 'vitest';
import { bytesInWords, durationInWords, fieldInWords, timeInWords } from '../../../main/cli/words.ts';

describe('words', () => {
  it('fields', () => {
    expect(
      ['lifecycleState', 'sha256', 'isUserPinSet', 'keyVersionCount', 'previousBackupSha256'].map(
        fieldInWords,
      ),
    ).toEqual(['State', 'SHA-256', 'User PIN set', 'Key version count', 'Previous backup SHA-256']);
  });

  it('sizes', () => {
    expect([0, 1, 999, 1000, 1_234_567, 999_960, 5e12].map(bytesInWords)).toEqual([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1.0 kB (1,000 bytes)',
      '1.2 MB (1,234,567 bytes)',
      '1.0 MB (999,960 bytes)',
      '5.0 TB (5,000,000,000,000 bytes)',
    ]);
  });

  it('durations', () => {
    expect([0, 1000, 12_000, 180_000, 7_200_000].map(durationInWords)).toEqual([
      'less than a second',
      '1 second',
      '12 seconds',
      'about 3 minutes',
      'about 2 hours',
    ]);
  });

  it('times, local and UTC, with the UTC day where it is another one', () => {
    const zone = process.env['TZ'];
    try {
      process.env['TZ'] = 'Europe/Berlin';
      expect(timeInWords('2026-11-24T08:13:22.123Z')).toBe('2026-11-24 09:13:22 (UTC 08:13:22)');
      expect(timeInWords('2026-11-24T23:30:00.000Z')).toBe('2026-11-25 00:30:00 (UTC 2026-11-24 23:30:00)');
      process.env['TZ'] = 'UTC';
      expect(timeInWords('2026-11-24T08:13:22.123Z')).toBe('2026-11-24 08:13:22 UTC');
      expect(timeInWords('no time')).toBe('no time');
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});
