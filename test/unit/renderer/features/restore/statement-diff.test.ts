import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffOfStatements } from '../../../../../renderer/features/restore/statement-diff.ts';

const textOf = (parts: ReturnType<typeof diffOfStatements>, without: 'old' | 'new'): string =>
  parts
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('');

describe('what changes in a policy statement', () => {
  it('rule R41: marks the OCID and nothing else', () => {
    const old = "Allow group Tellers to use keys in tenancy where target.key.id = 'ocid1.key.a.b.c'";
    const parts = diffOfStatements(old, old.replace('a.b.c', 'x.y.z'));
    expect(parts.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'old', text: 'ocid1.key.a.b.c' },
      { kind: 'new', text: 'ocid1.key.x.y.z' },
    ]);
  });

  it('of the same text says that all is the same', () => {
    expect(diffOfStatements('Allow any', 'Allow any')).toEqual([{ kind: 'same', text: 'Allow any' }]);
  });

  it('rule R41: both texts can be read from it, whatever they are', () => {
    const word = fc.constantFrom('Allow ', 'group', "'", 'ocid1.key.a', ' ', '!=', '{', ', ', 'ä', '\t', '');
    const statement = fc.array(word, { maxLength: 30 }).map((words) => words.join(''));
    fc.assert(
      fc.property(statement, statement, (old, proposed) => {
        const parts = diffOfStatements(old, proposed);
        expect(textOf(parts, 'new')).toBe(old);
        expect(textOf(parts, 'old')).toBe(proposed);
      }),
    );
  });
});
