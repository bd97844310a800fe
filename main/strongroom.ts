import type { OperationName, RequestInput, ResponseOf } from '../shared/contract/contract.ts';
import { StrongroomError, toStrongroomError } from '../shared/domain/errors.ts';
import type { Operator } from '../shared/domain/operator.ts';
import type { Realm } from '../shared/domain/realm.ts';
import type { Progress } from '../shared/domain/work-request.ts';
import { Access } from './access/access.ts';
import type { Argon2Parameters } from './access/passphrase.ts';
import { AuditLog } from './audit/audit-log.ts';
import type { Catalog } from './catalog/open-catalog.ts';
import { openCatalog } from './catalog/open-catalog.ts';
import { openHomeFolder } from './home/home-folder.ts';
import { holdHome } from './home/home-lock.ts';
import type { HomeLock } from './home/home-lock.ts';
import type { LaunchModuleHost } from './hsm/launch-module-host.ts';
import type { PinSource } from './hsm/token-session.ts';
import { Tokens } from './hsm/tokens.ts';
import { undoInterruptedKeyCreations } from './operations/make-key-version.ts';
import { newOcid } from './operations/new-ocid.ts';
import type { CallerContext, PassphraseSources, PinSources } from './operations/operation-context.ts';
import { parseRequest } from './operations/parse-request.ts';
import { performCall } from './operations/perform-call.ts';
import { recoverers } from './operations/recovery.ts';
import { RegionSessions } from './operations/region-sessions.ts';
import { sweepFolder } from './storage/sweep.ts';
import { WorkRequests } from './work-requests/work-requests.ts';
import type { RecoveryReport } from './work-requests/work-requests.ts';

export type { Argon2Parameters } from './access/passphrase.ts';
export { readPassphraseFile } from './access/passphrase-file.ts';
export { defaultHome } from './home/home-folder.ts';
export { findKnownModules } from './hsm/known-modules.ts';
export type { LaunchModuleHost, ModuleHostConnection } from './hsm/launch-module-host.ts';
export type { TokenDescription } from './hsm/token-session.ts';
export { makePracticeFolder } from './hsm/practice-folder.ts';
export type { PracticeFolder } from './hsm/practice-folder.ts';
export { flawOfShare } from './operations/recovery-kit-share-text.ts';
export type { RecoveryReport } from './work-requests/work-requests.ts';
export type { PassphraseSources, PinPurpose, PinSources } from './operations/operation-context.ts';

export interface StrongroomOptions {
  /** The home's folder; default: the user's data folder. */
  readonly home?: string | undefined;
  /** Who uses the home, in words for whoever finds it in use: `command line`, `window`. */
  readonly program: string;
  readonly pins: PinSources;
  readonly passphrases?: PassphraseSources;
  /** What was typed in for a name in shareFile, in UTF-8 and the caller's to wipe; undefined: the name is a path. */
  readonly typedShare?: ((name: string) => Uint8Array | undefined) | undefined;
  /** Cost of new passphrases' hashes; RFC 9106's second choice unless told otherwise. */
  readonly argon2?: Argon2Parameters;
  /** The environment that modules may see (SOFTHSM2_CONF and the like). */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How a token's process is started; Node's fork unless told otherwise. */
  readonly launchModuleHost?: LaunchModuleHost | undefined;
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
  readonly #sessions: RegionSessions;
  readonly #caller: CallerContext;
  readonly #ending: PromiseWithResolvers<never>;
  readonly #calls = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;
  #operator: Operator | undefined;

  private constructor(parts: {
    recovery: readonly RecoveryReport[];
    lock: HomeLock;
    sessions: RegionSessions;
    caller: CallerContext;
    ending: PromiseWithResolvers<never>;
  }) {
    this.recovery = parts.recovery;
    this.#lock = parts.lock;
    this.#sessions = parts.sessions;
    this.#caller = parts.caller;
    this.#ending = parts.ending;
  }

  /** The home's folder. */
  get home(): string {
    return this.#caller.homeFolder;
  }

  /** Opens a home: lock, catalog, recovery of what a crash left, in this order. */
  static async open(options: StrongroomOptions): Promise<Strongroom> {
    const now = options.now ?? (() => new Date());
    const home = await openHomeFolder(options.home);
    const lock = await holdHome(home.path, options.program);
    let catalog: Catalog | undefined;
    try {
      catalog = openCatalog(home.catalog);
      const ending = Promise.withResolvers<never>();
      ending.promise.catch(() => undefined);
      const pins: PinSources = (purpose) => askedUntil(ending.promise, options.pins(purpose));
      const passphrases = options.passphrases ?? noPassphrases;
      const tokens = new Tokens({
        ...(options.environment === undefined ? {} : { environment: options.environment }),
        ...(options.launchModuleHost === undefined ? {} : { launch: options.launchModuleHost }),
      });
      const sessions = new RegionSessions({ catalog, tokens, pins, now });
      const caller: CallerContext = {
        catalog,
        tokens,
        workRequests: new WorkRequests(catalog, { now }),
        audit: new AuditLog({ catalog, now }),
        access: new Access({
          catalog,
          now,
          newId: (type) => newOcid(type),
          ...(options.argon2 === undefined ? {} : { argon2: options.argon2 }),
        }),
        pins,
        typedShare: options.typedShare ?? (() => undefined),
        passphrases: (purpose) => Promise.race([passphrases(purpose), ending.promise]),
        operator: undefined,
        now,
        homeFolder: home.path,
        stagingFolder: home.temporary,
        openRegion: (regionId) => sessions.openRegion(regionId),
        openToken: (reference, purpose) => sessions.openToken(reference, purpose),
        forgetRegion: (regionId) => sessions.forgetRegion(regionId),
      };
      const recovery = await caller.workRequests.recover(recoverers(caller));
      await sweepFolder(home.temporary);
      undoInterruptedKeyCreations(caller);
      caller.audit.interrupted();
      return new Strongroom({ recovery, lock, sessions, caller, ending });
    } catch (failure) {
      catalog?.close();
      await lock.release();
      throw failure;
    }
  }

