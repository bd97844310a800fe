import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../set-up/paths.mjs';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/**
 * The licence texts of every package that ships, also of those inside the bundles: their licences ask for it. Electron's own,
 * and those of Chromium's parts, come with its binary.
 */
export function thirdPartyNotices() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const shipped = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    // Packages for other platforms are in the lock file only.
    .filter(([path]) => existsSync(join(root, path)));
  const notices = shipped.map(([path, { version, license }]) => {
    const folder = join(root, path);
    const texts = readdirSync(folder)
      .filter((name) => LICENCE_FILE.test(name))
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8').trim());
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return `${name} ${version}, ${license ?? 'licence as follows'}\n\n${texts.join('\n\n') || 'It brings no text of its licence.'}`;
  });
  const line = `\n\n${'-'.repeat(100)}\n\n`;
  return `Strongroom contains these packages.${line}${notices.join(line)}\n`;
}
