import { existsSync } from 'node:fs';

/** No windows on a screen: asked for, or there is no screen. Tests run so. */
export const isHeadless =
  process.env['STRONGROOM_STAND_IN_HEADLESS'] === '1' ||
  (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']);

/**
 * Debian's /usr/bin/chromium is a shell script that adds flags of its own, so the program behind it comes first.
 */
const CHROMIUM_PROGRAMS = ['/usr/lib/chromium/chromium', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** The browser program. STRONGROOM_STAND_IN_BROWSER names another one. */
export function browserProgram(): string {
  const program =
    process.env['STRONGROOM_STAND_IN_BROWSER'] ?? CHROMIUM_PROGRAMS.find((path) => existsSync(path));
  if (program === undefined) {
    throw new Error(
      'The Electron stand-in found no Chromium. Install the Debian package chromium, or name its program in STRONGROOM_STAND_IN_BROWSER.',
    );
  }
  return program;
}

const started = performance.now();

/** With STRONGROOM_STAND_IN_TRACE=1, one line on stderr. */
export function trace(...parts: unknown[]): void {
  if (process.env['STRONGROOM_STAND_IN_TRACE'] !== '1') return;
  const time = (performance.now() - started).toFixed(0).padStart(6);
  process.stderr.write(`[stand-in ${time} ms] ${parts.map(String).join(' ')}\n`);
}
