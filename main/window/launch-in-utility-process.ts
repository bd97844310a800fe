import { utilityProcess } from 'electron';
import type { LaunchModuleHost } from '../strongroom.ts';

const ERROR_OUTPUT_LIMIT = 4096;

/**
 * Starts a token's process as a utility process of Electron. It has a port to main alone: no page, whatever runs in it, can
 * reach it. Electron ends it with the program, so there is nothing to hold or release.
 */
export const launchInUtilityProcess: LaunchModuleHost = (entry) => {
  const child = utilityProcess.fork(entry.path, [], {
    env: entry.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    serviceName: 'Strongroom token',
    // Modules come from the tokens' vendors, not from us.
    allowLoadingUnsignedLibraries: true,
  });
  let errorOutput = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    errorOutput = (errorOutput + bytes.toString()).slice(-ERROR_OUTPUT_LIMIT);
  });
  let isKilled = false;
  return {
    post: (message) => {
      child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', (exitCode) => {
        listener({ exitCode, signal: undefined, errorOutput });
      });
    },
    kill: (signal) => {
      if (isKilled) return;
      // Its own kill is SIGTERM, which a process that hangs inside its module never gets to see.
      if (signal === 'SIGKILL' && child.pid !== undefined) {
        isKilled = true;
        process.kill(child.pid, 'SIGKILL');
      } else child.kill();
    },
    hold: () => undefined,
    release: () => undefined,
  };
};
