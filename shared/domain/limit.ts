import { z } from 'zod';
import type { KeyShape } from './key-shape.ts';
import { regionIdSchema } from './region.ts';

/** Service limits of the reference, per tenancy and region (rule R45). */
export const limitNameSchema = z.enum([
  'virtual-vault-count',
  'virtual-private-vault-count',
  'key-version-count-per-virtual-private-vault',
  'bucket-count',
]);
export type LimitName = z.infer<typeof limitNameSchema>;

export interface LimitDefinition {
  readonly name: LimitName;
  /** What holds until it is changed (limit set). */
  readonly defaultValue: number;
  readonly description: string;
}

export const LIMITS: Readonly<Record<LimitName, LimitDefinition>> = {
  'virtual-vault-count': {
    name: 'virtual-vault-count',
    defaultValue: 10,
    description: 'DEFAULT vaults of a region that are not deleted.',
  },
  'virtual-private-vault-count': {
    name: 'virtual-private-vault-count',
    defaultValue: 10,
    description:
      'VIRTUAL_PRIVATE vaults of a region that are not deleted. The reference service has 0 until it is raised on request; here it is 10.',
  },
  'key-version-count-per-virtual-private-vault': {
    name: 'key-version-count-per-virtual-private-vault',
    defaultValue: 3000,
    description:
      'Versions of HSM keys, enabled and disabled, in one VIRTUAL_PRIVATE vault; those of RSA and ECDSA keys count twice.',
  },
  'bucket-count': {
    name: 'bucket-count',
    defaultValue: 10_000,
    description: 'Buckets of a region.',
  },
};

/** How much of a vault's limit one version of this shape takes. */
export function keyVersionWeight(shape: Pick<KeyShape, 'algorithm'>): number {
  return shape.algorithm === 'AES' ? 1 : 2;
}

/** One limit in one region, or in one vault where it is the vault's. */
export const limitUseSchema = z.object({
  name: limitNameSchema,
  region: regionIdSchema,
  vaultId: z.string().optional(),
  value: z.number().int(),
  used: z.number().int(),
  /** What is left; 0 where more is used than a lowered limit allows. */
  available: z.number().int(),
});
export type LimitUse = z.infer<typeof limitUseSchema>;

/** What a limit would be after something were added: plans show it (rule R43), creations are refused by it. */
export interface LimitAfter {
  readonly name: LimitName;
  readonly value: number;
  readonly used: number;
  readonly after: number;
  readonly isExceeded: boolean;
}

/** Pure arithmetic of a limit: exceeded only by what is added, never by what is there already. */
export function headroom(name: LimitName, value: number, used: number, added: number): LimitAfter {
  const after = used + added;
  return { name, value, used, after, isExceeded: added > 0 && after > value };
}
