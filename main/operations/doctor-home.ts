import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { counted } from './doctor-findings.ts';
import type { Findings } from './doctor-findings.ts';
import type { OperationContext } from './operation-context.ts';

/** A backup of 100,000 key versions takes some 150 MiB, and is staged before it is published. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;

/** The home's files, its disk, its catalog and its clock. */
export async function checkHome(context: OperationContext, findings: Findings): Promise<void> {
  const { homeFolder, catalog, now } = context;
  await checkRights(homeFolder, findings);
  const { bavail, bsize } = await statfs(homeFolder);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    findings.warning('home', {
      message: `The disk of ${homeFolder} has ${Math.floor((bavail * bsize) / 1024 / 1024)} MiB left.`,
      next: 'Make room: the catalog and what is being sealed need some.',
    });
  }
  for (const flaw of catalog.flaws()) {
    findings.error('catalog', {
      message: `SQLite finds it damaged: ${flaw}.`,
      next: 'Keep a copy of the file for inspection, move it away, and rebuild the catalog from the buckets (backup rebuild-catalog).',
    });
  }
  const newest = catalog.clock.newestTime();
  if (newest !== undefined && now().toISOString() < newest) {
    findings.warning('clock', {
      message: `This machine’s clock says ${now().toISOString()}, but something was written down at ${newest}.`,
      next: 'Set the clock right. Deletions go by dates, and backups by which is newer.',
    });
  }
}

/** The folder itself is checked whenever the home is opened; this is about what in it has content. */
async function checkRights(homeFolder: string, findings: Findings): Promise<void> {
  if (process.platform === 'win32') return;
  const names = (await readdir(homeFolder)).filter((name) => /^(?:catalog\.sqlite|temporary$)/.test(name));
  for (const name of names) {
    const path = join(homeFolder, name);
    const stat = await lstat(path).catch((thrown: unknown) => {
      // SQLite's own files come and go.
      if (errnoOf(thrown) === 'ENOENT') return undefined;
      throw thrown;
    });
    if (stat === undefined) continue;
    if (stat.isSymbolicLink()) {
      findings.warning('home', {
        message: `${path} is a link: what it leads to may be open to others.`,
        next: 'Put the file itself in its place.',
      });
    } else if ((stat.mode & 0o077) !== 0 || stat.uid !== process.getuid?.()) {
      findings.warning('home', {
        message: `${path} is open to other users of this machine, or another’s.`,
        next: `Take that back (chmod go= ${path}); the folder around it keeps others out as long as it is closed.`,
      });
    }
  }
}

/** What waits for somebody. */
export function checkPendingWork(context: OperationContext, findings: Findings): void {
  const { catalog, now } = context;
  for (const request of catalog.workRequests.listUnfinished()) {
    findings.note(`work request ${request.id}`, {
      message: `${request.operationType} is under way.`,
      next: 'Wait for it (work-request get).',
    });
  }
  const due = catalog.scheduledDeletions.countDue(now().toISOString());
  if (due > 0) {
    findings.warning('deletions', {
      message: `${counted(due, 'deletion')} ${due === 1 ? 'is' : 'are'} due.`,
      next: 'See what would be destroyed (deletion list), then destroy it (deletion execute) or cancel.',
    });
  }
  for (const kit of catalog.recoveryKits.iterate()) {
    if (kit.timeConfirmed !== undefined) continue;
    findings.warning(`recovery kit ${kit.setId}`, {
      message:
        'Its custodians have not all entered their shares again: nobody knows that it can be put together.',
      next: 'Rehearse it with every share (recovery-kit rehearse), or create another.',
    });
  }
  for (const scratch of catalog.scratchTokens.list()) {
    findings.warning(`drill ${scratch.workRequestId}`, {
      message: 'Its scratch token is not proven to be empty: it may still hold the realm keys.',
      next: 'Run a drill again (backup drill), which cleans up first; keep that token locked away until then.',
    });
  }
}
