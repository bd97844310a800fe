/**
 * Starts the installed program by Spectron, sees its first window, presses a button in it and stops it:
 * node start-and-stop.mjs PROGRAM. Prints what it saw as JSON. How Spectron 19 can still do it stands in docs/decisions.md.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const CHROMEDRIVER = '/usr/bin/chromedriver';
const WAIT_MILLISECONDS = 30_000;

// Its own chromedriver would be Electron 17's, and is fetched from elsewhere. Debian's fits Chromium of today.
const folder = join(dirname(require.resolve('electron-chromedriver/chromedriver')), 'bin');
mkdirSync(folder, { recursive: true });
rmSync(join(folder, 'chromedriver'), { force: true });
symlinkSync(CHROMEDRIVER, join(folder, 'chromedriver'));

// It asks chromedriver every 100 ms whether it runs yet; a retry of such a question ends the process on Node 24.
const got = require('got');
got.default = got.default.extend({ retry: 0 });

const { Application } = require('spectron');
const [program] = process.argv.slice(2);
const application = new Application({
  path: program,
  startTimeout: WAIT_MILLISECONDS,
  waitTimeout: WAIT_MILLISECONDS,
  quitTimeout: 3000,
  webdriverOptions: {
    // Its launcher would start the program by way of ELECTRON_RUN_AS_NODE, which the fuses forbid.
    capabilities: { 'goog:chromeOptions': { binary: program, args: [], windowTypes: ['app', 'webview'] } },
  },
});
await application.start();
try {
  const { client } = application;
  await client.waitUntilTextExists('h1', 'Get started', WAIT_MILLISECONDS);
  const heading = await client.$('h1').then((element) => element.getText());
  const settings = await client.$('a=Settings');
  await settings.click();
  await client.waitUntilTextExists('h1', 'Settings', WAIT_MILLISECONDS);
  const windowCount = await client.getWindowCount();
  process.stdout.write(`${JSON.stringify({ heading, afterClick: 'Settings', windowCount })}\n`);
} finally {
  await application.stop();
}
