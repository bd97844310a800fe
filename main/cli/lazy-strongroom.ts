import type { LaunchModuleHost } from '../strongroom.ts';
import type { Shell } from './run.ts';

/**
 * Strongroom for a command, loaded only when one runs: help must not wait for SQLite.
 * @param launchModuleHost how a token's process is started; undefined: as on Node.
 */
export function lazyStrongroom(
  launchModuleHost?: LaunchModuleHost,
): Pick<Shell, 'open' | 'readPassphraseFile' | 'launchModuleHost'> {
  return {
    launchModuleHost,
    open: async (options) => {
      const { Strongroom } = await import('../strongroom.ts');
      return Strongroom.open({ ...options, program: 'command line', launchModuleHost });
    },
    readPassphraseFile: async (path) => {
      const { readPassphraseFile } = await import('../strongroom.ts');
      return readPassphraseFile(path);
    },
  };
}
