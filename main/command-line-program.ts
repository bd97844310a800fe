import { app } from 'electron';
import { lazyStrongroom } from './cli/lazy-strongroom.ts';
import { runOnNode } from './cli/on-node.ts';
import { launchInUtilityProcess } from './window/launch-in-utility-process.ts';

/**
 * The command line of the installed program: Electron's main process without any window. The program cannot be its own Node
 * there (the fuse RunAsNode is off), so that what runs is always the program as it was packaged.
 */
export function startCommandLineProgram(words: readonly string[]): void {
  // Signals are the command's own: the first stops its work in order, and only then may the program go.
  app.on('before-quit', (event) => {
    event.preventDefault();
  });
  // The command line takes no screen, no browser profile and no notice of a second start: those are the window's.
  app
    .whenReady()
    .then(() => runOnNode(words, lazyStrongroom(launchInUtilityProcess)))
    .then(
      (exitCode) => {
        app.exit(exitCode);
      },
      (failure: unknown) => {
        const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
        process.stderr.write(`Strongroom met a fault of its own: ${text}\n`);
        app.exit(1);
      },
    );
}
