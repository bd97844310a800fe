import { timingSafeEqual } from 'node:crypto';
import { auditCheckpointSchema } from '../../shared/domain/audit.ts';
import type { AuditCheckpoint } from '../../shared/domain/audit.ts';
import { FieldDecoder, FieldEncoder } from './field-encoder.ts';

/** No other message that RAK authenticates begins so. */
const LABEL = 'strongroom/v1/audit-checkpoint';

/** HMAC-SHA256 under RAK, inside a token of the realm. */
export type Authenticate = (message: Uint8Array) => Promise<Uint8Array>;

/** What the token authenticates ([Note: audit encoding]). */
export function checkpointMessage(checkpoint: Omit<AuditCheckpoint, 'mac'>): Uint8Array {
  return new FieldEncoder(LABEL)
    .field(checkpoint.realmId)
    .field(checkpoint.logId)
    .field(String(checkpoint.sequence))
    .field(checkpoint.hash)
    .field(checkpoint.time)
    .field(checkpoint.regionId)
    .bytes();
}

/** The message and its 32 bytes of HMAC: what stands in a backup's header. Some 300 bytes. */
export function encodeCheckpoint(checkpoint: AuditCheckpoint): Uint8Array {
  return Buffer.concat([checkpointMessage(checkpoint), Buffer.from(checkpoint.mac, 'hex')]);
}

/** @returns undefined for bytes that are no checkpoint: decoding is strict. */
export function decodeCheckpoint(bytes: Uint8Array): AuditCheckpoint | undefined {
  const decoder = FieldDecoder.of(bytes, LABEL);
  if (decoder === undefined) return undefined;
  const [realmId, logId, sequence, hash, time, regionId] = Array.from({ length: 6 }, () => decoder.field());
  const parsed = auditCheckpointSchema.safeParse({
    realmId,
    logId,
    sequence: Number(sequence),
    hash,
    time,
    regionId,
    mac: Buffer.from(decoder.rest()).toString('hex'),
  });
  if (!parsed.success || !Buffer.from(encodeCheckpoint(parsed.data)).equals(bytes)) return undefined;
  return parsed.data;
}

export async function isAuthentic(checkpoint: AuditCheckpoint, authenticate: Authenticate): Promise<boolean> {
  const expected = await authenticate(checkpointMessage(checkpoint));
  const mac = Buffer.from(checkpoint.mac, 'hex');
  return expected.length === mac.length && timingSafeEqual(expected, mac);
}
