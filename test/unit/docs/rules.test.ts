import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGE = resolve(import.meta.dirname, '../../../docs/rules.md');

/** The rules that there are. One that is added here must be proven, and so must one that the page names. */
const RULES = [
  ...[1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25, 26, 30, 31],
  ...[40, 41, 42, 43, 44, 45, 46, 47, 48, 50, 51, 52, 60, 61, 62, 63, 70, 71, 72, 73, 74],
].map((number) => `R${number}`);

const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (R\d+) +\|.*\|(?<proof>[^|]*)\|$/gm)].map(
  (row) => ({
    rule: row[1] ?? '',
    files: [...(row.groups?.['proof'] ?? '').matchAll(/\]\(([^)]+)\)/g)].map((link) =>
      resolve(PAGE, '..', link[1] ?? ''),
    ),
  }),
);

it('docs/rules.md lists every rule once', () => {
  expect(rows.map((row) => row.rule)).toEqual(RULES);
});

describe.each(rows)('docs/rules.md, rule $rule', ({ rule, files }) => {
  it('names tests that cite it', () => {
    expect(files).not.toEqual([]);
    for (const file of files) {
      const titles = readFileSync(file, 'utf8').match(/['"`][^'"`\n]*\brules?\b[^'"`\n]*['"`]/gi) ?? [];
      const cited = titles.some((title) => new RegExp(`\\b${rule}\\b`).test(title));
      expect({ file, cited }).toEqual({ file, cited: true });
    }
  });
});
