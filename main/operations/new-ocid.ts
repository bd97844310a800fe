import { createHash, randomBytes } from 'node:crypto';
import { formatOcid, ocidCharacters, parseOcid } from '../../shared/domain/identifiers.ts';
import type { OcidType } from '../../shared/domain/identifiers.ts';

/** 38 random bytes fill the 60 characters of an OCID's unique part. */
const UNIQUE_BYTES = 38;

/** A fresh OCID. Vaults get a vault token of their own; keys and key versions are given their vault's. */
export function newOcid(
  type: OcidType,
  options: { readonly region?: string; readonly vaultToken?: string } = {},
): string {
  return formatOcid({ type, ...options, uniqueId: ocidCharacters(randomBytes(UNIQUE_BYTES), 60) });
}

export function newVaultToken(): string {
  return ocidCharacters(randomBytes(9), 13);
}

/** The vault token inside an OCID of a vault, key or key version. */
export function vaultTokenOf(ocid: string): string {
  const token = parseOcid(ocid)?.vaultToken;
  if (token === undefined) throw new Error(`no vault token in ${ocid}`);
  return token;
}

/**
 * The OCID that a resource gets when it is restored in another region (rule R41). Derived from the old one, not
 * random: the plan can show it beforehand, a later backup of the same resource finds its earlier restore, and a
 * home that lost its catalog gives the same OCIDs again.
 */
export function restoredOcid(oldOcid: string, region: string): string {
  const old = parseOcid(oldOcid);
  if (old === undefined) throw new Error(`not an OCID: ${oldOcid}`);
  return formatOcid({
    type: old.type,
    region,
    ...(old.vaultToken === undefined
      ? {}
      : { vaultToken: ocidCharacters(derive('vault-token', old.vaultToken, region), 13) }),
    uniqueId: ocidCharacters(derive('unique-id', `${old.region ?? ''}.${old.uniqueId}`, region), 60),
  });
}

/**
 * The OCID of a bucket, derived from its marker, which lies in its folder: whoever takes the folder into a catalog of this
 * realm gives it the same one (rule R31).
 */
export function bucketOcid(
  realmId: string,
  marker: { readonly name: string; readonly region: string; readonly timeCreated: string },
): string {
  const { name, region, timeCreated } = marker;
  const digest = createHash('sha512')
    .update(`strongroom/v1/bucket-ocid\n${realmId}\n${region}\n${name}\n${timeCreated}`)
    .digest();
  return formatOcid({ type: 'bucket', region, uniqueId: ocidCharacters(digest, 60) });
}

function derive(part: string, old: string, region: string): Uint8Array {
  return createHash('sha512').update(`strongroom/v1/restored-ocid/${part}\n${region}\n${old}`).digest();
}
