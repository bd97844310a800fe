import { z } from 'zod';

/** Hash functions that a token takes for RSA-OAEP, best first. */
export const oaepHashSchema = z.enum(['SHA-512', 'SHA-384', 'SHA-256', 'SHA-1']);
export type OaepHash = z.infer<typeof oaepHashSchema>;

/** What a token was found able to do, by trying it (rule R4). */
export const capabilityProfileSchema = z.object({
  timeProbed: z.iso.datetime({ precision: 3 }),
  token: z.object({
    label: z.string(),
    serial: z.string(),
    manufacturer: z.string(),
    model: z.string(),
    firmwareVersion: z.string(),
  }),
  /** The mechanism number that passed the RFC 5649 known-answer test: 0x210B or else 0x210A. Absent: none did. */
  keyWrapMechanism: z.number().int().optional(),
  oaepHashes: z.array(oaepHashSchema),
  keyTypes: z.array(z.enum(['AES', 'RSA', 'ECDSA'])),
  enforces: z.object({
    /** CKA_WRAP_WITH_TRUSTED: an untrusted wrapping key is refused. */
    wrapWithTrusted: z.boolean(),
    /** CKA_TRUSTED can stand on a private key. */
    trustedWhilePrivate: z.boolean(),
    /** CKA_ALLOWED_MECHANISMS limits a key's use. */
    allowedMechanisms: z.boolean(),
    /** CKA_EXTRACTABLE=false keeps a key from being wrapped. */
    extractable: z.boolean(),
  }),
  /** What backup needs and the token lacks: a token with any is refused. */
  missing: z.array(z.string()),
  /** What is merely weak, in plain words. */
  weaknesses: z.array(z.string()),
});
export type CapabilityProfile = z.infer<typeof capabilityProfileSchema>;
