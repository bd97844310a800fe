import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PERMISSIONS_BY_RESOURCE_TYPE, POLICY_VERBS } from '../../../shared/domain/permission.ts';
import { parsePolicyStatement, POLICY_VARIABLES } from '../../../shared/domain/policy-statement.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/policies.md'), 'utf8');

/** What stands in backquotes in each cell of the row that begins with this. */
function rowOf(name: string): string[][] | undefined {
  const line = page.split('\n').find((one) => one.startsWith(`| \`${name}\` `));
  return line
    ?.split('|')
    .slice(2, -1)
    .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
}

describe('docs/policies.md', () => {
  it('has the permissions of every resource type', () => {
    for (const [type, row] of Object.entries(PERMISSIONS_BY_RESOURCE_TYPE)) {
      expect(rowOf(type), type).toEqual(POLICY_VERBS.map((verb) => [...row[verb]]));
    }
  });

  it('has every variable, and examples that are understood', () => {
    for (const variable of POLICY_VARIABLES) expect(page).toContain(`\`${variable}\``);
    const examples = [...page.matchAll(/```policy\n([^`]+)```/g)].flatMap(([, text = '']) =>
      text.trim().split('\n'),
    );
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) expect(() => parsePolicyStatement(example)).not.toThrow();
  });
});
