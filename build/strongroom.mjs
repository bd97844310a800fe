#!/usr/bin/env node
/**
 * Starts the command line. Works whichever Node started it: below version 24 it hands over to the Node that the
 * set-up brought, because the native packages need that one. Runs on Node 20 itself, so plain JavaScript only.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const pinnedNode = join(root, 'node_modules/.bin/node');
const commandLine = join(root, 'out/main/command-line.js');

if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) {
  await start();
} else if (existsSync(pinnedNode) && process.execPath !== pinnedNode) {
  await handOver();
} else {
  refuse('Strongroom is not set up yet.');
}

async function start() {
  const { isBuildCurrent } = await import('./set-up/bundle.mjs');
  if (!existsSync(commandLine)) return refuse('Strongroom is not built yet.');
  if (!isBuildCurrent(['main'])) return refuse('The sources have changed since Strongroom was built.');
  await import(commandLine);
}

async function handOver() {
  const { spawn } = await import('node:child_process');
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: 'inherit' });
  // The terminal sends its own signals to both processes: this one only has to outlive the child.
  for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`Node of the set-up does not start: ${error.message}.`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse(sentence) {
  process.stderr.write(`${sentence}\nRun "npm run setup", then try again.\n`);
  process.exitCode = 2;
}
