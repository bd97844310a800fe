import { z } from 'zod';
import { descriptionSchema } from './group.ts';
import { ocidSchema, timeSchema } from './identifiers.ts';
import { principalNameSchema } from './operator.ts';
import { LONGEST_STATEMENT } from './policy-tokens.ts';

/** As many as the reference allows in one policy. */
export const MOST_STATEMENTS = 50;

export const policyStatementsSchema = z
  .array(z.string().min(1).max(LONGEST_STATEMENT))
  .min(1, { error: 'must have a statement' })
  .max(MOST_STATEMENTS, { error: `must have ${MOST_STATEMENTS} statements at the most` });

/** Statements that give permissions, in the compartment that they are attached to and in its children (rule R62). */
export const policySchema = z.object({
  id: ocidSchema('policy'),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  name: principalNameSchema,
  description: descriptionSchema,
  statements: policyStatementsSchema,
  /** True for the administrators' policy alone: it cannot be changed or deleted. */
  isImmutable: z.boolean(),
  timeCreated: timeSchema,
  timeModified: timeSchema,
});
export type Policy = z.infer<typeof policySchema>;
