/** The longest statement, in UTF-16 units: long enough for 30 OCIDs. */
export const LONGEST_STATEMENT = 4096;

/**
 * A statement that does not follow the grammar, or names what does not exist (docs/policies.md). The window shows it
 * while somebody types; operations turn it into a StrongroomError.
 */
export class PolicySyntaxError extends Error {
  /** Offset of the flaw in the statement, counted from 0 in UTF-16 units. */
  readonly position: number;
  /** What could stand there instead, in words; may be empty. */
  readonly expected: readonly string[];

  constructor(message: string, position: number, expected: readonly string[] = []) {
    super(message);
    this.name = 'PolicySyntaxError';
    this.position = position;
    this.expected = expected;
  }
}

/** One token and where it begins. `text` of a string or pattern is what stands between its quotes or slashes. */
export interface PolicyToken {
  readonly kind: 'word' | 'string' | 'pattern' | 'symbol' | 'end';
  readonly text: string;
  readonly position: number;
}

/** Keywords, names without quotes, variables, permissions and OCIDs. */
const WORD = /[\p{L}\p{N}\p{M}._@-]+/uy;
const SYMBOL = /!=|[{},=:]/y;
const WHITE_SPACE = /[ \t\r\n]*/y;
/** What could forge a terminal's output, or make two statements look alike, stands in no statement. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/uy;
/** A quote inside a string is written twice. */
const STRING_BODY = /(?:[^'\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|'')*/uy;
const PATTERN_BODY = /[^/\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*/uy;

/** Whether a name can stand in a statement as it is, without quotes; keywords aside. */
export function isPlainWord(text: string): boolean {
  WORD.lastIndex = 0;
  return WORD.exec(text)?.[0].length === text.length && text.length > 0;
}

/** Cuts a statement into tokens, one at a time from left to right, so that the first flaw is the one that is reported. */
export class PolicyTokens {
  readonly #text: string;
  #next: PolicyToken;

  /** @throws PolicySyntaxError */
  constructor(text: string) {
    if (text.length > LONGEST_STATEMENT) {
      throw new PolicySyntaxError(
        `A statement has ${LONGEST_STATEMENT} characters at the most; this one has ${text.length}.`,
        LONGEST_STATEMENT,
      );
    }
    this.#text = text;
    this.#next = this.#tokenAt(0);
  }

  /** The next token, which stays the next one. */
  peek(): PolicyToken {
    return this.#next;
  }

  /** Goes on by one token. @returns the one that was next. */
  take(): PolicyToken {
    const taken = this.#next;
    if (taken.kind !== 'end') this.#next = this.#tokenAt(this.#endOf(taken));
    return taken;
  }

  #endOf(token: PolicyToken): number {
    switch (token.kind) {
      case 'string':
        return token.position + token.text.replaceAll("'", "''").length + 2;
      case 'pattern':
        return token.position + token.text.length + 2;
      case 'word':
      case 'symbol':
      case 'end':
        return token.position + token.text.length;
    }
  }

  #tokenAt(offset: number): PolicyToken {
    const position = offset + (match(WHITE_SPACE, this.#text, offset)?.length ?? 0);
    if (position >= this.#text.length) return { kind: 'end', text: '', position };
    const word = match(WORD, this.#text, position);
    if (word !== undefined) return { kind: 'word', text: word, position };
    const symbol = match(SYMBOL, this.#text, position);
    if (symbol !== undefined) return { kind: 'symbol', text: symbol, position };
    const first = this.#text.charAt(position);
    if (first === "'") {
      const body = this.#enclosed(position, STRING_BODY, "'");
      return { kind: 'string', text: body.replaceAll("''", "'"), position };
    }
    if (first === '/')
      return { kind: 'pattern', text: this.#enclosed(position, PATTERN_BODY, '/'), position };
    throw this.#unreadable(position);
  }

  #enclosed(position: number, body: RegExp, closing: string): string {
    const text = match(body, this.#text, position + 1) ?? '';
    const end = position + 1 + text.length;
    if (this.#text.charAt(end) === closing) return text;
    if (end < this.#text.length) throw this.#unreadable(end);
    const what = closing === "'" ? 'string' : 'pattern';
    throw new PolicySyntaxError(`The ${what} that begins here has no end.`, position, [closing]);
  }

  #unreadable(position: number): PolicySyntaxError {
    if (match(FORBIDDEN, this.#text, position) !== undefined) {
      return new PolicySyntaxError('A control or invisible character stands here.', position);
    }
    const character = String.fromCodePoint(this.#text.codePointAt(position) ?? 0);
    const hint =
      character === '"' || character === '’' || character === '‘' ? " Strings stand in 'single quotes'." : '';
    return new PolicySyntaxError(`The character ${character} has no meaning here.${hint}`, position);
  }
}

/** What a sticky expression matches at an offset. */
function match(expression: RegExp, text: string, offset: number): string | undefined {
  expression.lastIndex = offset;
  return expression.exec(text)?.[0];
}
