import { StrongroomError } from '../../shared/domain/errors.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { Tokens } from '../hsm/tokens.ts';
import { destroyTokenOrphans } from './token-orphans.ts';
import type { PinPurpose, PinSources } from './operation-context.ts';
import { requireSameRealm } from './realm-keys-of-token.ts';

/**
 * One logged-in session per attached region, kept while the program runs. Opening one proves by check values that
 * the token holds this realm's keys (rule R2) and destroys what an interrupted operation left on it (rule R73).
 */
export class RegionSessions {
  readonly #parts: {
    readonly catalog: Catalog;
    readonly tokens: Tokens;
    readonly pins: PinSources;
    readonly now: () => Date;
  };
  readonly #sessions = new Map<string, Promise<TokenSession>>();

  constructor(parts: { catalog: Catalog; tokens: Tokens; pins: PinSources; now: () => Date }) {
    this.#parts = parts;
  }

  openRegion(regionId: string): Promise<TokenSession> {
    const known = this.#sessions.get(regionId);
    const opening = known === undefined ? this.#open(regionId) : this.#goOnWith(regionId, known);
    this.#sessions.set(regionId, opening);
    // A failed login is not kept: the next call may ask for the PIN again (rule R71: no automatic retry).
    opening.catch(() => this.#sessions.delete(regionId));
    return opening;
  }

  openToken(reference: TokenReference, purpose: PinPurpose): Promise<TokenSession> {
    return this.#parts.tokens.openSession(reference, this.#parts.pins(purpose));
  }

  /** Forgets the session of a region whose binding changed. */
  forgetRegion(regionId: string): void {
    this.#sessions.delete(regionId);
  }

  /** Forgets every session, after their tokens were locked. */
  forget(): void {
    this.#sessions.clear();
  }

  /** A window stays open for long: a PIN that was mistyped after a lock must not be the end of that region. */
  async #goOnWith(regionId: string, known: Promise<TokenSession>): Promise<TokenSession> {
    const session = await known;
    return session.isRefused ? this.#open(regionId) : session;
  }

  async #open(regionId: string): Promise<TokenSession> {
    const { catalog, now } = this.#parts;
    const region = catalog.regions.require(regionId);
    const session = await this.openToken(region.token, {
      regionId,
      regionKey: region.regionKey,
      tokenLabel: region.token.tokenLabel,
    });
    try {
      const found = await session.findRealmKeys();
      if (found === undefined) {
        throw new StrongroomError(
          'IncorrectState',
          `The token ${region.token.tokenLabel} of region ${regionId} no longer holds the realm keys.`,
          'Enrol it again (region enrol-request), or bind the region to a token that holds them (region attach).',
          { reason: 'RealmKeysMissing' },
        );
      }
      requireSameRealm(catalog.realm.require(), found);
      // Another home may have closed the ceremony on this token meanwhile.
      const isCeremonyClosed = await session.isCeremonyClosed();
      catalog.regions.update(regionId, { timeProven: now().toISOString(), isCeremonyClosed });
      await destroyTokenOrphans(catalog, regionId, session);
      return session;
    } catch (failure) {
      await session.close();
      throw failure;
    }
  }
}
