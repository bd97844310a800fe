import { z } from 'zod';

/** Verbs of the policy language; each takes in the ones before it (FACTS-OCI, policies). */
export const POLICY_VERBS = ['inspect', 'read', 'use', 'manage'] as const;
export type PolicyVerb = (typeof POLICY_VERBS)[number];

/**
 * What each verb adds on each resource type: the reference's table for vaults, keys, buckets and objects, in its words,
 * and the same for what only an offline realm has (its realm, operators, limits, audit log and approvals).
 */
export const PERMISSIONS_BY_RESOURCE_TYPE = {
  vaults: {
    inspect: ['VAULT_INSPECT'],
    read: ['VAULT_READ'],
    use: ['VAULT_CREATE_KEY', 'VAULT_CREATE_SECRET'],
    manage: ['VAULT_CREATE', 'VAULT_UPDATE', 'VAULT_DELETE', 'VAULT_BACKUP', 'VAULT_RESTORE'],
  },
  keys: {
    inspect: ['KEY_INSPECT'],
    read: ['KEY_READ'],
    use: ['KEY_ENCRYPT', 'KEY_DECRYPT', 'KEY_SIGN', 'KEY_VERIFY'],
    manage: ['KEY_CREATE', 'KEY_UPDATE', 'KEY_ROTATE', 'KEY_DELETE', 'KEY_BACKUP', 'KEY_RESTORE'],
  },
  secrets: {
    inspect: ['SECRET_INSPECT'],
    read: ['SECRET_READ'],
    use: [],
    manage: ['SECRET_CREATE'],
  },
  buckets: {
    inspect: ['BUCKET_INSPECT'],
    read: ['BUCKET_READ'],
    use: [],
    manage: ['BUCKET_CREATE', 'PAR_MANAGE'],
  },
  objects: {
    inspect: ['OBJECT_INSPECT'],
    read: ['OBJECT_READ'],
    use: ['OBJECT_OVERWRITE'],
    manage: ['OBJECT_CREATE', 'OBJECT_DELETE'],
  },
  compartments: {
    inspect: ['COMPARTMENT_INSPECT'],
    read: [],
    use: [],
    manage: ['COMPARTMENT_CREATE', 'COMPARTMENT_UPDATE'],
  },
  realms: { inspect: ['REALM_INSPECT'], read: [], use: [], manage: ['REALM_MANAGE'] },
  operators: {
    inspect: ['OPERATOR_INSPECT'],
    read: [],
    use: [],
    manage: ['OPERATOR_CREATE', 'OPERATOR_UPDATE', 'OPERATOR_DELETE'],
  },
  groups: {
    inspect: ['GROUP_INSPECT'],
    read: [],
    use: [],
    manage: ['GROUP_CREATE', 'GROUP_UPDATE', 'GROUP_DELETE'],
  },
  policies: {
    inspect: ['POLICY_INSPECT'],
    read: [],
    use: [],
    manage: ['POLICY_CREATE', 'POLICY_UPDATE', 'POLICY_DELETE'],
  },
  approvals: { inspect: ['APPROVAL_INSPECT'], read: [], use: ['APPROVAL_GRANT'], manage: [] },
  limits: { inspect: ['LIMIT_INSPECT'], read: [], use: [], manage: ['LIMIT_UPDATE'] },
  'audit-events': { inspect: [], read: ['AUDIT_READ'], use: [], manage: [] },
} as const satisfies Record<string, Record<PolicyVerb, readonly string[]>>;

export type ResourceType = keyof typeof PERMISSIONS_BY_RESOURCE_TYPE;
type Table = typeof PERMISSIONS_BY_RESOURCE_TYPE;
export type Permission = { [Type in ResourceType]: Table[Type][PolicyVerb][number] }[ResourceType];

export const RESOURCE_TYPES = Object.keys(PERMISSIONS_BY_RESOURCE_TYPE) as readonly ResourceType[];

/** Names in statements that stand for several resource types. */
export const RESOURCE_FAMILIES: Readonly<Record<string, readonly ResourceType[]>> = {
  'key-family': ['vaults', 'keys'],
  'secret-family': ['secrets'],
  'object-family': ['buckets', 'objects'],
  'all-resources': RESOURCE_TYPES,
};

export const PERMISSIONS: readonly Permission[] = RESOURCE_TYPES.flatMap((type) =>
  POLICY_VERBS.flatMap((verb) => [...(PERMISSIONS_BY_RESOURCE_TYPE[type][verb] as readonly Permission[])]),
);

export const permissionSchema = z.enum(PERMISSIONS as [Permission, ...Permission[]]);
