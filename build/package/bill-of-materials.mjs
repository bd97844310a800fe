import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../set-up/paths.mjs';

/**
 * The CycloneDX document of what ships: npm's own, of the runtime packages in package-lock.json, and Electron, which the
 * lock file knows for development only. The same commit gives the same document.
 * @param {string} seconds since 1970, as its time.
 */
export function billOfMaterials(seconds) {
  const words = [
    'sbom',
    '--omit=dev',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--package-lock-only',
  ];
  const document = JSON.parse(
    execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
  );
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const electron = packages['node_modules/electron'];
  const { component } = document.metadata;
  component.name = 'strongroom';
  document.metadata.timestamp = new Date(Number(seconds) * 1000).toISOString();
  const reference = `electron@${electron.version}`;
  document.components.push({
    'bom-ref': reference,
    type: 'framework',
    name: 'electron',
    version: electron.version,
    scope: 'required',
    purl: `pkg:npm/${reference}`,
    licenses: [{ license: { id: electron.license } }],
  });
  document.dependencies.find(({ ref }) => ref === component['bom-ref'])?.dependsOn.push(reference);
  delete document.serialNumber;
  document.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`;
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** RFC 9562, section 5.8: a UUID of our own making, here from a hash. */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
