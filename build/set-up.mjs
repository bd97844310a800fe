/**
 * Makes a fresh checkout on a fresh machine ready to run, and does nothing, quickly, where it is ready already.
 * Runs before everything else, on whatever Node the machine has from version 20 on: plain JavaScript, no packages.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBundle, ensureCommandLink } from './set-up/bundle.mjs';
import { ensureDependencies, needsCompiler } from './set-up/dependencies.mjs';
import { ensureMachine, missingLibraries, missingTestTools } from './set-up/machine.mjs';
import { pinnedNode, root } from './set-up/paths.mjs';
import { runAsProgram, SetUpFailure } from './set-up/report.mjs';

/** Raise it when the set-up does something new that machines which are set up lack. */
const SET_UP_VERSION = 1;
const OLDEST_NODE = 20;
const STAMP = join(root, 'node_modules/.strongroom-set-up');

/** What only tests need is asked for by `npm test`, and by nothing else. */
const needsTestTools = process.argv.includes('--with-test-tools');

runAsProgram(setUp);

function setUp() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new SetUpFailure(`Node ${String(OLDEST_NODE)} or newer is needed; this is ${process.version}.`, {
      exitCode: 2,
    });
  }
  if (!isInstalled()) {
    ensureMachine({ needsCompiler: needsCompiler(), needsTestTools });
    ensureDependencies();
    writeFileSync(STAMP, stamp());
  }
  ensureCommandLink();
  ensureBundle();
}

/** The machine and node_modules were made ready for this very lock file, and what matters is still there. */
function isInstalled() {
  return (
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === stamp() &&
    existsSync(pinnedNode) &&
    missingLibraries().length === 0 &&
    (!needsTestTools || missingTestTools().length === 0)
  );
}

function stamp() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  return `${String(SET_UP_VERSION)} ${process.platform} ${process.arch} ${lock}\n`;
}
