import { contract } from '../shared/contract/contract.ts';
import type { OperationName, RequestInput, RequestOf, ResponseOf } from '../shared/contract/contract.ts';
import { StrongroomError } from '../shared/domain/errors.ts';
import type { Progress } from '../shared/domain/work-request.ts';
import { openCatalog } from './catalog/open-catalog.ts';
import type { Catalog } from './catalog/open-catalog.ts';
import { openHomeFolder } from './home/home-folder.ts';
import { holdHome } from './home/home-lock.ts';
import type { HomeLock } from './home/home-lock.ts';
import { Tokens } from './hsm/tokens.ts';
import type {
  OperationContext,
  OperationHandler,
  PassphraseSources,
  PinSources,
} from './operations/operation-context.ts';
import { undoInterruptedKeyCreations } from './operations/make-key-version.ts';
import { handlers } from './operations/handlers.ts';
import { parseRequest } from './operations/parse-request.ts';
import { recoverers } from './operations/recovery.ts';
import { RegionSessions } from './operations/region-sessions.ts';
import { WorkRequests } from './work-requests/work-requests.ts';
import type { RecoveryReport } from './work-requests/work-requests.ts';

export { makePracticeFolder } from './hsm/practice-folder.ts';
export type { PracticeFolder } from './hsm/practice-folder.ts';
export type { PassphraseSources, PinPurpose, PinSources } from './operations/operation-context.ts';

export interface StrongroomOptions {
  /** The home's folder; default: the user's data folder. */
  readonly home?: string | undefined;
  /** Who uses the home, in words for whoever finds it in use: `command line`, `window`. */
  readonly program: string;
  readonly pins: PinSources;
  readonly passphrases?: PassphraseSources;
  /** The environment that modules may see (SOFTHSM2_CONF and the like). */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly now?: () => Date;
}

export interface CallOptions {
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * All that window and shell know of the rest: one home, opened by one program at a time, and one way to call any
 * operation. Requests are parsed here from unknown, whoever calls (rule R74).
 */
export class Strongroom implements AsyncDisposable {
  /** What recovery at this start finished or undid (rule R73). */
  readonly recovery: readonly RecoveryReport[];
  readonly #lock: HomeLock;
  readonly #catalog: Catalog;
  readonly #tokens: Tokens;
  readonly #sessions: RegionSessions;
  readonly #context: OperationContext;

  private constructor(parts: {
    recovery: readonly RecoveryReport[];
    lock: HomeLock;
    catalog: Catalog;
    tokens: Tokens;
    sessions: RegionSessions;
    context: OperationContext;
  }) {
    this.recovery = parts.recovery;
    this.#lock = parts.lock;
    this.#catalog = parts.catalog;
    this.#tokens = parts.tokens;
    this.#sessions = parts.sessions;
    this.#context = parts.context;
  }

  /** Opens a home: lock, catalog, recovery of what a crash left, in this order. */
  static async open(options: StrongroomOptions): Promise<Strongroom> {
    const now = options.now ?? (() => new Date());
    const home = await openHomeFolder(options.home);
    const lock = await holdHome(home.path, options.program);
    try {
      const catalog = openCatalog(home.catalog);
      const tokens = new Tokens(
        options.environment === undefined ? {} : { environment: options.environment },
      );
      const workRequests = new WorkRequests(catalog, { now });
      const sessions = new RegionSessions({ catalog, tokens, pins: options.pins, now });
      const context: OperationContext = {
        catalog,
        tokens,
        workRequests,
        pins: options.pins,
        passphrases: options.passphrases ?? noPassphrases,
        operator: undefined,
        requireAccess: () => undefined,
        requireApproval: () => undefined,
        callAgain: () => Promise.reject(new Error('not yet')),
        now,
        openRegion: (regionId) => sessions.openRegion(regionId),
        openToken: (reference, purpose) => sessions.openToken(reference, purpose),
        forgetRegion: (regionId) => sessions.forgetRegion(regionId),
      };
      const recovery = await workRequests.recover(recoverers(context));
      undoInterruptedKeyCreations(context);
      return new Strongroom({ recovery, lock, catalog, tokens, sessions, context });
    } catch (failure) {
      await lock.release();
      throw failure;
    }
  }

  /**
   * Calls one operation.
   * @param request is parsed from unknown by the operation's schema; the answer has what its schema names, no more.
   * @throws StrongroomError CannotParseRequest for an unknown operation, InvalidParameter or MissingParameter for a
   * request that does not fit, else what the operation answers.
   */
  async call<Name extends OperationName>(
    name: Name,
    request: RequestInput<Name>,
    options: CallOptions = {},
  ): Promise<ResponseOf<Name>> {
    const handler = handlers[name] as OperationHandler<Name>;
    const context =
      options.onProgress === undefined ? this.#context : { ...this.#context, onProgress: options.onProgress };
    const answer = await handler(context, parseRequest(name, request));
    return contract[name].response.parse(answer) as ResponseOf<Name>;
  }

  /** Logs out of every token and drops every PIN (rule R71). */
  async lockTokens(): Promise<void> {
    this.#sessions.forget();
    await this.#tokens.lock();
  }

  async close(): Promise<void> {
    this.#sessions.forget();
    await this.#tokens.close();
    this.#catalog.close();
    await this.#lock.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function noPassphrases(): Promise<string> {
  return Promise.reject(
    new StrongroomError('NotAuthenticated', 'No passphrase was given.', 'Sign in (--operator NAME).', {
      reason: 'SignInNeeded',
    }),
  );
}
