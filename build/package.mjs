/**
 * Builds the packages that this machine can build into dist, with their checksums and their bill of materials. With
 * Electron's binary at hand: release packages of this platform. Without: the deb and the tar.gz on the stand-in, which are for
 * the tests of packaging and marked as not for release. docs/release.md has the rest.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { makeStandInDist } from './package/stand-in-dist.mjs';
import { billOfMaterials } from './package/bill-of-materials.mjs';
import { thirdPartyNotices } from './package/third-party-notices.mjs';
import { electronHost } from './set-up/electron.mjs';
import { pinnedNode, root } from './set-up/paths.mjs';

const dist = join(root, 'dist');
const host = electronHost();
const environment = { ...process.env, SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? timeOfCommit() };
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
writeFileSync(join(root, 'out/third-party-notices.txt'), thirdPartyNotices());
electronBuilder(host.isStandIn ? standInPackages() : [`--config.electronDist=${host.folder}`]);
writeFileSync(join(dist, `strongroom-${version}.cdx.json`), billOfMaterials(environment.SOURCE_DATE_EPOCH));
tellSizesAndSums();

/** The command line of electron-builder for the two packages that the stand-in can be put into. */
function standInPackages() {
  const electronDist = join(root, 'out/stand-in-dist');
  makeStandInDist(electronDist);
  Object.assign(environment, {
    CUSTOM_FPM_PATH: join(root, 'build/package/tools/fpm.mjs'),
    ELECTRON_BUILDER_7ZIP_PATH: join(root, 'build/package/tools/7za.mjs'),
  });
  process.stderr.write("Electron's own binary is not here: these packages are for tests, not for release.\n");
  const configuration = join(root, 'out/electron-builder.stand-in.json');
  writeFileSync(configuration, JSON.stringify(standInConfiguration(electronDist)));
  return ['--linux', 'deb', 'tar.gz', '--config', configuration];
}

/** electron-builder.yml, and what is different about a package that is not for release. */
function standInConfiguration(electronDist) {
  const configuration = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
  const name = 'strongroom-not-for-release';
  return {
    ...configuration,
    electronDist,
    extraMetadata: { name, version: `${version}-not.for.release` },
    deb: {
      ...configuration.deb,
      packageName: name,
      // Instead of what Electron's binary needs.
      depends: ['chromium'],
      compression: 'gz',
      fpm: ['conflicts', 'replaces', 'provides'].flatMap((field) => [`--${field}`, 'strongroom']),
    },
  };
}

function electronBuilder(words) {
  const program = join(root, 'node_modules/electron-builder/cli.js');
  const result = spawnSync(pinnedNode, [program, ...words, '--publish=never'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write('electron-builder failed: see above.\n');
    process.exit(1);
  }
}

/** Beside the artefacts, not inside: what an officer compares before installing. */
function tellSizesAndSums() {
  for (const name of readdirSync(dist)) {
    if (/\.(ya?ml|blockmap)$/.test(name)) rmSync(join(dist, name));
  }
  const files = readdirSync(dist)
    .filter((name) => statSync(join(dist, name)).isFile())
    .sort();
  const sums = files.map((name) => {
    const content = readFileSync(join(dist, name));
    process.stdout.write(`${(content.length / 1e6).toFixed(1).padStart(7)} MB  ${name}\n`);
    return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
  });
  writeFileSync(join(dist, 'SHA256SUMS'), sums.join(''));
}

/** Seconds since 1970 of the commit that is checked out. */
function timeOfCommit() {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).trim();
}
