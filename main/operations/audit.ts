import { basename } from 'node:path';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { AuditEntry } from '../../shared/domain/audit.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { MAXIMUM_LIMIT } from '../catalog/page.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

export const listAuditEntries: OperationHandler<'audit.list'> = (context, request) =>
  Promise.resolve(
    context.audit.list({ ...request, since: momentOf(request.since), until: momentOf(request.until) }),
  );

/**
 * Writes the log as JSON lines (docs/audit-log.md): what log it is, its entries, and its checkpoints, in the order of
 * the log. Entries are exported without a gap, also where the clock was set back, so that the chain can be followed.
 */
export const exportAuditLog: OperationHandler<'audit.export'> = async (context, request) => {
  const file = offlineFile(request.out);
  await using staged = await file.stage();
  const writer = new LineWriter((bytes) => staged.write(bytes));
  const { audit, realm } = context.catalog;
  const end = audit.head()?.sequence ?? 0;
  const since = momentOf(request.since);
  const first = since === undefined ? 1 : (audit.firstSince(since) ?? end + 1);
  await writer.write({
    type: 'log',
    format: 'strongroom-audit-log',
    version: 1,
    realmId: realm.get()?.realmId,
    logId: audit.logId(),
    firstSequence: first,
    lastSequence: end,
  });
  let entryCount = 0;
  for (const entry of entriesOf(context, first, end)) {
    entryCount += 1;
    await writer.write({ type: 'entry', ...entry });
  }
  let checkpointCount = 0;
  for (const checkpoint of checkpointsOf(context, first, end)) {
    checkpointCount += 1;
    await writer.write({ type: 'checkpoint', ...checkpoint });
  }
  await writer.flush();
  const { etag, size } = await staged.publish(basename(request.out));
  return { path: file.path, sha256: etag, size, entryCount, checkpointCount };
};

/** A day or time as a person types it, as entries have it. */
function momentOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new StrongroomError(
    'InvalidParameter',
    `${text} is no day or time.`,
    'Write a day or a time in UTC, like 2026-11-30 or 2026-11-30T14:00:00Z.',
    { reason: 'MomentInvalid' },
  );
}

function* entriesOf({ catalog }: OperationContext, first: number, end: number): Generator<AuditEntry> {
  let next = first;
  while (next <= end) {
    const entries = catalog.audit.entriesAfter(next - 1, MAXIMUM_LIMIT);
    for (const entry of entries) if (entry.sequence <= end) yield entry;
    const last = entries.at(-1);
    if (last === undefined) return;
    next = last.sequence + 1;
  }
}

function* checkpointsOf({ catalog }: OperationContext, first: number, end: number) {
  let after = { sequence: first, regionId: '' };
  for (;;) {
    const checkpoints = catalog.audit.checkpointsAfter(after, MAXIMUM_LIMIT);
    for (const checkpoint of checkpoints) if (checkpoint.sequence <= end) yield checkpoint;
    const last = checkpoints.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** Gathers lines into pieces of some 64 KiB: a write for every line would be a million writes. */
class LineWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  #lines: string[] = [];
  #length = 0;

  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  async write(value: unknown): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= 65_536) await this.flush();
  }

  async flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = [];
    this.#length = 0;
    if (lines.length > 0) await this.#write(Buffer.from(lines.join('')));
  }
}
