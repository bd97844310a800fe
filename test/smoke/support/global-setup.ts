import { execFileSync } from 'node:child_process';
import { canInstall, dpkg, installedVersion, Officer, PACKAGE, root } from './installed-package.ts';

/** Builds the package anew, and makes the user who tries it; both go at the end. */
export function setup(): void {
  if (!canInstall) return;
  execFileSync(process.execPath, ['build/package.mjs'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  if (installedVersion() !== undefined) dpkg('--purge', PACKAGE);
  Officer.create();
}

export function teardown(): void {
  if (!canInstall) return;
  if (installedVersion() !== undefined) dpkg('--purge', PACKAGE);
  Officer.remove();
}
