import { z } from 'zod';

/**
 * Identifiers. OCIDs are `ocid1.<type>.<realm>.[region].[vault token.]<unique id>`; tenancy-wide resources leave
 * the region empty. Vaults, keys and key versions carry a 13-character vault token before a 60-character unique
 * id, and a vault's keys share its token.
 */
export const OCID_TYPES = [
  'tenancy',
  'compartment',
  'vault',
  'key',
  'keyversion',
  'bucket',
  'backup',
  'workrequest',
  'vaultsecret',
  'operator',
  'group',
  'policy',
  'approval',
] as const;
export type OcidType = (typeof OCID_TYPES)[number];

/** The realm part of every OCID that Strongroom makes: none of them can be mistaken for one of the cloud's. */
export const OCID_REALM = 'strongroom1';

const OCID_PATTERN =
  /^ocid1\.(?<type>[a-z]+)\.(?<realm>[a-z0-9]+)\.(?<region>[a-z0-9-]*)\.(?:(?<token>[a-z0-9]{13})\.)?(?<unique>[a-z0-9]{60})$/;

export interface OcidParts {
  readonly type: OcidType;
  /** Region identifier; absent for what belongs to the whole tenancy. */
  readonly region?: string;
  /** 13 characters, for vaults, keys and key versions only. */
  readonly vaultToken?: string;
  /** 60 characters of [a-z0-9]. */
  readonly uniqueId: string;
}

export function formatOcid(parts: OcidParts): string {
  const token = parts.vaultToken === undefined ? '' : `${parts.vaultToken}.`;
  return `ocid1.${parts.type}.${OCID_REALM}.${parts.region ?? ''}.${token}${parts.uniqueId}`;
}

/** @returns the parts of an OCID, or undefined if it is none or of a type unknown here. */
export function parseOcid(ocid: string): OcidParts | undefined {
  const groups = OCID_PATTERN.exec(ocid)?.groups;
  const type = OCID_TYPES.find((known) => known === groups?.['type']);
  if (groups === undefined || type === undefined || groups['realm'] !== OCID_REALM) return undefined;
  return {
    type,
    ...(groups['region'] === '' || groups['region'] === undefined ? {} : { region: groups['region'] }),
    ...(groups['token'] === undefined ? {} : { vaultToken: groups['token'] }),
    uniqueId: groups['unique'] ?? '',
  };
}

/** A schema for OCIDs of one type. */
export function ocidSchema(type: OcidType) {
  return z
    .string()
    .max(255)
    .refine((value) => parseOcid(value)?.type === type, {
      error: `must be the OCID of a ${type}, like ocid1.${type}.${OCID_REALM}...`,
    });
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Lower-case RFC 4648 base32 without padding, cut or filled to `length` characters: the alphabet of OCIDs. */
export function ocidCharacters(bytes: Uint8Array, length: number): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += BASE32.charAt((value >>> (bits - 5)) & 31);
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32.charAt((value << (5 - bits)) & 31);
  return text.slice(0, length).padEnd(length, 'a');
}

/** Key version material id: 16 random bytes in hexadecimal, the CKA_ID of its token objects, the same in every region. */
export const materialIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/, { error: 'must be 32 hexadecimal digits' });

/** SHA-256 in hexadecimal. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hexadecimal' });

/** Names that people give: 1 to 100 characters, no control characters. Not unique, changeable. */
export const displayNameSchema = z
  .string()
  .min(1)
  .max(100)
  // Control and invisible characters could forge terminal output, or make two names look alike.
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+$/u, {
    error: 'must have no control or invisible characters',
  });

/** A time in UTC as ISO 8601 with milliseconds. */
export const timeSchema = z.iso.datetime({ precision: 3 });

export const freeformTagsSchema = z.record(z.string().min(1).max(100), z.string().max(256));
export type FreeformTags = z.infer<typeof freeformTagsSchema>;
export const definedTagsSchema = z.record(z.string().min(1).max(100), freeformTagsSchema);
export type DefinedTags = z.infer<typeof definedTagsSchema>;
