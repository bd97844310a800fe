import { parsePolicyStatement } from '../../shared/domain/policy-statement.ts';
import type { PolicyStatement } from '../../shared/domain/policy-statement.ts';
import { PolicySyntaxError } from '../../shared/domain/policy-tokens.ts';

/** More statements than any home has; a home that has more parses some of them again. */
const MOST_KEPT = 10_000;

/** Statements by their text: a policy is parsed once, not at every decision. */
export class StatementCache {
  readonly #parsed = new Map<string, PolicyStatement | undefined>();

  /** @returns undefined for a text that is no statement: it allows nothing. */
  parse(text: string): PolicyStatement | undefined {
    const known = this.#parsed.get(text);
    if (known !== undefined || this.#parsed.has(text)) return known;
    if (this.#parsed.size >= MOST_KEPT) this.#parsed.clear();
    const parsed = parse(text);
    this.#parsed.set(text, parsed);
    return parsed;
  }
}

function parse(text: string): PolicyStatement | undefined {
  try {
    return parsePolicyStatement(text);
  } catch (thrown) {
    if (thrown instanceof PolicySyntaxError) return undefined;
    throw thrown;
  }
}
