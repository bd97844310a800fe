import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the program was started with, or is asked for by a second start. */
export interface ProgramArguments {
  /** Open a realm to practise in. */
  readonly isPractice: boolean;
  /** The home's folder, absolute; undefined: the user's own. */
  readonly home: string | undefined;
  /** Absolute path of a sealed backup to open. */
  readonly file: string | undefined;
}

/**
 * @param isFolderNamed the first word that is no switch is the program's own folder: Electron as it comes from npm.
 * @param words what was typed after the program's name. Chromium's own switches stand among them and are passed over; the
 * home is therefore named with an equals sign.
 * @param homeVariable value of STRONGROOM_HOME.
 */
export function readProgramArguments(
  words: readonly string[],
  {
    isFolderNamed,
    currentFolder,
    homeVariable,
  }: { isFolderNamed: boolean; currentFolder: string; homeVariable: string | undefined },
): ProgramArguments {
  const { values, positionals } = parseArgs({
    args: words.filter((word) => word !== '--'),
    options: { practice: { type: 'boolean' }, home: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  const home = typeof values.home === 'string' ? values.home : homeVariable;
  const file = positionals
    .slice(isFolderNamed ? 1 : 0)
    .map(pathOf)
    .find((path) => path !== undefined);
  return {
    isPractice: values.practice === true,
    home: home === undefined || home === '' ? undefined : absolute(home, currentFolder),
    file: file === undefined ? undefined : absolute(file, currentFolder),
  };
}

/** The path that a word is: as it stands, or of a file: URL, which is how desktops name a file that is double-clicked. */
function pathOf(word: string): string | undefined {
  if (word === '') return undefined;
  if (!/^[a-z][a-z0-9+.-]+:/i.test(word)) return word;
  if (!/^file:/i.test(word)) return undefined;
  try {
    return fileURLToPath(word);
  } catch {
    // Another machine's, or none that could be a path.
    return undefined;
  }
}

function absolute(path: string, currentFolder: string): string {
  return isAbsolute(path) ? path : resolve(currentFolder, path);
}
