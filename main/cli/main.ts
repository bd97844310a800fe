import { lazyStrongroom } from './lazy-strongroom.ts';
import { runOnNode } from './on-node.ts';

/** The entry of the command line on Node: in a checkout. The installed program has main/command-line-program.ts. */
const exitCode = await runOnNode(process.argv.slice(2), lazyStrongroom());
// After a signal something may still be waited for; it was closed in order, and is not to be waited for.
if (exitCode >= 128) process.exit(exitCode);
process.exitCode = exitCode;
