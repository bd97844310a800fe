import { z } from 'zod';
import { materialIdSchema, ocidSchema, timeSchema } from './identifiers.ts';
import { keyShapeSchema } from './key-shape.ts';
import { keySchema } from './key.ts';
import { compartmentSchema, vaultSchema } from './vault.ts';

/** Any Uint8Array, whatever kind of buffer it views. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/**
 * What a sealed backup holds, entry by entry (SEALED-BACKUP 6): the compartment's, vault's and keys' metadata are
 * entries of their own kind; a key version's entry has the wrapped value.
 */
export const compartmentEntrySchema = z.strictObject({
  kind: z.literal('compartment'),
  // Who must approve what is for each home to say, and not for a backup.
  ...compartmentSchema.omit({ isApprovalRequired: true }).shape,
});

export const vaultEntrySchema = z.strictObject({
  kind: z.literal('vault'),
  ...vaultSchema.omit({ timeOfDeletion: true, restoredFromVaultId: true }).shape,
  lifecycleState: z.literal('ACTIVE'),
  /** Secrets of the vault that the backup leaves out, as it leaves out all of them (rule R15). */
  secretsLeftOut: z.number().int().nonnegative(),
});

export const keyEntrySchema = z.strictObject({
  kind: z.literal('key'),
  ...keySchema.omit({ timeOfDeletion: true, restoredFromKeyId: true }).shape,
  protectionMode: z.literal('HSM'),
  lifecycleState: z.enum(['ENABLED', 'DISABLED']),
});

/** What a key may do on the token that it is restored to: nothing is left to a token's defaults (FACTS-PKCS11, templates). */
export const attributePolicySchema = z.strictObject({
  sensitive: z.literal(true),
  private: z.literal(true),
  extractable: z.boolean(),
  usages: z.array(z.enum(['ENCRYPT', 'DECRYPT', 'SIGN', 'VERIFY'])).max(4),
});

export const keyVersionEntrySchema = z.strictObject({
  kind: z.literal('keyVersion'),
  id: ocidSchema('keyversion'),
  keyId: ocidSchema('key'),
  materialId: materialIdSchema,
  keyShape: keyShapeSchema,
  origin: z.enum(['INTERNAL', 'EXTERNAL']),
  lifecycleState: z.literal('ENABLED'),
  timeCreated: timeSchema,
  attributePolicy: attributePolicySchema,
  /** SubjectPublicKeyInfo in DER: RSA and ECDSA; the unwrapped private key must prove to belong to it. */
  publicKey: bytesSchema.optional(),
  /** RFC 5649 (AES-KWP) blob under RBK, made in the token: the value of an AES key, the PKCS#8 of a private key. */
  wrappedKey: bytesSchema,
});

export const backupEntrySchema = z.discriminatedUnion('kind', [
  compartmentEntrySchema,
  vaultEntrySchema,
  keyEntrySchema,
  keyVersionEntrySchema,
]);
export type BackupEntry = z.infer<typeof backupEntrySchema>;
export type CompartmentEntry = z.infer<typeof compartmentEntrySchema>;
export type VaultEntry = z.infer<typeof vaultEntrySchema>;
export type KeyEntry = z.infer<typeof keyEntrySchema>;
export type KeyVersionEntry = z.infer<typeof keyVersionEntrySchema>;
