import { describe, expect, it } from 'vitest';
import {
  absoluteTime,
  bytesInWords,
  constantInWords,
  countOf,
  relativeTime,
  shortOcid,
  timeLeftInWords,
  withoutCommands,
} from '../../../../renderer/components/words.ts';

describe('words of the window', () => {
  it("leave the command line's words out of main's sentences, and no other brackets", () => {
    expect(withoutCommands('Enrol a second token (region enrol-request).')).toBe('Enrol a second token.');
    expect(withoutCommands('Make one (recovery-kit create) and confirm it (recovery-kit confirm).')).toBe(
      'Make one and confirm it.',
    );
    expect(withoutCommands('Use another home (--home DIR), or detach it (region detach).')).toBe(
      'Use another home (--home DIR), or detach it.',
    );
    expect(withoutCommands('Use another copy (backup list shows them), or look (backup list, key restore).')).toBe(
      'Use another copy, or look.',
    );
    expect(withoutCommands('Frankfurt (main site) and zrh (Zurich).')).toBe(
      'Frankfurt (main site) and zrh (Zurich).',
    );
  });

  it('tell times in UTC and from now', () => {
    const now = new Date('2026-11-24T12:00:00.000Z');
    expect(absoluteTime('2026-11-24T14:38:59.000+02:00')).toBe('2026-11-24 12:38 UTC');
    expect(absoluteTime('never')).toBe('never');
    expect(relativeTime('2026-11-24T11:59:30.000Z', now)).toBe('just now');
    expect(relativeTime('2026-11-24T09:00:00.000Z', now)).toBe('3 hours ago');
    expect(relativeTime('2026-12-06T12:00:00.000Z', now)).toBe('next week');
    expect(relativeTime('2026-11-23T11:00:00.000Z', now)).toBe('yesterday');
  });

  it('tell what is left without false precision', () => {
    expect(timeLeftInWords(undefined)).toBeUndefined();
    expect(timeLeftInWords(2_000)).toBe('a few seconds left');
    expect(timeLeftInWords(41_000)).toBe('about 45 seconds left');
    expect(timeLeftInWords(95_000)).toBe('about 2 minutes left');
    expect(timeLeftInWords(7_200_000)).toBe('about 2 hours left');
  });

  it('count and measure', () => {
    expect(countOf(1, 'copy', 'copies')).toBe('1 copy');
    expect(countOf(10_000, 'key')).toBe('10,000 keys');
    expect(bytesInWords(1)).toBe('1 byte');
    expect(bytesInWords(1_468_006)).toBe('1.4 MiB');
    expect(bytesInWords(20 * 1024 ** 3)).toBe('20 GiB');
  });

  it('put constants and OCIDs in a form that people read', () => {
    expect(constantInWords('BACKUP_VAULT')).toBe('Backup vault');
    expect(shortOcid(`ocid1.vault.strongroom1.eu-frankfurt-1.abc.${'a'.repeat(52)}x7k2abcd`)).toBe(
      '…x7k2abcd',
    );
  });
});
