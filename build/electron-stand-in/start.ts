/**
 * Started by dist/electron as `node start.ts LAUNCHER ARGUMENTS`: makes this process look like Electron's main process,
 * loads the app's main code unchanged, then starts the browser.
 */
import { createRequire, registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findApp } from './start/app-folder.ts';
// Reads process.execPath before it is changed below.
import './start/node-program.ts';

const [, , launcher = '', ...argumentList] = process.argv;
process.argv = [launcher, ...argumentList];
process.execPath = launcher;
Object.defineProperties(process, {
  type: { value: 'browser', enumerable: true },
  resourcesPath: { value: join(dirname(launcher), 'resources'), enumerable: true },
});
const require = createRequire(import.meta.url);
// The version of the package whose interface is imitated.
Object.defineProperty(process.versions, 'electron', {
  value: process.env['STRONGROOM_STAND_IN_VERSION'],
  enumerable: true,
});
delete process.env['STRONGROOM_STAND_IN_VERSION'];

const electronModule = new URL('./modules/electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    /^electron(\/main|\/common)?$/.test(specifier)
      ? { url: electronModule, format: 'module-typescript', shortCircuit: true }
      : nextResolve(specifier, context),
});

// After the lines above: these modules look at the process while they are loaded.
const { app } = await import('./modules/app.ts');
const { dialog } = await import('./modules/dialog.ts');

const { preloads, appArgument } = readArguments(argumentList);
const description = findApp(launcher, appArgument);
app.describe(description);
if (!description.isPackaged) Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });

process.on('uncaughtException', (error) => {
  // As in Electron: an error that main's code does not handle itself is shown, and ends nothing.
  if (process.listenerCount('uncaughtException') > 1) return;
  dialog.showErrorBox('A JavaScript error occurred in the main process', error.stack ?? error.message);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());

for (const preload of preloads) require(resolve(preload));

const patience = setTimeout(() => {
  process.stderr.write(
    'main has not finished loading for 10 seconds. A top-level await of app.whenReady() never ends, in Electron too.\n',
  );
}, 10_000);
try {
  await import(pathToFileURL(description.main).href);
} catch (error) {
  dialog.showErrorBox(
    'The main code of the app could not be loaded',
    String((error as Error).stack ?? error),
  );
  process.exit(1);
}
clearTimeout(patience);
await app.launch();

/** Electron's own part of the command line: `-r FILE` (Playwright's loader), and the app, the first that is no switch. */
function readArguments(given: readonly string[]): { preloads: string[]; appArgument: string | undefined } {
  const preloads: string[] = [];
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? '';
    if (argument === '-r' || argument === '--require') preloads.push(given[++index] ?? '');
    else if (!argument.startsWith('-')) return { preloads, appArgument: argument };
  }
  return { preloads, appArgument: undefined };
}
