import { z } from 'zod';
import { backupKindSchema } from './backup.ts';
import { displayNameSchema, ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { principalNameSchema } from './operator.ts';
import { regionIdSchema } from './region.ts';

const id16Schema = z.string().regex(/^[0-9a-f]{32}$/);
const countSchema = z.number().int().nonnegative();
const wordsSchema = z.string().min(1).max(2000);

/** PROVEN: every key version of the backup was restored and proven by use. FAILED: at least one was not. */
export const drillOutcomeSchema = z.enum(['PROVEN', 'FAILED']);
export type DrillOutcome = z.infer<typeof drillOutcomeSchema>;

/**
 * How a restored key version was proven on the scratch token:
 * - `encryptAndDecrypt`: a random value came back. AES: encrypted and decrypted there. RSA: encrypted outside of any token
 *   to the backup's public key, decrypted there.
 * - `exchangeWithRegion`: what the region's own token encrypted was decrypted there, and the other way round (AES).
 * - `signature`: signed there, verified outside of any token with the backup's public key (RSA, ECDSA).
 */
export const drillProofSchema = z.enum(['encryptAndDecrypt', 'exchangeWithRegion', 'signature']);
export type DrillProof = z.infer<typeof drillProofSchema>;

/** One key of the backup: how many of its versions were proven, and how many by each kind of proof. */
export const drilledKeySchema = z.strictObject({
  keyId: ocidSchema('key'),
  displayName: displayNameSchema,
  /** In words: `AES-256`. */
  shape: z.string().min(1).max(40),
  keyVersionCount: countSchema,
  provenKeyVersionCount: countSchema,
  proofs: z.strictObject({
    encryptAndDecrypt: countSchema,
    exchangeWithRegion: countSchema,
    signature: countSchema,
  }),
});
export type DrilledKey = z.infer<typeof drilledKeySchema>;

export const drillFailureSchema = z.strictObject({
  phase: z.enum(['restore', 'prove']),
  /** Absent where the token did not say which. */
  keyVersionId: ocidSchema('keyversion').optional(),
  message: wordsSchema,
});
export type DrillFailure = z.infer<typeof drillFailureSchema>;

/** How long each part took; whole milliseconds. */
export const drillTimesSchema = z.strictObject({
  verify: countSchema,
  restore: countSchema,
  prove: countSchema,
  empty: countSchema,
  total: countSchema,
});

/** The report of one drill (rule R51) without what authenticates it. docs/drill.md describes every field. */
export const drillStatementSchema = z.strictObject({
  format: z.literal('strongroom-drill-report'),
  version: z.literal(1),
  reportId: id16Schema,
  outcome: drillOutcomeSchema,
  /** What the drill showed, in plain words. */
  statement: wordsSchema,
  realm: z.strictObject({ realmId: id16Schema, tenancyId: ocidSchema('tenancy') }),
  backup: z.strictObject({
    id: ocidSchema('backup'),
    sha256: sha256Schema,
    size: countSchema,
    kind: backupKindSchema,
    sourceRegion: regionIdSchema,
    timeCreated: timeSchema,
  }),
  /** Region whose token verified the backup, lent the scratch token the realm keys, and authenticated this report. */
  region: regionIdSchema,
  scratchToken: z.strictObject({
    label: z.string().max(128),
    serial: z.string().max(128),
    manufacturer: z.string().max(128),
    model: z.string().max(128),
    firmwareVersion: z.string().max(128),
    /** A software token that existed for this drill only. */
    isPractice: z.boolean(),
  }),
  /** Name of the operator who ran the drill; absent in a home without operators. */
  operator: principalNameSchema.optional(),
  timeStarted: timeSchema,
  timeFinished: timeSchema,
  keyCount: countSchema,
  keyVersionCount: countSchema,
  restoredKeyVersionCount: countSchema,
  provenKeyVersionCount: countSchema,
  milliseconds: drillTimesSchema,
  /** Averages over the key versions; whole microseconds. */
  microsecondsPerKeyVersion: z.strictObject({ restore: countSchema, prove: countSchema }),
  keys: z.array(drilledKeySchema),
  failureCount: countSchema,
  /** The first hundred. */
  failures: z.array(drillFailureSchema).max(100),
});
export type DrillStatement = z.infer<typeof drillStatementSchema>;

export const drillReportSchema = drillStatementSchema.extend({
  authentication: z.strictObject({
    algorithm: z.literal('HMAC-SHA256'),
    rakId: id16Schema,
    rakCheckValue: id16Schema,
    /** 64 hexadecimal digits. */
    mac: sha256Schema,
  }),
});
export type DrillReport = z.infer<typeof drillReportSchema>;

/** The newest drill of a backup that this home made. */
export const drillSchema = z.object({
  backupId: ocidSchema('backup'),
  reportId: id16Schema,
  /** When it was finished. */
  time: timeSchema,
  outcome: drillOutcomeSchema,
  /** Of the report's file. */
  reportSha256: sha256Schema,
  milliseconds: countSchema,
});
export type Drill = z.infer<typeof drillSchema>;
