/**
 * What is printed may come from files made elsewhere: backup headers, labels of tokens, names of objects. A control
 * character in it could move the cursor, recolour or retitle the terminal, or forge a line of a plan; characters that
 * turn the writing direction could make one name read as another (rule R74).
 */
const DANGEROUS = String.raw`\p{Cc}\p{Cf}\u2028\u2029`;
const DANGEROUS_CHARACTERS = new RegExp(`[${DANGEROUS}]`, 'gu');
const PEM_BLOCK = /^-----BEGIN [A-Z ]+-----\n[A-Za-z0-9+/=\n]+-----END [A-Z ]+-----\n?$/;

/** One line of text that a terminal shows as it is: every dangerous character stands as its escape, such as `\u001b`. */
export function neutralise(text: string): string {
  return text.replace(DANGEROUS_CHARACTERS, escapeCharacter);
}

/** Like neutralise, for messages of several lines that become one. */
export function neutraliseMessage(text: string): string {
  return neutralise(text.replace(/\s*[\r\n]+\s*/g, ' '));
}

/** Like neutralise, but PEM keeps its line breaks: nothing in its alphabet can do harm. */
export function neutraliseBlock(text: string): string {
  return PEM_BLOCK.test(text) ? text.trimEnd() : neutralise(text);
}

/**
 * A JSON document, two spaces a level, newline at the end. JSON.stringify leaves DEL, C1 and direction controls as they
 * are; escaped they mean the same to a parser and nothing to a terminal.
 */
export function jsonDocument(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(DANGEROUS_CHARACTERS, (character) => (character === '\n' ? character : escapeCharacter(character)))}\n`;
}

/** Breaks text between words into lines of at most `width`; a longer word, such as an OCID, stays whole. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

/** `- text`, wrapped, with the following lines under the first word. */
export function bulletLines(text: string, width: number, indent = '  '): string[] {
  return wrapWords(neutraliseMessage(text), Math.max(20, width - indent.length - 2)).map(
    (line, index) => `${indent}${index === 0 ? '-' : ' '} ${line}`,
  );
}

/** Lines under a title. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? line : `  ${line}`));
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
