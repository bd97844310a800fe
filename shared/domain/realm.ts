import { z } from 'zod';
import { capabilityProfileSchema } from './capability-profile.ts';
import { displayNameSchema, ocidSchema, timeSchema } from './identifiers.ts';
import { regionIdSchema, regionKeySchema, tokenReferenceSchema } from './region.ts';

const id16Schema = z.string().regex(/^[0-9a-f]{32}$/);

/** Names of realm and tenancy also stand in the labels of the realm keys, where '|' parts them. */
export const realmNameSchema = displayNameSchema.max(60).refine((name) => !name.includes('|'), {
  error: "must not contain '|'",
});

/** A realm: one tenancy and one pair of realm keys (rule R1). Ids and check values are derived from the keys. */
export const realmSchema = z.object({
  realmId: id16Schema,
  name: realmNameSchema,
  tenancyId: ocidSchema('tenancy'),
  tenancyName: realmNameSchema,
  rbkId: id16Schema,
  rakId: id16Schema,
  rbkCheckValue: id16Schema,
  rakCheckValue: id16Schema,
  timeCreated: timeSchema,
});
export type Realm = z.infer<typeof realmSchema>;

/** A region of this realm and the token that it is bound to (rule R2). */
export const regionSchema = z.object({
  regionId: regionIdSchema,
  regionKey: regionKeySchema,
  token: tokenReferenceSchema,
  profile: capabilityProfileSchema,
  timeBound: timeSchema,
  /** When the token last proved by check values that it holds the realm keys. */
  timeProven: timeSchema,
  /** The realm keys do not leave this token any more (rule R3). */
  isCeremonyClosed: z.boolean(),
});
export type Region = z.infer<typeof regionSchema>;
