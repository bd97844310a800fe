/** Bundles out/main, out/preload and out/renderer, or those that are named, whether the sources have changed or not. */
import { bundle } from './set-up/bundle.mjs';
import { runAsProgram } from './set-up/report.mjs';

const names = process.argv.slice(2);
runAsProgram(() => bundle(names.length === 0 ? undefined : names));
