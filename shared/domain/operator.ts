import { z } from 'zod';
import { displayNameSchema, ocidSchema, timeSchema } from './identifiers.ts';

/** Names of operators and groups stand in policy statements and on command lines: no quotes, commas or spaces. */
export const principalNameSchema = displayNameSchema.regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]*$/u, {
  error: 'must start with a letter or digit and have letters, digits, . _ @ and - only',
});

/** Somebody who signs in to this home (rule R62). Operators and their passphrases are of one home, not of the realm. */
export const operatorSchema = z.object({
  id: ocidSchema('operator'),
  name: principalNameSchema,
  timeCreated: timeSchema,
});
export type Operator = z.infer<typeof operatorSchema>;
