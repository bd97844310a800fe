import { createHash, randomBytes } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';
import { AES_KEY_GENERATION, HMAC_SHA256, SECRET_GENERATION } from './mechanisms.ts';
import type { ObjectHandle } from './raw-session.ts';
import { findDifferences } from './read-back.ts';
import { SEARCHES, publiclyKnownKey, realmKey } from './templates.ts';
import type { ObjectTemplate, RealmKeyRole } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS, readRealmKeyLabel, realmKeyLabel } from './token-labels.ts';
import type { RealmNames } from './token-labels.ts';
import type { RealmKeys } from './token-session.ts';

export interface RealmKeyHandles {
  readonly rbk: ObjectHandle;
  readonly rak: ObjectHandle;
}

/** One of the realm keys as it lies on the token. */
export interface FoundRealmKey {
  readonly role: RealmKeyRole;
  readonly handle: ObjectHandle;
  readonly id: string;
  readonly names: RealmNames;
}

/**
 * What RAK says of itself. Each message has a prefix of its own, so that none of these public values is ever the answer
 * to another question; and an enrolled token alone tells a home without a catalog which realm it is (rule R40).
 */
const RAK_CHECK_VALUE = 'strongroom/v1/rak-check-value';
const REALM_ID = 'strongroom/v1/realm-id';
const TENANCY_ID = 'strongroom/v1/tenancy-id';
const TENANCY_ID_CONTINUED = 'strongroom/v1/tenancy-id/2';

/** What RBK wraps to say which RBK it is. Known to everybody. */
const PROBE_VALUE = Uint8Array.from({ length: 32 }, (_, index) => index);

/** The pair of realm keys on one token (rule R1): makes them, finds them, and calls them. */
export class RealmKeyring {
  readonly #token: TokenContext;
  #found: { readonly keys: RealmKeys; readonly handles: RealmKeyHandles } | undefined;
  #probe: Uint8Array | undefined;

  constructor(token: TokenContext) {
    this.#token = token;
  }

