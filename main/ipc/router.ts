import type { CallReply } from '../../shared/contract/bridge.ts';
import { LONGEST_REQUEST } from '../../shared/contract/bridge.ts';
import { operationNamed } from '../../shared/contract/contract.ts';
import type { OperationName } from '../../shared/contract/contract.ts';
import { flawInWords } from '../../shared/contract/flaw-in-words.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { windowContract } from '../../shared/contract/window-contract.ts';
import type { WindowHandlers, WindowOperationName } from '../../shared/contract/window-contract.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { Progress } from '../../shared/domain/work-request.ts';

/** What the router looks at of Electron's event of a call. */
export interface CallEvent {
  readonly sender: unknown;
  /** Null once the frame is gone or shows another page. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

/** What the router needs of Strongroom. Requests are parsed by it from unknown, so no more is promised here. */
export interface CallableStrongroom {
  readonly hasOperators: boolean;
  readonly operator: unknown;
  call(
    name: OperationName,
    request: unknown,
    options: { readonly onProgress: (progress: Progress) => void },
  ): Promise<unknown>;
}

export interface RouterParts {
  /** The one page that may call. */
  readonly pageUrl: string;
  /** Whether the sender is the window's own contents. */
  isWindow(sender: unknown): boolean;
  /** The home's Strongroom. @throws StrongroomError: why it could not be opened. */
  strongroom(): Promise<CallableStrongroom>;
  readonly windowHandlers: WindowHandlers;
  /** Runs a call so that the rest of the program knows of it. */
  track<Result>(call: (onProgress: (progress: Progress) => void) => Promise<Result>): Promise<Result>;
  /** Where faults of our own are written down, with all that the page is not told. */
  reportFault(thrown: unknown): void;
}

/**
 * The one way from the page into main. Who calls is checked before anything that they say is looked at; every call is
 * answered with a document, so that no exception's text or stack crosses. Calls run side by side, and go on when the page
 * that made them is gone.
 */
export class Router {
  readonly #parts: RouterParts;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async handle(event: CallEvent, name: unknown, request: unknown): Promise<CallReply> {
    try {
      this.#requireOwnPage(event);
      return { ok: true, answer: await this.#call(name, plainRequest(request)) };
    } catch (thrown) {
      return { ok: false, error: this.#told(thrown).toDocument() };
    }
  }

  #requireOwnPage({ sender, senderFrame }: CallEvent): void {
    const { pageUrl } = this.#parts;
    if (!this.#parts.isWindow(sender))
      throw refused('the call does not come from the window', 'UnknownSender');
    if (senderFrame === null) throw refused('the frame that called is gone', 'SenderGone');
    if (senderFrame.parent !== null) throw refused('the call comes from a frame inside the page', 'SubFrame');
    if (withoutFragment(senderFrame.url) !== pageUrl) {
      throw refused('the call comes from another page', 'WrongOrigin');
    }
  }

  async #call(name: unknown, request: unknown): Promise<unknown> {
    if (typeof name !== 'string') throw unknownOperation();
    if (Object.hasOwn(windowContract, name)) {
      return this.#callWindow(name as WindowOperationName, request);
    }
    if (operationNamed(name) === undefined) throw unknownOperation();
    const strongroom = await this.#parts.strongroom();
    return this.#parts.track((onProgress) => strongroom.call(name as OperationName, request, { onProgress }));
  }

  async #callWindow(name: WindowOperationName, request: unknown): Promise<unknown> {
    const operation: Operation = windowContract[name];
    const parsed = operation.request.safeParse(request, { error: flawInWords });
    if (!parsed.success) {
      const flaws = parsed.error.issues.map(
        (issue) => `${issue.path.join('.') || 'the request'}: ${issue.message}`,
      );
      throw new StrongroomError(
        'InvalidParameter',
        `The request does not fit ${name}: ${flaws.join('; ')}.`,
        'This is a fault of the window; report this message.',
      );
    }
    if (operation.isAboutCaller === true) await this.#requireSignedIn();
    const handler = this.#parts.windowHandlers[name] as (request: unknown) => Promise<unknown>;
    return operation.response.parse(await handler(parsed.data));
  }

  /** A home that does not open has nobody to ask who could sign in. */
  async #requireSignedIn(): Promise<void> {
    const strongroom = await this.#parts.strongroom().catch(() => undefined);
    if (strongroom?.hasOperators !== true || strongroom.operator !== undefined) return;
    throw new StrongroomError('NotAuthenticated', 'Nobody is signed in.', 'Sign in, then try again.', {
      reason: 'SignInNeeded',
    });
  }

  /** What the page is told. A fault of our own is told without its message, which names our insides. */
  #told(thrown: unknown): StrongroomError {
    const failure = toStrongroomError(thrown);
    if (failure.code !== 'InternalServerError') return failure;
    this.#parts.reportFault(thrown);
    return new StrongroomError(
      'InternalServerError',
      'Strongroom met a fault of its own.',
      'Nothing that was reported done is lost. Try again; if it fails the same way, start Strongroom from a terminal, where it writes what it met, and report that.',
      failure.reason === undefined ? {} : { reason: failure.reason },
    );
  }
}

/** The request as the JSON that it is: no prototypes, no maps, nothing that parsing would not expect. */
function plainRequest(request: unknown): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(request);
  } catch (cause) {
    throw new StrongroomError(
      'CannotParseRequest',
      'The request is not JSON.',
      'This is a fault of the window; report this message.',
      { reason: 'RequestNotJson', cause },
    );
  }
  // JSON.stringify answers undefined for what JSON has no word for, whatever its type says.
  if ((text as string | undefined) === undefined) return undefined;
  if (Buffer.byteLength(text) > LONGEST_REQUEST) {
    throw new StrongroomError(
      'CannotParseRequest',
      'The request is longer than 1 MiB.',
      'Name fewer things in it, or give a file.',
      { reason: 'RequestTooLarge' },
    );
  }
  return JSON.parse(text) as unknown;
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}

function refused(why: string, reason: string): StrongroomError {
  return new StrongroomError(
    'NotAuthorized',
    `The call was refused: ${why}.`,
    "Only Strongroom's own window may call.",
    { reason },
  );
}

function unknownOperation(): StrongroomError {
  return new StrongroomError(
    'CannotParseRequest',
    'There is no such operation.',
    'This is a fault of the window; report this message.',
    { reason: 'UnknownOperation' },
  );
}
