import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const configuration = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as IConfiguration;

/** A house in miniature: each file and what it imports. */
const HOUSE: Record<string, string[]> = {
  'shared/domain/key.ts': [],
  'shared/domain/errors.ts': ['node:os'],
  'shared/contract/vault.ts': ['../domain/key.ts'],
  'shared/domain/vault.ts': ['../contract/vault.ts'],
  'main/cli/main.ts': ['../strongroom.ts', '../operations/backup-vault.ts'],
  'main/strongroom.ts': ['./operations/backup-vault.ts', './catalog/open.ts'],
  'main/operations/backup-vault.ts': [
    '../catalog/open.ts',
    '../hsm/tokens.ts',
    '../../shared/contract/vault.ts',
  ],
  'main/catalog/open.ts': ['../../shared/domain/key.ts', '../hsm/tokens.ts'],
  'main/hsm/tokens.ts': ['./sessions.ts', '../../test/support/clock.ts'],
  'main/hsm/sessions.ts': ['./tokens.ts'],
  'main/sealing/seal.ts': ['./nowhere.ts'],
  'main/cellar/wine.ts': ['../../shared/domain/key.ts'],
  'main/storage/alone.ts': [],
  'main/storage/pre-authenticated-exchange.ts': ['node:https', 'node:tls'],
  'main/storage/bucket.ts': ['node:dns/promises', './pre-authenticated-exchange.ts'],
  'main/work-requests/notify.ts': ['https', 'node:net', 'node:fs'],
  'renderer/app.ts': ['../main/strongroom.ts'],
  'test/support/clock.ts': [],
  'test/support/token.ts': ['../../main/catalog/open.ts', '../../main/sealing/seal.ts'],
};

const VIOLATIONS = [
  'every-file-has-a-room: main/cellar/wine.ts -> shared/domain/key.ts',
  'main/catalog: main/catalog/open.ts -> main/hsm/tokens.ts',
  'main/cli: main/cli/main.ts -> main/operations/backup-vault.ts',
  'no-circle: main/hsm/sessions.ts -> main/hsm/tokens.ts',
  'no-orphan: main/storage/alone.ts -> main/storage/alone.ts',
  'nobody-imports-build-or-test: main/hsm/tokens.ts -> test/support/clock.ts',
  'one-way-out: main/storage/bucket.ts -> dns/promises',
  'one-way-out: main/work-requests/notify.ts -> https',
  'one-way-out: main/work-requests/notify.ts -> net',
  'renderer: renderer/app.ts -> main/strongroom.ts',
  'resolvable: main/sealing/seal.ts -> ./nowhere.ts',
  'shared-needs-only-zod: shared/domain/errors.ts -> os',
  'shared/domain: shared/domain/vault.ts -> shared/contract/vault.ts',
];

describe('the import boundaries', () => {
  let house: string;

  beforeAll(() => {
    house = mkdtempSync(join(tmpdir(), 'strongroom-house-'));
    for (const [path, imports] of Object.entries(HOUSE)) {
      mkdirSync(join(house, dirname(path)), { recursive: true });
      // A type-only import is an import: whoever names another room's types depends on that room.
      const statements = imports.map((from, index) => `import type * as _${index} from '${from}';`);
      writeFileSync(join(house, path), [...statements, 'export const here = true;', ''].join('\n'));
    }
  });

  afterAll(() => {
    rmSync(house, { recursive: true, force: true });
  });

  it('refuse each import that the table of rooms does not allow, and no other', async () => {
    const { tsConfig: _checkoutOnly, ...options } = configuration.options ?? {};
    const { output } = await cruise(['main', 'renderer', 'shared', 'test'], {
      ...options,
      baseDir: house,
      ruleSet: configuration,
      validate: true,
    });
    const { violations } = (output as ICruiseResult).summary;
    expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort()).toEqual(
      VIOLATIONS,
    );
  });

  it('have a row for every folder of the house', () => {
    const foldersOf = (parent: string): string[] =>
      readdirSync(join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}`);
    const ruled = new Set(configuration.forbidden?.map((rule) => rule.name));
    expect([...foldersOf('main'), ...foldersOf('shared')].filter((folder) => !ruled.has(folder))).toEqual([]);
  });
});
