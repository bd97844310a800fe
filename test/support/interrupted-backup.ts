/**
 * A program that runs work requests on a catalog without end, to be killed at any instant:
 * `node interrupted-backup.ts CATALOG OUTBOX`. Each request holds the vault, journals its publishing, writes a file
 * into the outbox (its side effect), and commits. What is committed is told on stdout, one OCID a line.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openCatalog } from '../../main/catalog/open-catalog.ts';
import { WorkRequests } from '../../main/work-requests/work-requests.ts';

const [, , catalogPath, outbox] = process.argv;
if (catalogPath === undefined || outbox === undefined) throw new Error('which catalog, which outbox?');
const catalog = openCatalog(catalogPath);
const workRequests = new WorkRequests(catalog, { now: () => new Date() });
const [vault] = catalog.vaults.list().data;
const [key] = catalog.keys.list().data;
if (vault === undefined || key === undefined) throw new Error('the catalog has no vault');

for (;;) {
  const { workRequestId } = await workRequests.run(
    {
      operationType: 'BACKUP_VAULT',
      resources: [{ actionType: 'IN_PROGRESS', entityType: 'vault', identifier: vault.id }],
      locks: [vault.id, key.id],
      intent: { vaultId: vault.id },
      begin: (id) => {
        catalog.pendingChanges.hold(id, 'vault', vault.id, 'BACKUP_IN_PROGRESS');
        catalog.pendingChanges.hold(id, 'key', key.id, 'BACKUP_IN_PROGRESS');
      },
    },
    async (run) => {
      await setImmediate();
      run.log('Sealed.');
      run.journal('publish', { file: run.id });
      writeFileSync(join(outbox, `${run.id}.partial`), 'sealed');
      renameSync(join(outbox, `${run.id}.partial`), join(outbox, run.id));
      await setImmediate();
      run.commit(() => {
        catalog.pendingChanges.apply(run.id);
        catalog.vaults.update(vault.id, { freeformTags: { newest: run.id } });
      });
    },
  );
  process.stdout.write(`${workRequestId}\n`);
}
