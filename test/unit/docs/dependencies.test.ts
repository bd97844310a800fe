import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** They allow use, change and passing on with no more than their notice. */
const ACCEPTED_LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

type Versions = Readonly<Record<string, string>>;

const readJson = (path: string): unknown => JSON.parse(readFileSync(resolve(ROOT, path), 'utf8'));
const packageJson = readJson('package.json') as {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
};
const { packages } = readJson('package-lock.json') as Lock;
const page = readFileSync(resolve(ROOT, 'docs/dependencies.md'), 'utf8');

/** The rows of the table under a heading, as cells. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const unquoted = (cell = ''): string => cell.replaceAll('`', '');

describe.each([
  ['Runtime', packageJson.dependencies],
  ['Development', packageJson.devDependencies],
])('docs/dependencies.md, %s', (heading, dependencies) => {
  const rows = rowsUnder(heading);

  it('has every package of package.json, and no other, with its version and licence', () => {
    expect(rows.map(([name, version, licence]) => [unquoted(name), version, licence])).toEqual(
      Object.entries(dependencies).map(([name, version]) => [
        name,
        version,
        packages[`node_modules/${name}`]?.license,
      ]),
    );
  });

  it('says of each when its version was released, and why it is here', () => {
    for (const [name, , , released = '', why = ''] of rows) {
      expect(released, name).toMatch(/^\d{4}-\d{2}, newest( is [\w.]+)?$/);
      expect(why.length, name).toBeGreaterThan(3);
    }
  });

  it('has exact versions, which the lock holds by their hash', () => {
    for (const [name, version] of Object.entries(dependencies)) {
      expect(packages[`node_modules/${name}`], name).toMatchObject({ version });
      expect(packages[`node_modules/${name}`]?.integrity, name).toMatch(/^sha512-/);
    }
  });
});

it.each(rowsUnder('Tools in folders of their own'))(
  'docs/dependencies.md has the version of the tool %s',
  (name, version, folder = '') => {
    const { dependencies } = readJson(`${folder}/package.json`) as { readonly dependencies: Versions };
    expect(dependencies).toEqual({ [unquoted(name)]: version });
  },
);

describe('docs/dependencies.md, licences of what ships', () => {
  const shipped = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path, { license }]) => ({ name: path.replace(/^.*node_modules\//, ''), licence: license }));

  it('finds the packages in the lock', () => {
    expect(shipped.length).toBeGreaterThan(Object.keys(packageJson.dependencies).length);
  });

  it.each(shipped)('accepts the licence of $name', ({ licence }) => {
    expect(ACCEPTED_LICENCES).toContain(licence);
  });

  it('names every package under its licence, and no other', () => {
    const named = rowsUnder('Licences of what ships').flatMap(([licence, count, names = '']) => {
      const list = names.split(', ').map(unquoted);
      expect(String(list.length), licence).toBe(count);
      return list.map((name) => `${name}: ${licence ?? ''}`);
    });
    const locked = new Set(shipped.map(({ name, licence }) => `${name}: ${licence ?? ''}`));
    expect(named.sort()).toEqual([...locked].sort());
  });
});
