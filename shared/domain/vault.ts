import { z } from 'zod';
import {
  definedTagsSchema,
  displayNameSchema,
  freeformTagsSchema,
  ocidSchema,
  timeSchema,
} from './identifiers.ts';
import { vaultStateSchema } from './lifecycle.ts';

/** A compartment, with the reference's field names. The root compartment is the tenancy itself. */
export const compartmentSchema = z.object({
  id: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  /** The parent compartment; absent only for the root. */
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]).optional(),
  name: displayNameSchema,
  timeCreated: timeSchema,
  /** Dual control: restores, deletions and the like in it and below need a second operator's approval (rule R63). */
  isApprovalRequired: z.boolean().optional(),
});
export type Compartment = z.infer<typeof compartmentSchema>;

export const vaultTypeSchema = z.enum(['VIRTUAL_PRIVATE', 'DEFAULT']);
export type VaultType = z.infer<typeof vaultTypeSchema>;

/** A vault, with the reference's field names (rule R10). */
export const vaultSchema = z.object({
  id: ocidSchema('vault'),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  displayName: displayNameSchema,
  vaultType: vaultTypeSchema,
  lifecycleState: vaultStateSchema,
  freeformTags: freeformTagsSchema,
  definedTags: definedTagsSchema,
  timeCreated: timeSchema,
  timeOfDeletion: timeSchema.optional(),
  restoredFromVaultId: ocidSchema('vault').optional(),
});
export type Vault = z.infer<typeof vaultSchema>;