  /** Whether calls need a signed-in operator: all but the first of a home do (rule R62). */
  get hasOperators(): boolean {
    return this.#caller.access.hasOperators();
  }

  /** Who is signed in. */
  get operator(): Operator | undefined {
    return this.#operator;
  }

  /**
   * Signs an operator in for the calls that follow; whoever was signed in before no longer is.
   * @throws StrongroomError NotAuthenticated, TooManyRequests
   */
  async signIn(operatorName: string): Promise<Operator> {
    const { access, audit, passphrases } = this.#caller;
    this.signOut();
    // A name that nobody has stays out of the log: it may be a passphrase, typed into the wrong field.
    const known = access.operatorNamed(operatorName)?.name;
    const event = {
      operationName: 'operator.sign-in',
      detail: { operatorName: known ?? 'a name that nobody has' },
    };
    try {
      const operator = await access.signIn(operatorName, await passphrases({ operatorName, isNew: false }));
      audit.end(audit.begin({ ...event, operator }), { outcome: 'SUCCEEDED' });
      this.#operator = operator;
      return operator;
    } catch (thrown) {
      audit.refuse(event, toStrongroomError(thrown));
      throw thrown;
    }
  }

  /** The realm of this home, once it has one. */
  get realm(): Realm | undefined {
    return this.#caller.catalog.realm.get();
  }

  signOut(): void {
    this.#operator = undefined;
  }

  /**
   * Calls one operation.
   * @param request is parsed from unknown by the operation's schema; the answer has what its schema names, no more.
   * @throws StrongroomError CannotParseRequest for an unknown operation, InvalidParameter or MissingParameter for a
   * request that does not fit, NotAuthenticated and NotAuthorized where the operator may not, else what the operation
   * answers.
   */
  async call<Name extends OperationName>(
    name: Name,
    request: RequestInput<Name>,
    options: CallOptions = {},
  ): Promise<ResponseOf<Name>> {
    if (this.#closed !== undefined) throw ended();
    const answer = this.#call(name, request, options);
    this.#calls.add(answer);
    try {
      return await answer;
    } finally {
      this.#calls.delete(answer);
    }
  }

  async #call<Name extends OperationName>(
    name: Name,
    request: RequestInput<Name>,
    options: CallOptions,
  ): Promise<ResponseOf<Name>> {
    const parsed = parseRequest(name, request);
    const isFirst = !this.hasOperators;
    const caller: CallerContext = {
      ...this.#caller,
      operator: this.#operator,
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    };
    const answer = await performCall(caller, name, parsed);
    // Whoever made the first operator has just chosen its passphrase.
    if (isFirst && 'administrator' in parsed && parsed.administrator !== undefined) {
      this.#operator = this.#caller.access.operatorNamed(parsed.administrator);
    }
    return answer;
  }

  /** Logs out of every token and drops every PIN (rule R71). */
  async lockTokens(): Promise<void> {
    this.#sessions.forget();
    await this.#caller.tokens.lock();
  }

  /**
   * Takes no more calls, takes back what a person is being asked, cancels work where that is safe (rule R60), and waits for
   * all that still runs: a module that hangs ends with its watchdog (rule R72). Catalog and home are free afterwards,
   * whatever failed.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { workRequests, tokens, catalog } = this.#caller;
    this.#ending.reject(ended());
    try {
      await workRequests.cancelRunning();
      this.#sessions.forget();
      await tokens.close();
      await Promise.allSettled(this.#calls);
    } finally {
      catalog.close();
      await this.#lock.release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A question to a person that is over, unanswered, when the program ends. */
function askedUntil(ending: Promise<never>, pin: PinSource): PinSource {
  return pin.kind === 'asked'
    ? { ...pin, ask: (question) => Promise.race([pin.ask(question), ending]) }
    : pin;
}

function ended(): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    'Strongroom is ending and takes no more calls.',
    'Start it anew and repeat this.',
    { reason: 'StrongroomEnded' },
  );
}

function noPassphrases(): Promise<string> {
  return Promise.reject(
    new StrongroomError('NotAuthenticated', 'No passphrase was given.', 'Sign in (--operator NAME).', {
      reason: 'SignInNeeded',
    }),
  );
}
