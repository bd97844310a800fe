import { describe, expect, it } from 'vitest';
import { flawOfTag, rowsOfTags, tagsOfRows } from '../../../../../renderer/features/records/tag-rows.ts';
import type { TagRow } from '../../../../../renderer/features/records/tag-rows.ts';

const row = (id: number, namespace: string, name: string, value = ''): TagRow => ({
  id,
  namespace,
  name,
  value,
});

describe('tags as they are edited', () => {
  it('come back as they were, free-form and defined ones', () => {
    const tags = {
      freeformTags: { stage: 'production', __proto__of: 'x' },
      definedTags: { cost: { centre: '4711' }, audit: { owner: 'anna', kind: '' } },
    };
    const rows = rowsOfTags(tags);
    expect(rows.map(({ namespace, name }) => `${namespace}.${name}`)).toEqual([
      '.__proto__of',
      '.stage',
      'audit.kind',
      'audit.owner',
      'cost.centre',
    ]);
    expect(tagsOfRows(rows)).toEqual(tags);
  });

  it('without anything in them are none, and take the last tag away', () => {
    expect(tagsOfRows([row(0, '', '')])).toEqual({ freeformTags: {}, definedTags: {} });
    expect(flawOfTag(row(0, '', ''), [])).toBeUndefined();
  });

  it('keep a name that objects have by themselves', () => {
    expect(Object.keys(tagsOfRows([row(0, '', '__proto__', 'x')]).freeformTags)).toEqual(['__proto__']);
  });

  it.each([
    ['no name', row(0, 'cost', ''), 'A tag needs a name.'],
    ['a value alone', row(0, '', '', 'x'), 'A tag needs a name.'],
    ['a long name', row(0, '', 'n'.repeat(101)), 'A name has 100 characters at the most.'],
    ['a long namespace', row(0, 'n'.repeat(101), 'n'), 'A namespace has 100 characters at the most.'],
    ['a long value', row(0, '', 'n', 'v'.repeat(257)), 'A value has 256 characters at the most.'],
  ])('with %s are marked', (_what, flawed, words) => {
    expect(flawOfTag(flawed, [flawed])).toBe(words);
  });

  it('of one name twice are marked, unless their namespaces differ', () => {
    const rows = [row(0, '', 'stage'), row(1, '', 'stage'), row(2, 'cost', 'stage')];
    expect(rows.map((each) => flawOfTag(each, rows) !== undefined)).toEqual([true, true, false]);
  });
});
