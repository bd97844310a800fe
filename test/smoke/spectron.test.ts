import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { canInstall, ensureInstalled, Officer, PROGRAM, root, WHERE } from './support/installed-package.ts';

const folder = join(root, 'test/smoke/spectron');

describe.skipIf(!canInstall)(`Spectron (${WHERE})`, { timeout: 120_000 }, () => {
  beforeAll(() => {
    ensureInstalled();
    if (existsSync(join(folder, 'node_modules/spectron'))) return;
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }, 180_000);

  it('starts the installed program, sees its first window, uses it and stops it', async () => {
    const officer = new Officer();
    // A checkout may lie where only root can read.
    const copy = officer.given(folder, 'spectron');
    const node = officer.given(realpathSync(process.execPath), 'node');
    const { exitCode, stdout, stderr } = await officer.run(node, [join(copy, 'start-and-stop.mjs'), PROGRAM]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ heading: 'Get started', afterClick: 'Settings', windowCount: 1 });
  });
});
