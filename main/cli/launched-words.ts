/**
 * Set by the launcher of the installed package (build/package/linux/strongroom) before the words of a command. It decides,
 * and not the program, because Electron opens the display before it runs any of our code.
 */
export const COMMAND_LINE_SWITCH = '--command-line';

/**
 * The words of a command, where the installed program was started as the command line: `--command-line -- WORDS`, after
 * switches that are Electron's. Behind `--` neither Chromium nor Node takes a word for a switch of its own.
 * @param argv the program's path first.
 * @returns undefined: it was started as the window.
 */
export function launchedWords(argv: readonly string[]): string[] | undefined {
  const end = argv.indexOf('--');
  if (end === -1 || argv[end - 1] !== COMMAND_LINE_SWITCH) return undefined;
  return argv.slice(end + 1);
}
