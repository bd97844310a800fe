import { hash } from 'node:crypto';
import type { AuditEntry } from '../../shared/domain/audit.ts';
import type { AuditRow } from '../catalog/audit-store.ts';
import { FieldEncoder } from './field-encoder.ts';

const encoder = new FieldEncoder('strongroom/v1/audit-entry');

/** SHA-256 in hexadecimal over the log's id and every field of an entry but its own hash ([Note: audit encoding]). */
export function hashOfEntry(logId: string, entry: Omit<AuditEntry, 'hash'>): string {
  encoder
    .reset()
    .field(logId)
    .field(String(entry.sequence))
    .field(entry.time)
    .field(entry.eventId)
    .field(entry.operatorId)
    .field(entry.operatorName)
    .field(entry.operationName)
    .field(entry.outcome)
    .field(entry.compartmentId)
    .list(entry.resources)
    .field(entry.errorCode)
    .field(entry.errorReason)
    .map(entry.detail)
    .field(entry.previousHash);
  return hash('sha256', encoder.bytes());
}

/**
 * The hash that a row should have.
 * @param sequence where it is asked whether the row belongs in another place.
 * @returns undefined for a row that Strongroom cannot have written, whatever its hash says.
 */
export function hashOfRow(logId: string, row: AuditRow, sequence = row.sequence): string | undefined {
  const resources = parseAsWritten(row.resources);
  const detail = parseAsWritten(row.detail);
  if (!isTexts(resources) || !isTextMap(detail)) return undefined;
  return hashOfEntry(logId, {
    sequence,
    time: row.time,
    eventId: row.eventId.toString('hex'),
    operatorId: row.operatorId ?? undefined,
    operatorName: row.operatorName ?? undefined,
    operationName: row.operationName,
    outcome: row.outcome as AuditEntry['outcome'],
    compartmentId: row.compartmentId ?? undefined,
    resources,
    errorCode: row.errorCode ?? undefined,
    errorReason: row.errorReason ?? undefined,
    detail,
    previousHash: row.previousHash?.toString('hex'),
  });
}

/** The value of a JSON text; undefined if it is not spelled as Strongroom spells it, so that no other spelling passes. */
function parseAsWritten(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return (
    Object.values(value).every((element) => typeof element === 'string') &&
    names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name)
  );
}
