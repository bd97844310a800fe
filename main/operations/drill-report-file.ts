import { createHash, timingSafeEqual } from 'node:crypto';
import { basename } from 'node:path';
import { drillReportSchema } from '../../shared/domain/drill-report.ts';
import type { DrillReport, DrillStatement } from '../../shared/domain/drill-report.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { RealmKeys, TokenSession } from '../hsm/token-session.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { canonicalJson } from './canonical-json.ts';

/**
 * [Note: drill reports] A report is JSON that a person can read, authenticated inside a token of the realm (docs/drill.md):
 * HMAC-SHA256 under RAK over this label and the SHA-256 of the report's canonical JSON without its `authentication.mac`.
 * RAK is the same on every token of the realm: each of them can check a report, and could have made it.
 */
const LABEL = Buffer.from('strongroom/v1/drill-report', 'ascii');

/** A backup has at most 100,000 entries; a key's line in a report is some 400 bytes. */
const REPORT_LIMIT = 64 * 1024 * 1024;
const BEGINNING = '{\n  "format": "strongroom-drill-report"';

type UnsignedReport = DrillStatement & {
  readonly authentication: Omit<DrillReport['authentication'], 'mac'>;
};

/** What the token authenticates. */
function messageOf(report: UnsignedReport): Uint8Array {
  return Buffer.concat([LABEL, createHash('sha256').update(canonicalJson(report)).digest()]);
}

export async function signReport(
  statement: DrillStatement,
  session: TokenSession,
  keys: RealmKeys,
): Promise<DrillReport> {
  const authentication = {
    algorithm: 'HMAC-SHA256',
    rakId: keys.rakId,
    rakCheckValue: keys.rakCheckValue,
  } as const;
  const mac = await session.authenticate(messageOf({ ...statement, authentication }));
  return { ...statement, authentication: { ...authentication, mac: Buffer.from(mac).toString('hex') } };
}

/** @throws StrongroomError InvalidParameter, reason `DrillReportAltered`, unless a token of the realm made this report. */
export async function requireAuthentic(
  path: string,
  report: DrillReport,
  session: TokenSession,
): Promise<void> {
  const { mac, ...authentication } = report.authentication;
  const expected = await session.authenticate(messageOf({ ...report, authentication }));
  if (timingSafeEqual(expected, Buffer.from(mac, 'hex'))) return;
  throw altered(path, 'it is not what a token of this realm authenticated');
}

/** The bytes of a report's file; there is one encoding of each. */
export function encodeReport(report: DrillReport): Uint8Array {
  return Buffer.from(`${JSON.stringify(drillReportSchema.parse(report), undefined, 2)}\n`);
}

/**
 * Reads a report; it is not authentic before requireAuthentic has said so.
 * @throws StrongroomError InvalidParameter: `NotADrillReport`, `DrillReportTruncated`, `UnsupportedVersion`,
 * `DrillReportAltered`.
 */
export async function readReport(path: string): Promise<{ report: DrillReport; sha256: string }> {
  await using file = await offlineFile(path).open(basename(path));
  if (file.size > REPORT_LIMIT) throw notAReport(path);
  const bytes = await file.read(0, file.size);
  const text = decodeUtf8(bytes);
  if (text?.startsWith(BEGINNING) !== true) throw notAReport(path);
  if (!text.endsWith('\n}\n')) throw truncated(path);
  const json = parseJson(text);
  if (json === undefined) throw altered(path, 'it is no longer JSON');
  const parsed = drillReportSchema.safeParse(json);
  if (!parsed.success) {
    if (versionOf(json) > 1) throw newerVersion(path);
    throw altered(path, 'a field of it is not what a report has');
  }
  // A second field of one name would be read by people and passed over by JSON.parse.
  if (!Buffer.from(encodeReport(parsed.data)).equals(bytes))
    throw altered(path, 'it is not written as reports are');
  return { report: parsed.data, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** @returns undefined for what is no UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function versionOf(json: unknown): number {
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  return typeof version === 'number' ? version : 0;
}

function notAReport(path: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The file ${path} is not a drill report.`,
    'Take the file that backup drill wrote to --out.',
    { reason: 'NotADrillReport' },
  );
}

function truncated(path: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The drill report ${path} is cut: its end is missing.`,
    'Take another copy of it. A part of a report proves nothing.',
    { reason: 'DrillReportTruncated' },
  );
}

function newerVersion(path: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The drill report ${path} was written by a newer Strongroom.`,
    'Check it with that version.',
    { reason: 'UnsupportedVersion' },
  );
}

function altered(path: string, how: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The drill report ${path} was altered: ${how}.`,
    'Do not trust it. Take another copy, exactly as it was written, or run the drill again.',
    { reason: 'DrillReportAltered' },
  );
}
