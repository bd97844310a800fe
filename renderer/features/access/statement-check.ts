import { parsePolicyStatement } from '../../../shared/domain/policy-statement.ts';
import { PolicySyntaxError } from '../../../shared/domain/policy-tokens.ts';

/** What is wrong with one statement of an editor, and where. */
export interface StatementFlaw {
  /** Counted from 1, as people do. */
  readonly statementNumber: number;
  readonly statement: string;
  /** From 0: where in the statement. */
  readonly position: number;
  readonly message: string;
}

/** The statements of an editor: one a line, lines without one left out. */
export function statementsOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Every statement that is none, by the very parser that decides later (docs/policies.md). */
export function flawsOf(text: string): readonly StatementFlaw[] {
  return statementsOf(text).flatMap((statement, index) => {
    try {
      parsePolicyStatement(statement);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof PolicySyntaxError)) throw thrown;
      return [{ statementNumber: index + 1, statement, position: thrown.position, message: thrown.message }];
    }
  });
}
