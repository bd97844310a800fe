import type { OpenStrongroom } from '../../main/cli/run.ts';
import { runOnNode } from '../../main/cli/on-node.ts';
import { samplePlan } from './plan-samples.ts';
import { sampleOcid } from './request-samples.ts';

/**
 * The command line as a program of its own, on whatever terminal or pipe the test gives it, with a Strongroom that
 * plans at once, lists more than a pipe holds, and never ends when it backs up.
 */
const ROWS = 5000;

const strongroom: OpenStrongroom = {
  recovery: [],
  hasOperators: false,
  signIn: () => Promise.resolve(),
  call: async (name, _request, options) => {
    switch (name) {
      case 'backup.plan-restore':
        return samplePlan();
      case 'vault.list':
        return { data: Array.from({ length: ROWS }, () => ({ id: sampleOcid('vault') })) };
      case 'vault.backup': {
        const progress = { operationType: 'BACKUP_VAULT', percentComplete: 30, activity: 'Sealing' } as const;
        options?.onProgress?.({ ...progress, workRequestId: sampleOcid('workrequest') });
        return new Promise(() => setInterval(() => undefined, 1000));
      }
      default:
        return { name };
    }
  },
  close: async () => {
    process.stderr.write('closed in order\n');
  },
};

const exitCode = await runOnNode(process.argv.slice(2), {
  open: () => Promise.resolve(strongroom),
  readPassphraseFile: () => Promise.resolve('correct horse battery staple'),
});
if (exitCode >= 128) process.exit(exitCode);
process.exitCode = exitCode;
