import { z } from 'zod';
import {
  definedTagsSchema,
  displayNameSchema,
  freeformTagsSchema,
  materialIdSchema,
  ocidSchema,
  timeSchema,
} from './identifiers.ts';
import { keyShapeSchema } from './key-shape.ts';
import { keyStateSchema, keyVersionStateSchema } from './lifecycle.ts';

export const protectionModeSchema = z.enum(['HSM', 'SOFTWARE']);
export type ProtectionMode = z.infer<typeof protectionModeSchema>;

/** A master encryption key, with the reference's field names (rule R10). */
export const keySchema = z.object({
  id: ocidSchema('key'),
  vaultId: ocidSchema('vault'),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  displayName: displayNameSchema,
  keyShape: keyShapeSchema,
  protectionMode: protectionModeSchema,
  lifecycleState: keyStateSchema,
  /** OCID of the version that encrypts and signs. */
  currentKeyVersion: ocidSchema('keyversion'),
  freeformTags: freeformTagsSchema,
  definedTags: definedTagsSchema,
  timeCreated: timeSchema,
  timeOfDeletion: timeSchema.optional(),
  restoredFromKeyId: ocidSchema('key').optional(),
});
export type Key = z.infer<typeof keySchema>;

/** A key version. `materialId` names its value in every region and is the CKA_ID of its token objects (rule R12). */
export const keyVersionSchema = z.object({
  id: ocidSchema('keyversion'),
  keyId: ocidSchema('key'),
  vaultId: ocidSchema('vault'),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  lifecycleState: keyVersionStateSchema,
  origin: z.enum(['INTERNAL', 'EXTERNAL']),
  /** SubjectPublicKeyInfo in PEM; RSA and ECDSA only. */
  publicKey: z.string().max(4096).optional(),
  timeCreated: timeSchema,
  timeOfDeletion: timeSchema.optional(),
  restoredFromKeyVersionId: ocidSchema('keyversion').optional(),
  materialId: materialIdSchema,
});
export type KeyVersion = z.infer<typeof keyVersionSchema>;
