import { z } from 'zod';
import { materialIdSchema, ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { realmNameSchema } from './realm.ts';

/** A recovery kit's shares (rule R5): few enough to keep people's names in mind, and never one that is enough alone. */
export const FEWEST_SHARES = 2;
export const MOST_SHARES = 16;

/** What tells the shares and kit files of one set from those of another: derived from all that the kit file says. */
export const recoverySetIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/, { error: 'must be 32 hexadecimal digits' });

const shareNumberSchema = z.number().int().min(FEWEST_SHARES).max(MOST_SHARES);

/** What the catalog knows of a recovery kit. Neither its shares nor its wrapped keys are there. */
export const recoveryKitSchema = z.object({
  setId: recoverySetIdSchema,
  /** How many shares rebuild the realm keys. */
  threshold: shareNumberSchema,
  shareCount: shareNumberSchema,
  /** SHA-256 of the kit file. */
  kitSha256: sha256Schema,
  timeCreated: timeSchema,
  /** When every share was last read back by its custodian. Absent: never, and the kit counts as not there. */
  timeConfirmed: timeSchema.optional(),
  /** When the realm keys were last rebuilt from it on a scratch token. */
  timeRehearsed: timeSchema.optional(),
});
export type RecoveryKit = z.infer<typeof recoveryKitSchema>;

/** 40 bytes, a 32-byte key under AES-KWP, in base64. */
const wrappedKeySchema = z.base64().length(56);

/**
 * The kit file, version 1 (docs/recovery-kit.md). What it says of the realm is spelled out, not taken over from the
 * catalog's record: a kit must be readable long after that has changed.
 */
export const recoveryKitFileSchema = z
  .strictObject({
    format: z.literal('strongroom-recovery-kit'),
    version: z.literal(1),
    setId: recoverySetIdSchema,
    timeCreated: timeSchema,
    realm: z.strictObject({
      realmId: materialIdSchema,
      realmName: realmNameSchema,
      tenancyId: ocidSchema('tenancy'),
      tenancyName: realmNameSchema,
      rbkId: materialIdSchema,
      rakId: materialIdSchema,
      rbkCheckValue: materialIdSchema,
      rakCheckValue: materialIdSchema,
    }),
    threshold: shareNumberSchema,
    shareCount: shareNumberSchema,
    /** By share number: what share i hashes to. It tells a wrong share before anything is combined. */
    shareFingerprints: z.array(sha256Schema).max(MOST_SHARES),
    wrapping: z.literal('AES-256-KWP'),
    wrappedRbk: wrappedKeySchema,
    wrappedRak: wrappedKeySchema,
  })
  .refine((kit) => kit.threshold <= kit.shareCount, { error: 'a threshold above the number of shares' })
  .refine((kit) => kit.shareFingerprints.length === kit.shareCount, {
    error: 'another number of fingerprints than of shares',
  });
export type RecoveryKitFile = z.infer<typeof recoveryKitFileSchema>;
