/** Bundles out/main, whether the sources have changed or not. */
import { bundle } from './set-up/bundle.mjs';
import { runAsProgram } from './set-up/report.mjs';

runAsProgram(bundle);
