import { z } from 'zod';
import { displayNameSchema, ocidSchema, timeSchema } from './identifiers.ts';

/** Names of operators and groups stand in policy statements and on command lines: no quotes, commas or spaces. */
export const principalNameSchema = displayNameSchema
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]*$/u, {
    error: 'must start with a letter or digit and have letters, digits, . _ @ and - only',
  })
  .refine((name) => !/^ocid\d/i.test(name), { error: 'must not look like an OCID' });

/** Somebody who signs in to this home (rule R62). Operators and their passphrases are of one home, not of the realm. */
export const operatorSchema = z.object({
  id: ocidSchema('operator'),
  name: principalNameSchema,
  timeCreated: timeSchema,
  /** When the passphrase was set last. */
  timePassphraseSet: timeSchema,
});
export type Operator = z.infer<typeof operatorSchema>;

/**
 * The form in which names of operators, groups and policies are unique, and in which policies compare text: case does
 * not count, nor does a spelling that looks the same (Unicode NFKC).
 */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
