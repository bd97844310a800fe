import { readFileSync } from 'node:fs';
import { createCloneCodec } from './clone-codec.ts';

/** The name of the world that preload scripts run in. */
export const ISOLATED_WORLD = 'Electron Isolated Context';

/** The function of the isolated world through which it speaks to this process. */
export const BINDING = '__standInSend';

/** The function of the isolated world through which this process speaks to it. */
export const RECEIVER = '__standInReceive';

const inPage = (name: string): string =>
  readFileSync(new URL(`./in-page/${name}.js`, import.meta.url), 'utf8');

const BRIDGE = inPage('bridge');
const MAIN_WORLD = inPage('main-world');
const ISOLATED = inPage('isolated-world');

/** Preload scripts run in the top frame only, as without nodeIntegrationInSubFrames. */
const inTopFrame = (script: string): string =>
  `(() => {\nif (window !== window.top) return;\n${script}\n})();`;

export function mainWorldScript(secret: string): string {
  return inTopFrame(`${BRIDGE}\n${MAIN_WORLD}\nrunMainWorld(${JSON.stringify(secret)});`);
}

export interface IsolatedWorldOptions {
  readonly secret: string;
  readonly preload: string;
  readonly process: Readonly<Record<string, unknown>>;
}

export function isolatedWorldScript({ secret, preload, process }: IsolatedWorldOptions): string {
  const settings = JSON.stringify({ secret, binding: BINDING, receiver: RECEIVER, process });
  return inTopFrame(`
const createCloneCodec = ${createCloneCodec.toString()};
${BRIDGE}
${ISOLATED}
runIsolatedWorld(${settings}, function (require, module, exports, process, global) {
${preload}
});`);
}
