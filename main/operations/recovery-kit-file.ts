import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { recoveryKitFileSchema } from '../../shared/domain/recovery-kit.ts';
import type { RecoveryKit, RecoveryKitFile } from '../../shared/domain/recovery-kit.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { EscrowedRealmKeys, RealmKeys } from '../hsm/token-session.ts';
import { canonicalJson } from './canonical-json.ts';
import { readJsonFile } from './json-file.ts';

/** A kit file that says what its set id was made of. */
export interface OpenKit {
  readonly kit: RecoveryKitFile;
  readonly sha256: string;
  readonly wrapped: EscrowedRealmKeys;
}

/**
 * The set id is the hash of all that the kit file says, so that a share, which carries it, vouches for the kit file: one
 * with other keys or other fingerprints has another set id.
 */
export function setIdOf(content: Omit<RecoveryKitFile, 'setId'>): string {
  const hashed = { ...content, setId: undefined };
  return createHash('sha256')
    .update(`strongroom/v1/recovery-kit\n${canonicalJson(hashed)}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * @throws InvalidParameter, reasons `NotARecoveryKit`, and `RecoveryKitAltered` for one that is not what its set id was
 * made of.
 */
export async function readKitFile(path: string): Promise<OpenKit> {
  const { content: kit, sha256 } = await readJsonFile(
    path,
    recoveryKitFileSchema,
    (cause) =>
      new StrongroomError(
        'InvalidParameter',
        `The file ${path} is not a recovery kit.`,
        'Take the file recovery-kit.json that recovery-kit create wrote, unchanged.',
        { reason: 'NotARecoveryKit', cause },
      ),
  );
  if (setIdOf(kit) !== kit.setId) throw altered(path);
  const wrapped = {
    wrappedRbk: Buffer.from(kit.wrappedRbk, 'base64'),
    wrappedRak: Buffer.from(kit.wrappedRak, 'base64'),
  };
  return { kit, sha256, wrapped };
}

/** What the kit's keys must turn out to be. */
export function realmKeysOf(kit: RecoveryKitFile): RealmKeys {
  return kit.realm;
}

/**
 * Compares a kit with what the catalog knows, as far as it knows anything.
 * @throws Conflict, reason `RecoveryKitOfOtherRealm`; InvalidParameter, reason `RecoveryKitAltered`.
 */
export function requireOwnKit(catalog: Catalog, path: string, { kit, sha256 }: OpenKit): void {
  const realm = catalog.realm.get();
  const keys = realmKeysOf(kit);
  const names = ['realmId', 'tenancyId', 'rbkId', 'rakId', 'rbkCheckValue', 'rakCheckValue'] as const;
  if (realm !== undefined && names.some((name) => realm[name] !== keys[name])) {
    throw new StrongroomError(
      'Conflict',
      `The recovery kit ${path} is of realm ${keys.realmId} (${keys.realmName}), not of this home's realm ${realm.realmId} (${realm.name}).`,
      'Use a recovery kit of this realm, or another home (--home) for the other realm.',
      { reason: 'RecoveryKitOfOtherRealm' },
    );
  }
  const known = catalog.recoveryKits.get(kit.setId);
  if (known !== undefined && known.kitSha256 !== sha256) throw altered(path);
}

/**
 * Writes down what was done with a kit. One that was made in another home of the realm, or before this catalog was, is
 * known from then on.
 */
export function recordKit(
  catalog: Catalog,
  { kit, sha256 }: OpenKit,
  done: Pick<RecoveryKit, 'timeConfirmed' | 'timeRehearsed'>,
): RecoveryKit {
  return catalog.transaction(() => {
    const { setId, threshold, shareCount, timeCreated } = kit;
    if (catalog.recoveryKits.get(setId) === undefined) {
      catalog.recoveryKits.insert({ setId, threshold, shareCount, kitSha256: sha256, timeCreated });
    }
    catalog.recoveryKits.update(setId, done);
    return catalog.recoveryKits.require(setId);
  });
}

function altered(path: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The recovery kit ${path} was altered: it is not the file that its set id was made of.`,
    'Take another copy of the kit file, as recovery-kit create wrote it.',
    { reason: 'RecoveryKitAltered' },
  );
}
