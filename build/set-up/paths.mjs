import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Node in the version that package-lock.json names: what everything here runs on after the set-up. */
export const pinnedNode = join(root, 'node_modules/.bin/node');
