import { describe, expect, it } from 'vitest';
import {
  absoluteTime,
  bytesInWords,
  constantInWords,
  countOf,
  inWindowWords,
  relativeTime,
  shortOcid,
  timeLeftInWords,
} from '../../../../renderer/components/words.ts';

describe('words of the window', () => {
  it("leave the command line's words out of main's sentences, and no other brackets", () => {
    for (const [ofMain, ofWindow] of [
      ['Enrol a second token (region enrol-request).', 'Enrol a second token.'],
      ['Make one (recovery-kit create) and confirm it (recovery-kit confirm).', 'Make one and confirm it.'],
      ['Use another home (--home DIR), or detach it (region detach).', 'Use another home, or detach it.'],
      [
        'Use another copy (backup list shows them), or look (backup list, key restore).',
        'Use another copy, or look.',
      ],
      ['Frankfurt (main site) and zrh (Zurich).', 'Frankfurt (main site) and zrh (Zurich).'],
      ['Look at its state (get): it may be so already.', 'Look at its state: it may be so already.'],
      ['Name that certificate with --ca-file. Else not.', 'Name that certificate. Else not.'],
      ['Say who you are with --operator NAME (or STRONGROOM_OPERATOR).', 'Say who you are.'],
      ['To lose it for good, say so with --is-delete-last-copy true.', 'To lose it for good, say so.'],
      ['Name it: --display-name, --freeform-tags or --defined-tags.', 'Name it.'],
      [
        'Name an attached region, or a token by --module and --token-label.',
        'Name an attached region, or a token.',
      ],
      ['Use an empty token, or leave --module out.', 'Use an empty token, or leave the module out.'],
      ['Use --region eu-zurich-1.', 'Use the region eu-zurich-1.'],
      ['See strongroom vault backup --help.', 'Put it right, then try again.'],
    ] as const) {
      expect(inWindowWords(ofMain)).toBe(ofWindow);
    }
  });

  it("call states in main's sentences what the window calls them, and leave names alone", () => {
    for (const [ofMain, ofWindow] of [
      [
        'It is PENDING_DELETION; only ENABLED and DISABLED keys are backed up.',
        'It is scheduled for deletion; only enabled and disabled keys are backed up.',
      ],
      [
        'The vault DEFAULT is BACKUP_IN_PROGRESS; updating it needs it ACTIVE.',
        'The vault DEFAULT is being backed up; updating it needs it active.',
      ],
      ['SOFTWARE keys have no backup; only HSM keys do.', 'Software keys have no backup; only HSM keys do.'],
      ['Lost: 2 SOFTWARE keys.', 'Lost: 2 software keys.'],
      ['Create a VIRTUAL_PRIVATE vault.', 'Create a virtual private vault.'],
    ] as const) {
      expect(inWindowWords(ofMain)).toBe(ofWindow);
    }
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
