import { describe, expect, it } from 'vitest';
import { idsNamed, proposedStatements } from '../../../main/access/proposed-statements.ts';
import { DEEPEST_CONDITION, parsePolicyStatement } from '../../../shared/domain/policy-statement.ts';
import { LONGEST_STATEMENT } from '../../../shared/domain/policy-tokens.ts';
import { LONDON, ocidOf } from '../../support/catalog-fixture.ts';

const vault = ocidOf('vault', 'v');
const key = ocidOf('key', 'k');
const newVault = ocidOf('vault', 'v', LONDON);
const newKey = ocidOf('key', 'k', LONDON);
const idMap = new Map([
  [vault, newVault],
  [key, newKey],
]);
const START = 'Allow group A to manage key-family in compartment Payments where';

const propose = (...statements: string[]) =>
  proposedStatements([{ id: 'the id', name: 'the name', statements }], idMap);

describe('rule R41: statements about what was restored elsewhere', () => {
  it('are proposed anew beside the old ones, and nothing else is', () => {
    const statement = `${START} any {target.vault.id='${vault.toUpperCase()}', target.key.id = '${key}'}`;
    expect(
      propose('Allow any-user to read keys in tenancy', statement, `${START} target.vault.id = 'x'`),
    ).toEqual([
      {
        policyId: 'the id',
        policyName: 'the name',
        statement,
        proposedStatement: `${START} any {target.vault.id = '${newVault}', target.key.id = '${newKey}'}`,
        change: 'ADD',
      },
    ]);
  });

  it('also those with a pattern around an OCID', () => {
    expect(propose(`${START} target.key.id = /${key}*/`)[0]?.proposedStatement).toBe(
      `${START} target.key.id = /${newKey}*/`,
    );
  });

  it('that exclude something are replaced, for what stands beside could not exclude the restored one', () => {
    const [only] = propose(`${START} target.vault.id != '${vault}'`);
    expect(only).toMatchObject({
      change: 'REPLACE',
      proposedStatement: `${START} all {target.vault.id != '${vault}', target.vault.id != '${newVault}'}`,
    });
    const [mixed] = propose(
      `${START} all {target.vault.id = '${vault}', target.key.id != '${key}', any {target.key.id != '${key}', target.bucket.name = 'b'}}`,
    );
    expect(mixed?.proposedStatement).toBe(
      `${START} all {any {target.vault.id = '${vault}', target.vault.id = '${newVault}'}, target.key.id != '${key}', target.key.id != '${newKey}', any {all {target.key.id != '${key}', target.key.id != '${newKey}'}, target.bucket.name = 'b'}}`,
    );
  });

  it('are proposed once: what was done is not proposed again', () => {
    for (const text of [
      `${START} target.vault.id = '${vault}'`,
      `${START} target.vault.id != '${vault}'`,
      `${START} any {target.vault.id != '${vault}', target.key.id = '${key}'}`,
      `${START} all {target.vault.id != '${vault}', any {target.key.id = '${key}', target.bucket.name = 'b'}}`,
    ]) {
      const [proposal] = propose(text);
      const after =
        proposal?.change === 'ADD' ? [text, proposal.proposedStatement] : [proposal?.proposedStatement];
      expect(propose(...after.map(String))).toEqual([]);
    }
  });

  it('that would grow too long or too deep must be written by hand, and the others are proposed all the same', () => {
    const deepest = `${START} ${'any {'.repeat(DEEPEST_CONDITION)}target.vault.id != '${vault}'${'}'.repeat(DEEPEST_CONDITION)}`;
    const part = `target.vault.id != '${vault}'`;
    const count = Math.floor((LONGEST_STATEMENT - START.length - 10) / (part.length + 2));
    const longest = `${START} all {${Array<string>(count).fill(part).join(', ')}}`;
    expect(parsePolicyStatement(deepest)).toBeDefined();
    expect(parsePolicyStatement(longest)).toBeDefined();
    const proposals = propose(deepest, longest, `${START} target.vault.id = '${vault}'`);
    expect(proposals.map(({ change }) => change)).toEqual(['BY_HAND', 'BY_HAND', 'ADD']);
    expect(proposals[0]).not.toHaveProperty('proposedStatement');
  });

  it('a statement that cannot be read is left alone', () => {
    expect(propose(`Permit ${vault}`)).toEqual([]);
    expect(
      idsNamed([{ statements: [`Permit ${vault}`, `${START} target.vault.id = '${vault.toUpperCase()}'`] }]),
    ).toEqual(new Set([vault]));
  });
});
