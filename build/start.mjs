/**
 * Opens the window of the checkout, after the set-up has built it. What follows is handed on:
 * npm start -- --practice, npm start -- PATH_OF_A_SEALED_BACKUP.
 */
import { spawn } from 'node:child_process';
import { electronHost, fetchElectron } from './set-up/electron.mjs';
import { root } from './set-up/paths.mjs';

let host = electronHost();
if (host.isStandIn && fetchElectron()) host = electronHost();
if (host.isStandIn) {
  process.stderr.write(
    "Electron's own binary is not here and cannot be fetched: the window opens on the stand-in, for development and tests only.\n",
  );
}
// Chromium refuses its sandbox to root; whoever runs this as root is on a machine for development.
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const child = spawn(host.executable, [root, ...process.argv.slice(2), ...asRoot], { stdio: 'inherit' });
// The terminal sends its own signals to both processes: this one only has to outlive the child.
for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`The window does not start: ${error.message}.\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
