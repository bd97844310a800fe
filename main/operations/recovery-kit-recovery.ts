import { z } from 'zod';
import type { WorkRequestOperation } from '../../shared/domain/work-request.ts';
import type { Recoverer } from '../work-requests/recover-work-requests.ts';
import { removeKitFiles } from './recovery-kit-folder.ts';
import { rehearsalIntentSchema } from './recovery-kit-rehearse.ts';
import { deletePracticeFolder } from './practice-scratch.ts';

/** What happens at start to work on recovery kits that a crash cut off (rules R5, R73): nothing secret is left about. */
export const recoveryKitRecoverers: Partial<Record<WorkRequestOperation, Recoverer>> = {
  CREATE_RECOVERY_KIT: async ({ intent, journal }) => {
    const where = creationSchema.safeParse(intent).data;
    const step = writeStepSchema.safeParse(journal.findLast((entry) => entry.step === 'write')?.detail).data;
    const isGone =
      where === undefined || step === undefined
        ? step === undefined
        : await removeKitFiles(where.folder, step.setId, where.shareCount);
    return undone(
      isGone
        ? 'The recovery kit was not finished, and its files were removed. Make it again.'
        : `The recovery kit was not finished, and ${where?.folder ?? 'its folder'} could not be cleared: destroy the shares that lie there, then make the kit again.`,
    );
  },
  REHEARSE_RECOVERY_KIT: async ({ intent }) => {
    const scratch = rehearsalIntentSchema.safeParse(intent).data?.scratch;
    if (scratch?.kind === 'practice') await deletePracticeFolder(scratch.folder);
    return undone(
      scratch?.kind === 'token'
        ? `The rehearsal was interrupted; the realm keys may still be on token ${scratch.token.tokenLabel}. Rehearse there again, which destroys them first, or reset the token.`
        : 'The rehearsal was interrupted; its practice token was destroyed. Rehearse again.',
    );
  },
  RESTORE_RECOVERY_KIT: ({ intent }) => {
    const label = restoreSchema.safeParse(intent).data?.tokenLabel ?? 'it was for';
    return Promise.resolve(
      undone(
        `The restore was interrupted. If token ${label} has the realm keys already, region attach binds it; else restore again.`,
      ),
    );
  },
};

const creationSchema = z.object({ folder: z.string(), shareCount: z.number().int().min(2).max(16) });
const writeStepSchema = z.object({ setId: z.string().regex(/^[0-9a-f]{32}$/) });
const restoreSchema = z.object({ tokenLabel: z.string() });

function undone(message: string): Awaited<ReturnType<Recoverer>> {
  return { outcome: 'FAILED', message, apply: () => undefined };
}
