import { describe, expect, it } from 'vitest';
import {
  areAllWords,
  exchangeName,
  inGroups,
  sideOf,
  wordCount,
  wordsOf,
} from '../../../../../renderer/features/enrolment/exchange.ts';

const WORDS = 'zoo able cat dog egg fan gap hat ice jar key lamp';

describe('what passes between the sides of an enrolment (rule R3)', () => {
  it.each([WORDS, WORDS.toUpperCase(), WORDS.replaceAll(' ', ', '), `\n ${WORDS.replaceAll(' ', '\n')} `])(
    'hears twelve words however they are typed: %j',
    (typed) => {
      expect(wordsOf(typed).join(' ')).toBe(WORDS);
      expect(areAllWords(typed)).toBe(true);
    },
  );

  it('does not take eleven or thirteen words for twelve', () => {
    expect(areAllWords(WORDS.slice(0, WORDS.lastIndexOf(' ')))).toBe(false);
    expect(areAllWords(`${WORDS} more`)).toBe(false);
    expect(wordCount('zoo able')).toBe('2 of 12 words');
    expect(wordCount('')).toBe('0 of 12 words');
  });

  it('names files so that a second try is another file', () => {
    const first = exchangeName('request', 'eu-zurich-1', new Date('2026-11-24T12:00:00.000Z'));
    expect(first).toBe('enrolment-eu-zurich-1-20261124120000-request.json');
    expect(exchangeName('request', 'eu-zurich-1', new Date('2026-11-24T12:00:01.000Z'))).not.toBe(first);
    expect(exchangeName('grant', '', new Date(0))).toBe('enrolment-region-19700101000000-grant.json');
  });

  it('groups check values for reading them out, and loses nothing of them', () => {
    expect(inGroups('00112233445566778899aabbccddeeff')).toBe('0011 2233 4455 6677 8899 aabb ccdd eeff');
    expect(inGroups('')).toBe('');
  });

  it('knows the four parts, and takes no other word for one', () => {
    expect(['both', 'ask', 'grant', 'accept', 'constructor', undefined].map(sideOf)).toEqual([
      'both',
      'ask',
      'grant',
      'accept',
      undefined,
      undefined,
    ]);
  });
});
