import type { OperationName, RequestInput, ResponseOf } from '../shared/contract/contract.ts';
import { StrongroomError, toStrongroomError } from '../shared/domain/errors.ts';
import type { Operator } from '../shared/domain/operator.ts';
import type { Progress } from '../shared/domain/work-request.ts';
import { Access } from './access/access.ts';
import type { Argon2Parameters } from './access/passphrase.ts';
import { AuditLog } from './audit/audit-log.ts';
import { openCatalog } from './catalog/open-catalog.ts';
import { openHomeFolder } from './home/home-folder.ts';
import { holdHome } from './home/home-lock.ts';
import type { HomeLock } from './home/home-lock.ts';
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
  /** Cost of new passphrases' hashes; RFC 9106's second choice unless told otherwise. */
  readonly argon2?: Argon2Parameters;
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
  readonly #sessions: RegionSessions;
  readonly #caller: CallerContext;
  #operator: Operator | undefined;

  private constructor(parts: {
    recovery: readonly RecoveryReport[];
    lock: HomeLock;
    sessions: RegionSessions;
    caller: CallerContext;
  }) {
    this.recovery = parts.recovery;
    this.#lock = parts.lock;
    this.#sessions = parts.sessions;
    this.#caller = parts.caller;
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
      const sessions = new RegionSessions({ catalog, tokens, pins: options.pins, now });
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
        pins: options.pins,
        passphrases: options.passphrases ?? noPassphrases,
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
      return new Strongroom({ recovery, lock, sessions, caller });
    } catch (failure) {
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
    const event = { operationName: 'operator.sign-in', detail: { operatorName } };
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

  /** What still runs is cancelled where that is safe, and undone (rule R60). */
  async close(): Promise<void> {
    await this.#caller.workRequests.cancelRunning();
    this.#sessions.forget();
    await this.#caller.tokens.close();
    this.#caller.catalog.close();
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
