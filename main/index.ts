import { launchedWords } from './cli/launched-words.ts';

/**
 * The entry of the installed program: the window, or the command line where the launcher says so. Nothing that takes time is
 * awaited here, because Electron is not ready before this module is.
 */
const words = launchedWords(process.argv);
if (words === undefined) {
  const { startWindowProgram } = await import('./window-program.ts');
  startWindowProgram();
} else {
  const { startCommandLineProgram } = await import('./command-line-program.ts');
  startCommandLineProgram(words);
}
