import { z } from 'zod';
import { displayNameSchema, materialIdSchema, ocidSchema, timeSchema } from './identifiers.ts';

/** Longest content of a secret, in bytes: the reference service's limit. */
export const SECRET_CONTENT_LIMIT = 25_600;

/** Secrets are asked for by name: one of a vault has it, and it is typed without quotes. */
export const secretNameSchema = displayNameSchema.regex(/^[A-Za-z0-9._-]+$/, {
  error: 'may have letters, digits, . _ and - only',
});

/** A secret of a vault (rule R15), without its content. */
export const secretSchema = z.object({
  id: ocidSchema('vaultsecret'),
  vaultId: ocidSchema('vault'),
  /** The key of the vault that encrypts it. */
  keyId: ocidSchema('key'),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  name: secretNameSchema,
  lifecycleState: z.enum(['ACTIVE', 'DELETED']),
  timeCreated: timeSchema,
  /** Of the key version that encrypted it. */
  materialId: materialIdSchema,
});
export type Secret = z.infer<typeof secretSchema>;

/** What every backup says of the secrets that it has not (rule R15). */
export function secretsLeftOutInWords(count: number): string {
  if (count === 0) return 'none';
  return `${count === 1 ? '1 secret was' : `${count.toLocaleString('en-US')} secrets were`} left out: secrets are never in a backup`;
}
