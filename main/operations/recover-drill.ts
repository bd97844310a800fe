import { basename } from 'node:path';
import { z } from 'zod';
import { drillSchema } from '../../shared/domain/drill-report.ts';
import { hashObject } from '../storage/hash-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import type { Interrupted, Recoverer } from '../work-requests/recover-work-requests.ts';
import { leftoverWarning } from './drill-scratch.ts';
import type { CallerContext } from './operation-context.ts';
import { deletePracticeFolder } from './practice-scratch.ts';

const intentSchema = z.object({ out: z.string() });
const publishStepSchema = z.object({ drill: drillSchema, path: z.string() });

/**
 * What becomes of a drill that a crash cut off (rules R51, R73). Its practice token is deleted here and now. A token of
 * the officer's is not there to be asked: it stays on the list, and whoever drills next is told. A report that was
 * published counts, as it is written only after the scratch token was proven empty.
 */
export async function recoverDrill(
  { catalog }: CallerContext,
  { request, intent, journal }: Interrupted,
): ReturnType<Recoverer> {
  const scratch = catalog.scratchTokens.get(request.id);
  if (scratch?.practiceFolder !== undefined) await deletePracticeFolder(scratch.practiceFolder);
  const asked = intentSchema.safeParse(intent);
  if (asked.success)
    await offlineFile(asked.data.out)
      .sweep()
      .catch(() => []);
  const published = publishStepSchema.safeParse(
    journal.findLast((entry) => entry.step === 'publish')?.detail,
  );
  if (published.success && (await isThere(published.data.path, published.data.drill.reportSha256))) {
    const { drill, path } = published.data;
    return {
      outcome: drill.outcome === 'PROVEN' ? 'SUCCEEDED' : 'FAILED',
      message: `The drill had ended (${drill.outcome}), and its report in ${path} is complete.`,
      apply: () => {
        catalog.drills.put(drill);
      },
    };
  }
  return {
    outcome: 'FAILED',
    message:
      scratch === undefined
        ? 'The drill was interrupted; nothing of it is left on a scratch token. Drill again.'
        : scratch.practiceFolder === undefined
          ? `The drill was interrupted. ${leftoverWarning(scratch)}`
          : `The drill was interrupted; its practice token in ${scratch.practiceFolder}, with the realm keys and all keys on it, has been deleted. Drill again.`,
    apply: () => {
      if (scratch?.practiceFolder !== undefined) catalog.scratchTokens.remove(request.id);
    },
  };
}

async function isThere(path: string, sha256: string): Promise<boolean> {
  try {
    await using file = await offlineFile(path).open(basename(path));
    return (await hashObject(file)) === sha256;
  } catch {
    return false;
  }
}
