import { expect, it } from 'vitest';
import { flawsOf, statementsOf } from '../../../../../renderer/features/access/statement-check.ts';

it('takes one statement a line and leaves empty lines out', () => {
  expect(
    statementsOf(
      '  Allow group A to read vaults in tenancy \n\n \nAllow any-user to inspect keys in tenancy',
    ),
  ).toEqual(['Allow group A to read vaults in tenancy', 'Allow any-user to inspect keys in tenancy']);
});

it('rule R62: marks each statement that is none, and where it goes wrong', () => {
  const text = 'Allow group A to read vaults in tenancy\nAllow group A to reed vaults in tenancy';
  const [flaw, ...others] = flawsOf(text);
  expect(others).toEqual([]);
  expect(flaw?.statementNumber).toBe(2);
  expect(flaw?.statement.slice(flaw.position)).toMatch(/^reed/);
});
