import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryIndex } from '../../../main/sealing/entry-index.ts';
import { flipBit } from '../../support/sealed-backup-mutation.ts';

const anyIds = fc.uniqueArray(fc.stringMatching(/^[a-z0-9.]{1,40}$/), { minLength: 1, maxLength: 60 });
const kinds = ['compartment', 'vault', 'key', 'keyVersion'] as const;

function indexOf(listed: readonly string[]): EntryIndex {
  const index = new EntryIndex();
  listed.forEach((id, number) => {
    index.add({ id, kind: kinds[number % 4] ?? 'key' }, 4 + number * 100, Buffer.from(id));
  });
  index.finish();
  return index;
}

describe('the index of the entries (SEALED-BACKUP 6)', () => {
  it('finds every entry, and nothing else, when made and when read back', () => {
    fc.assert(
      fc.property(anyIds, fc.stringMatching(/^[A-Z]{1,3}$/), (listed, stranger) => {
        const made = indexOf(listed);
        for (const index of [made, EntryIndex.parse(made.bytes, listed.length)]) {
          listed.forEach((id, number) => {
            expect(index.find(id)).toEqual({
              kind: kinds[number % 4],
              offset: 4 + number * 100,
              length: id.length,
              sha256: hash('sha256', id, 'buffer'),
            });
          });
          expect(index.find(stranger)).toBeUndefined();
        }
      }),
    );
  });

  it('is the same bytes whatever the order in which the entries came', () => {
    const entries = ['b', 'aa', 'a', 'ab', 'c'].map((id, number) => ({ id, number }));
    const made = (order: typeof entries) => {
      const index = new EntryIndex();
      for (const { id, number } of order) index.add({ id, kind: 'key' }, number, Buffer.from(id));
      index.finish();
      return Buffer.from(index.bytes);
    };
    expect(made(entries.toReversed())).toEqual(made(entries));
    const rows = made(entries);
    const ids: string[] = [];
    for (let at = 0; at < rows.length; at += 42 + rows.readUInt8(at)) {
      ids.push(rows.toString('latin1', at + 1, at + 1 + rows.readUInt8(at)));
    }
    expect(ids).toEqual(['a', 'aa', 'ab', 'b', 'c']);
  });

  it('refuses two entries of one id', () => {
    expect(() => indexOf(['b', 'a', 'b'])).toThrow('Two entries have the id b.');
  });

  it('refuses rows that are cut, too many, too few, or out of order', () => {
    const bytes = Buffer.from(indexOf(['a', 'b']).bytes);
    const [first, second] = [bytes.subarray(0, 43), bytes.subarray(43)];
    const refused = { reason: 'IndexMismatch' };
    const attempts: [Buffer, number][] = [
      [bytes.subarray(0, -1), 2],
      [bytes, 1],
      [bytes, 3],
      [Buffer.concat([second, first]), 2],
      [Buffer.concat([first, first]), 2],
      [Buffer.alloc(0), 1],
    ];
    for (const [rows, count] of attempts) {
      expect(() => EntryIndex.parse(rows, count)).toThrow(expect.objectContaining(refused));
    }
    const unknownKind = EntryIndex.parse(flipBit(bytes, 2, 7), 2);
    expect(() => unknownKind.find('a')).toThrow(expect.objectContaining(refused));
  });
});
