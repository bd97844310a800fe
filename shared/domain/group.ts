import { z } from 'zod';
import { ocidSchema, timeSchema } from './identifiers.ts';
import { principalNameSchema } from './operator.ts';

export const descriptionSchema = z
  .string()
  .max(400)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u, {
    error: 'must have no control or invisible characters',
  });

/** Operators that policy statements speak of together (rule R62). */
export const groupSchema = z.object({
  id: ocidSchema('group'),
  name: principalNameSchema,
  description: descriptionSchema,
  /** True for the administrators' group alone: it cannot be deleted, and is never without a member. */
  isImmutable: z.boolean(),
  timeCreated: timeSchema,
});
export type Group = z.infer<typeof groupSchema>;

/** The group that the first operator is put into. */
export const ADMINISTRATORS = 'Administrators';
