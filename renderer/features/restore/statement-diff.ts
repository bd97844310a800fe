/** A piece of a statement: in both texts, only in the old one, or only in the new one. */
export interface DiffPart {
  readonly kind: 'same' | 'old' | 'new';
  readonly text: string;
}

/** What changes from one policy statement to another, word by word; white space belongs to the word before it. */
export function diffOfStatements(old: string, proposed: string): DiffPart[] {
  const before = wordsOf(old);
  const after = wordsOf(proposed);
  const common = longestCommon(before, after);
  const parts: { kind: DiffPart['kind']; text: string }[] = [];
  const add = (kind: DiffPart['kind'], text: string | undefined): void => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text ?? '';
    else parts.push({ kind, text: text ?? '' });
  };
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      add('same', before[row]);
      row += 1;
      column += 1;
    } else if (
      column >= after.length ||
      (row < before.length && at(common, row + 1, column) >= at(common, row, column + 1))
    ) {
      add('old', before[row]);
      row += 1;
    } else {
      add('new', after[column]);
      column += 1;
    }
  }
  return parts;
}

/** OCIDs are one word each; brackets, commas and operators stand by themselves. */
function wordsOf(text: string): string[] {
  return text.match(/(?:[\w.@-]+|!=|[^\w\s])\s*|\s+/gu) ?? [];
}

/** How long the longest common run of words from each pair of positions is. A statement has some thousand words at the most. */
function longestCommon(before: readonly string[], after: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const cells = table[row];
      if (cells === undefined) continue;
      cells[column] =
        before[row] === after[column]
          ? at(table, row + 1, column + 1) + 1
          : Math.max(at(table, row + 1, column), at(table, row, column + 1));
    }
  }
  return table;
}

function at(table: readonly Uint16Array[], row: number, column: number): number {
  return table[row]?.[column] ?? 0;
}