  /** @throws Conflict, reason `RealmKeysExist`, if the token has realm keys or a part of a pair. */
  create(names: RealmNames): RealmKeys {
    const labels = {
      rbk: realmKeyLabel(TOKEN_LABELS.rbk, names),
      rak: realmKeyLabel(TOKEN_LABELS.rak, names),
    };
    this.requireNone();
    this.#token.keyWrapMechanism();
    const made: ObjectHandle[] = [];
    try {
      const keep = (handle: ObjectHandle): ObjectHandle => {
        made.push(handle);
        return handle;
      };
      const generated = (role: RealmKeyRole, label: string): [string, ObjectTemplate] => {
        const id = randomBytes(16).toString('hex');
        return [id, realmKey(role, { id, label, lifetime: 'token', origin: 'generated' })];
      };
      const [rbkId, rbkTemplate] = generated('RBK', labels.rbk);
      const [rakId, rakTemplate] = generated('RAK', labels.rak);
      const rbk = keep(this.#token.session.generateKey(AES_KEY_GENERATION, rbkTemplate));
      const rak = keep(this.#token.session.generateKey(SECRET_GENERATION, rakTemplate));
      requireRealmKeyProtected(this.#token, 'RBK', rbk, { id: rbkId, names });
      requireRealmKeyProtected(this.#token, 'RAK', rak, { id: rakId, names });
      const keys = this.describe({ rbk, rak }, { ...names, rbkId, rakId });
      this.#found = { keys, handles: { rbk, rak } };
      return keys;
    } catch (thrown) {
      for (const handle of made) this.#token.session.destroyQuietly(handle);
      throw thrown;
    }
  }

  /**
   * @returns undefined if the token has none.
   * @throws Conflict, reason `SeveralRealms`; IncorrectState, reason `RealmKeysIncomplete`, for half a pair.
   */
  find(): RealmKeys | undefined {
    return this.#look()?.keys;
  }

  /** @throws NotAuthorizedOrNotFound, reason `RealmKeysMissing`. */
  handles(): RealmKeyHandles {
    const found = this.#look();
    if (found !== undefined) return found.handles;
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'This token has no realm keys.',
      'Enrol the token in the realm first (region enrol-request), or create a realm on it.',
      { reason: 'RealmKeysMissing' },
    );
  }

  /** HMAC-SHA256 under RAK, inside the token. */
  authenticate(message: Uint8Array): Uint8Array {
    return this.#hmac(this.handles().rak, message);
  }

  wrapProbe(): Uint8Array {
    this.#probe ??= this.#wrapProbe(this.handles().rbk);
    return new Uint8Array(this.#probe);
  }

  /** What a pair of realm keys, wherever it lies, says it is. */
  describe(
    handles: RealmKeyHandles,
    known: RealmNames & { readonly rbkId: string; readonly rakId: string },
  ): RealmKeys {
    const text = (message: string): Buffer =>
      Buffer.from(this.#hmac(handles.rak, Buffer.from(message, 'utf8')));
    // 60 base32 characters are 300 bits: more than one HMAC gives.
    const tenancy = Buffer.concat([text(TENANCY_ID), text(TENANCY_ID_CONTINUED)]).subarray(0, 38);
    return {
      realmId: text(REALM_ID).toString('hex', 0, 16),
      realmName: known.realmName,
      tenancyName: known.tenancyName,
      tenancyId: formatOcid({ type: 'tenancy', uniqueId: ocidCharacters(tenancy, 60) }),
      rbkId: known.rbkId,
      rakId: known.rakId,
      rbkCheckValue: createHash('sha256').update(this.#wrapProbe(handles.rbk)).digest('hex').slice(0, 32),
      rakCheckValue: text(RAK_CHECK_VALUE).toString('hex', 0, 16),
    };
  }

  /** Every realm key on the token, read anew. Two searches, however many key versions there are. */
  findAll(): readonly FoundRealmKey[] {
    return [
      ...this.#findRole('RBK', SEARCHES.wrappingKeys, TOKEN_LABELS.rbk),
      ...this.#findRole('RAK', SEARCHES.macKeys, TOKEN_LABELS.rak),
    ];
  }

  /** @throws Conflict, reason `RealmKeysExist`. */
  requireNone(): void {
    const [found] = this.findAll();
    if (found === undefined) return;
    throw new StrongroomError(
      'Conflict',
      `This token has realm keys already: those of realm "${found.names.realmName}".`,
      'Use the token as it is (region attach), or take another one. Strongroom never replaces realm keys.',
      { reason: 'RealmKeysExist' },
    );
  }

  /** Forgets what was found, after keys were made or destroyed by other ways than create. */
  forget(): void {
    this.#found = undefined;
    this.#probe = undefined;
  }

  #look(): { readonly keys: RealmKeys; readonly handles: RealmKeyHandles } | undefined {
    if (this.#found !== undefined) return this.#found;
    const found = this.findAll();
    if (found.length === 0) return undefined;
    const rbks = found.filter(({ role }) => role === 'RBK');
    const raks = found.filter(({ role }) => role === 'RAK');
    const [rbk] = rbks;
    const [rak] = raks;
    if (rbks.length > 1 || raks.length > 1) throw severalRealms(found);
    if (rbk === undefined || rak === undefined) throw incomplete(rbk === undefined ? 'RBK' : 'RAK');
    if (rbk.names.realmName !== rak.names.realmName || rbk.names.tenancyName !== rak.names.tenancyName) {
      throw severalRealms(found);
    }
    requireRealmKeyProtected(this.#token, 'RBK', rbk.handle, rbk);
    requireRealmKeyProtected(this.#token, 'RAK', rak.handle, rak);
    const handles = { rbk: rbk.handle, rak: rak.handle };
    this.#found = { keys: this.describe(handles, { ...rbk.names, rbkId: rbk.id, rakId: rak.id }), handles };
    return this.#found;
  }

  #findRole(role: RealmKeyRole, search: ObjectTemplate, prefix: string): FoundRealmKey[] {
    return this.#token.session.find(search).flatMap((handle) => {
      const id = this.#token.session.readIfThere(handle, pkcs11js.CKA_ID);
      const label = this.#token.session.readIfThere(handle, pkcs11js.CKA_LABEL)?.toString('utf8') ?? '';
      const names = readRealmKeyLabel(prefix, label);
      return names === undefined || id?.length !== 16
        ? []
        : [{ role, handle, id: id.toString('hex'), names }];
    });
  }

  #wrapProbe(rbk: ObjectHandle): Uint8Array {
    const { session } = this.#token;
    const probe = session.createObject(publiclyKnownKey('is wrapped', PROBE_VALUE, '00'.repeat(16)));
    return session.temporarily(probe, () => session.wrap(this.#token.keyWrapMechanism(), rbk, probe));
  }

  #hmac(rak: ObjectHandle, message: Uint8Array): Uint8Array {
    if (message.length === 0) {
      throw new StrongroomError('InvalidParameter', 'There is nothing to authenticate.', 'Give a message.', {
        reason: 'MessageEmpty',
      });
    }
    return this.#token.session.sign(HMAC_SHA256, rak, message);
  }
}

/**
 * Reads the key's attributes back: a token that ignored part of the template must not keep a realm key. EXTRACTABLE may be
 * either: closing the ceremony takes it away (rule R3).
 * @throws NotAllowed, reason `RealmKeyNotProtected`.
 */
export function requireRealmKeyProtected(
  token: TokenContext,
  role: RealmKeyRole,
  handle: ObjectHandle,
  key: { readonly id: string; readonly names: RealmNames },
): void {
  const label = realmKeyLabel(role === 'RBK' ? TOKEN_LABELS.rbk : TOKEN_LABELS.rak, key.names);
  const expected = realmKey(role, { id: key.id, label, lifetime: 'token', origin: 'unwrapped' });
  const differences = findDifferences(token.session, handle, expected, [pkcs11js.CKA_EXTRACTABLE]);
  if (differences.length === 0) return;
  throw new StrongroomError(
    'NotAllowed',
    `The ${role} on this token is not protected as it must be (${differences.join(', ')}).`,
    'Do not use this token for the realm: its realm key could be misused or read. Enrol another token.',
    { reason: 'RealmKeyNotProtected' },
  );
}

function severalRealms(found: readonly FoundRealmKey[]): StrongroomError {
  const realms = [...new Set(found.map(({ names }) => `"${names.realmName}"`))].join(', ');
  return new StrongroomError(
    'Conflict',
    `This token has ${found.length} realm keys (realms: ${realms}); it must have exactly one pair.`,
    "Look at the token with its vendor's tool and keep one pair, or use another token.",
    { reason: 'SeveralRealms' },
  );
}

function incomplete(missing: RealmKeyRole): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    `This token has only one of the two realm keys: the ${missing} is missing.`,
    'If an enrolment was broken off here, accept the same grant again. Else use another token that is enrolled.',
    { reason: 'RealmKeysIncomplete' },
  );
}
