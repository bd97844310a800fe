import { isMainThread, Worker, workerData } from 'node:worker_threads';

/**
 * The entry of a token's process (rules R71, R72). Its main thread serves the module and may be stuck in it for good;
 * a second thread of the same file only watches that the program that started it is still there.
 */
const POLL_MILLISECONDS = 1000;

/** How long a process whose parent is gone has to log out and end by itself. */
const GRACE_MILLISECONDS = 2000;

if (isMainThread) {
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
