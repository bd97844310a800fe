import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import { WorkRequests } from '../../../main/work-requests/work-requests.ts';
import type { Recoverer } from '../../../main/work-requests/work-requests.ts';
import { insertVault, keyRecord, vaultRecord } from '../../support/catalog-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PROGRAM = fileURLToPath(new URL('../../support/interrupted-backup.ts', import.meta.url));
const KILLS = 8;

/** Runs the program until it has reported something and then some, kills it, and tells what it reported. */
async function runAndKill(catalogPath: string, outbox: string, afterMilliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, catalogPath, outbox], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let output = '';
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await Promise.race([once(child.stdout, 'data'), closed]);
  await setTimeout(afterMilliseconds);
  child.kill('SIGKILL');
  await closed;
  expect(child.signalCode, complaint).toBe('SIGKILL');
  // A line that the kill cut off was not reported.
  return output.split('\n').slice(0, -1);
}

describe('a program that is killed', () => {
  it(
    'rule R73: loses nothing that it reported, and leaves nothing half done after recovery',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const catalogPath = join(folder, 'catalog.sqlite');
      const outbox = join(folder, 'outbox');
      mkdirSync(outbox);
      const first = openCatalog(catalogPath);
      insertVault(first);
      first.close();

      const reported = new Set<string>();
      const outcomes: string[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        for (const id of await runAndKill(catalogPath, outbox, Math.random() * 40)) reported.add(id);

        const catalog = openCatalog(catalogPath);
        const workRequests = new WorkRequests(catalog, { now: () => new Date() });
        const finishOrUndo: Recoverer = ({ request, journal }) => {
          const isPublished =
            journal.some((entry) => entry.step === 'publish') && existsSync(join(outbox, request.id));
          return Promise.resolve(
            isPublished
              ? {
                  outcome: 'SUCCEEDED',
                  message: 'It was published.',
                  apply: () => {
                    catalog.pendingChanges.apply(request.id);
                  },
                }
              : {
                  outcome: 'FAILED',
                  message: 'It was not published.',
                  apply: () => {
                    catalog.pendingChanges.undo(request.id);
                  },
                },
          );
        };
        const interrupted = catalog.workRequests.listUnfinished();
        expect(interrupted.length).toBeLessThanOrEqual(1);
        const reports = await workRequests.recover({ BACKUP_VAULT: finishOrUndo });
        expect(reports.map((report) => report.workRequestId)).toEqual(
          interrupted.map((request) => request.id),
        );
        outcomes.push(...reports.map((report) => report.outcome));

        // What was reported done is done.
        for (const id of reported) expect(workRequests.get(id).status).toBe('SUCCEEDED');
        // Whatever there is, is done or undone: a request succeeded if and only if its side effect is there.
        for (const { id, status } of catalog.workRequests.iterate()) {
          expect(['SUCCEEDED', 'FAILED']).toContain(status);
          expect(existsSync(join(outbox, id))).toBe(status === 'SUCCEEDED');
          expect(workRequests.errors(id)).toHaveLength(status === 'FAILED' ? 1 : 0);
        }
        expect(catalog.vaults.require(vaultRecord().id).lifecycleState).toBe('ACTIVE');
        expect(catalog.keys.require(keyRecord().id).lifecycleState).toBe('ENABLED');
        expect(catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
        expect(catalog.resourceLocks.holderOf(keyRecord().id)).toBeUndefined();
        catalog.close();
      }
      expect(reported.size).toBeGreaterThanOrEqual(KILLS);
      expect(outcomes.length).toBeGreaterThan(0);
    },
  );
});
