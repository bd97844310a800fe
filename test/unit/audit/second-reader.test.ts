import { createHash, createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportAuditLog } from '../../../main/operations/audit.ts';
import type { OperationContext } from '../../../main/operations/operation-context.ts';
import {
  attack,
  authenticate,
  REALM_ID,
  temporaryAuditLog,
  writeEntries,
} from '../../support/audit-fixture.ts';
import { timeOf } from '../../support/catalog-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/**
 * A second reader of an exported audit log, written from docs/audit-log.md alone: nothing of main/audit is used to read.
 */
type Line = Readonly<Record<string, unknown>> & { readonly type: string };

function field(text: unknown): Buffer {
  if (text === undefined) return Buffer.from('ffffffff', 'hex');
  const bytes = Buffer.from(typeof text === 'string' ? text : JSON.stringify(text), 'utf8');
  return Buffer.concat([count(bytes.length), bytes]);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function list(texts: readonly string[]): Buffer {
  return Buffer.concat([count(texts.length), ...texts.map(field)]);
}

function hashOf(logId: unknown, entry: Line): string {
  const detail = Object.entries(entry['detail'] as Record<string, string>);
  const encoded = Buffer.concat([
    Buffer.from('strongroom/v1/audit-entry', 'ascii'),
    field(logId),
    ...['sequence', 'time', 'eventId', 'operatorId', 'operatorName', 'operationName', 'outcome'].map((name) =>
      field(entry[name]),
    ),
    field(entry['compartmentId']),
    list(entry['resources'] as string[]),
    field(entry['errorCode']),
    field(entry['errorReason']),
    list(detail.sort(([left], [right]) => (left < right ? -1 : 1)).flat()),
    field(entry['previousHash']),
  ]);
  return createHash('sha256').update(encoded).digest('hex');
}

function macOf(log: Line, checkpoint: Line): string {
  return createHmac('sha256', 'rak')
    .update('strongroom/v1/audit-checkpoint')
    .update(field(log['realmId']))
    .update(field(log['logId']))
    .update(field(checkpoint['sequence']))
    .update(field(checkpoint['hash']))
    .update(field(checkpoint['time']))
    .update(field(checkpoint['regionId']))
    .digest('hex');
}

/** @returns the sequence number of the first entry or checkpoint that is not as it should be. */
function firstFlaw(lines: readonly Line[]): number | undefined {
  const [log] = lines;
  const entries = lines.filter((line) => line.type === 'entry');
  const hashes = new Map<unknown, unknown>();
  let expected = log!['firstSequence'] as number;
  let previous: Line | undefined;
  for (const entry of entries) {
    if (entry['sequence'] !== expected || hashOf(log!['logId'], entry) !== entry['hash']) return expected;
    if (previous !== undefined && entry['previousHash'] !== previous['hash']) return expected;
    hashes.set(entry['sequence'], entry['hash']);
    previous = entry;
    expected += 1;
  }
  if (expected !== (log!['lastSequence'] as number) + 1) return expected;
  for (const checkpoint of lines.filter((line) => line.type === 'checkpoint')) {
    const sequence = checkpoint['sequence'] as number;
    if (hashes.get(sequence) !== checkpoint['hash'] || macOf(log!, checkpoint) !== checkpoint['mac'])
      return sequence;
  }
  return undefined;
}

async function exported(
  { audit, catalog }: ReturnType<typeof temporaryAuditLog>,
  since?: string,
): Promise<{ lines: Line[]; answer: Awaited<ReturnType<typeof exportAuditLog>> }> {
  const out = join(temporaryFolder(), 'audit.jsonl');
  // All that the handler uses of a context.
  const context = { audit, catalog } as unknown as OperationContext;
  const answer = await exportAuditLog(context, { out, since });
  const text = await readFile(out, 'utf8');
  expect(createHash('sha256').update(text).digest('hex')).toBe(answer.sha256);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { lines, answer };
}

describe('a second reader of an exported audit log', () => {
  it('rule R61: verifies every entry and checkpoint from the page of documentation alone', async () => {
    const log = temporaryAuditLog();
    log.audit.begin({
      operationName: 'vault.create',
      resources: ['größer', ''],
      detail: { name: '"Zürich" \u2028', z: '', a: '🔑' },
    });
    writeEntries(log.catalog, log.audit, 2400);
    await log.audit.checkpoint('eu-frankfurt-1', authenticate);
    writeEntries(log.catalog, log.audit, 7);
    await log.audit.checkpoint('eu-zurich-1', authenticate);
    const { lines, answer } = await exported(log);
    expect(answer).toMatchObject({ entryCount: 2408, checkpointCount: 2 });
    expect(lines[0]).toMatchObject({
      type: 'log',
      format: 'strongroom-audit-log',
      version: 1,
      realmId: REALM_ID,
      firstSequence: 1,
      lastSequence: 2408,
    });
    expect(lines.filter((line) => line.type === 'entry')).toHaveLength(2408);
    expect(lines.filter((line) => line.type === 'checkpoint')).toHaveLength(2);
    expect(firstFlaw(lines)).toBeUndefined();
    for (const [sequence, name] of [
      [5, 'operatorName'],
      [2000, 'time'],
      [2408, 'outcome'],
    ] as const) {
      const changed = lines.map((line) =>
        line.type === 'entry' && line['sequence'] === sequence ? { ...line, [name]: 'x' } : line,
      );
      expect(firstFlaw(changed)).toBe(sequence);
    }
    expect(firstFlaw(lines.filter((line) => line['sequence'] !== 77))).toBe(77);
  });

  it('rule R61: and a part of it, from a time on', async () => {
    const log = temporaryAuditLog();
    writeEntries(log.catalog, log.audit, 20);
    await log.audit.checkpoint('eu-frankfurt-1', authenticate);
    const { lines, answer } = await exported(log, timeOf(11));
    expect(answer).toMatchObject({ entryCount: 10, checkpointCount: 1 });
    expect(lines[0]).toMatchObject({ firstSequence: 11, lastSequence: 20 });
    expect(firstFlaw(lines)).toBeUndefined();
    expect((await exported(log, '2031-01-01')).answer).toMatchObject({ entryCount: 0, checkpointCount: 0 });
  });

  it('rule R61: sees in the export what was changed in the catalog', async () => {
    const log = temporaryAuditLog();
    writeEntries(log.catalog, log.audit, 20);
    attack(log.path, ({ database }) =>
      database.exec(`UPDATE audit_entries SET operator_name = 'bob' WHERE sequence = 7`),
    );
    expect(firstFlaw((await exported(log)).lines)).toBe(7);
  });

  it('rule R74: refuses to replace a file, and a day that is none', async () => {
    const log = temporaryAuditLog();
    const out = join(temporaryFolder(), 'audit.jsonl');
    const context = log as unknown as OperationContext;
    await exportAuditLog(context, { out });
    const before = await readFile(out, 'utf8');
    await expect(exportAuditLog(context, { out })).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
    });
    expect(await readFile(out, 'utf8')).toBe(before);
  });
});
