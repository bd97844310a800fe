/**
 * Runs the static checks side by side: one line for each with its time, then the output of those that failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root } from './set-up/paths.mjs';

/**
 * Folders with a tsconfig.json of their own: pages know the DOM and not Node, the main side the other way round, and tests of
 * pages both. That of test/e2e looks at test/smoke and test/unit/renderer too.
 */
const PROJECTS = ['.', ...['preload', 'renderer', 'test/e2e'].filter(hasSources)];

const folders = ['main', 'preload', 'renderer', 'shared', 'test'].filter((folder) =>
  existsSync(join(root, folder)),
);
const cache = join(root, 'node_modules/.cache/strongroom');

const CHECKS = [
  {
    name: 'format',
    tool: 'prettier/bin/prettier.cjs',
    arguments: [
      '--check',
      '.',
      '--log-level=warn',
      '--cache',
      '--cache-location',
      join(cache, 'prettier.json'),
    ],
  },
  { name: 'lint', tool: 'eslint/bin/eslint.js', arguments: ['.', '--max-warnings=0'] },
  ...PROJECTS.map((folder) => ({
    name: folder === '.' ? 'types' : `types of ${folder}`,
    tool: 'typescript/bin/tsc',
    arguments: [
      '-p',
      folder,
      '--incremental',
      '--tsBuildInfoFile',
      join(cache, `types-${folder.replaceAll(/\W/g, '-')}.json`),
    ],
  })),
  {
    name: 'rooms',
    tool: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    arguments: ['--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...folders],
  },
];

if (!existsSync(pinnedNode)) {
  process.stderr.write('Strongroom is not set up yet. Run "npm run setup", then try again.\n');
  process.exit(2);
}

const results = await Promise.all(CHECKS.map(runCheck));
for (const { name, output } of results.filter((result) => !result.passed)) {
  process.stdout.write(`\n--- ${name} ---\n${output.trim()}\n`);
}
process.exitCode = results.every((result) => result.passed) ? 0 : 1;

function hasSources(folder) {
  return (
    existsSync(join(root, folder)) &&
    readdirSync(join(root, folder), { recursive: true }).some((name) => /\.tsx?$/.test(name))
  );
}

function runCheck({ name, tool, arguments: argumentList }) {
  const started = performance.now();
  const child = spawn(pinnedNode, [join(root, 'node_modules', tool), ...argumentList], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ name, passed: false, output: error.message }));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const passed = code === 0;
      process.stdout.write(`${name.padEnd(28)}${passed ? 'passed' : 'FAILED'}${seconds.padStart(7)} s\n`);
      resolve({ name, passed, output });
    });
  });
}
