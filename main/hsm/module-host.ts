import { writeFileSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/**
 * The entry of a token's process (rules R71, R72). Its main thread serves the module and may be stuck in it for good;
 * a second thread of the same file only watches that the program that started it is still there.
 */
const POLL_MILLISECONDS = 1000;

/** How long a process whose parent is gone has to log out and end by itself. */
const GRACE_MILLISECONDS = 2000;

if (isMainThread) {
  forbidMemoryInCoreDumps();
  // The parent is noted before anything slow: a thread that starts after the parent's end would take init for it.
  new Worker(new URL(import.meta.url), { workerData: process.ppid }).unref();
  const { serveModule } = await import('./serve-module.ts');
  const { loadModule } = await import('./load-module.ts');
  serveModule(loadModule);
} else {
  const parent = workerData as number;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS);
  }, POLL_MILLISECONDS);
}

/**
 * A crash of the module must not leave a core file with the PIN in it (rule R71). Who starts this process may be unable to
 * forbid core files, as Electron is; Linux also lets a process leave its memory out of them (core(5)).
 */
function forbidMemoryInCoreDumps(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // No /proc, or a kernel without the filter: the limit of whoever started this process is all there is.
  }
}
