import { runOnNode } from './on-node.ts';

/** The entry of the command line. Strongroom is loaded only when a command runs: help must not wait for SQLite. */
await runOnNode({
  open: async (options) => {
    const { Strongroom } = await import('../strongroom.ts');
    return Strongroom.open({ ...options, program: 'command line' });
  },
  readPassphraseFile: async (path) => {
    const { readPassphraseFile } = await import('../strongroom.ts');
    return readPassphraseFile(path);
  },
});
