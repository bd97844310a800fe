/**
 * Errors as an officer meets them: a stable code of the reference service, a status, what happened, and what
 * to do next. No error ever carries a PIN, a share or a key value (rule preamble of docs/rules.md).
 */

/** The reference service's error codes with their HTTP status (OCI API errors). */
export const ERROR_STATUS = {
  CannotParseRequest: 400,
  InvalidParameter: 400,
  MissingParameter: 400,
  LimitExceeded: 400,
  QuotaExceeded: 400,
  RelatedResourceNotAuthorizedOrNotFound: 400,
  NotAuthenticated: 401,
  NotAllowed: 403,
  NotAuthorized: 403,
  NotAuthorizedOrNotFound: 404,
  IncorrectState: 409,
  Conflict: 409,
  InvalidatedRetryToken: 409,
  NotAuthorizedOrResourceAlreadyExists: 409,
  NoEtagMatch: 412,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** What a caller on the other side of a process border is shown of an error. */
export interface ErrorDocument {
  readonly code: ErrorCode;
  readonly status: number;
  /** Finer than the code and as stable: which check failed, e.g. `SealedBackupTruncated`. */
  readonly reason?: string;
  readonly message: string;
  readonly next: string;
}

/** The one error class that crosses rooms. Anything else that is thrown is a bug, shown as InternalServerError. */
export class StrongroomError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly reason: string | undefined;
  readonly next: string;

  constructor(
    code: ErrorCode,
    message: string,
    next: string,
    options: { readonly reason?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StrongroomError';
    this.code = code;
    this.status = ERROR_STATUS[code];
    this.reason = options.reason;
    this.next = next;
  }

  toDocument(): ErrorDocument {
    return {
      code: this.code,
      status: this.status,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      message: this.message,
      next: this.next,
    };
  }

  static fromDocument(document: ErrorDocument): StrongroomError {
    return new StrongroomError(
      document.code,
      document.message,
      document.next,
      document.reason === undefined ? {} : { reason: document.reason },
    );
  }
}

/** Turns whatever was thrown into a StrongroomError; a stranger becomes InternalServerError with its cause kept. */
export function toStrongroomError(thrown: unknown): StrongroomError {
  if (thrown instanceof StrongroomError) return thrown;
  const message = thrown instanceof Error ? thrown.message : 'something that is no error was thrown';
  return new StrongroomError(
    'InternalServerError',
    `Strongroom met a fault of its own: ${message}`,
    'Nothing that was reported done is lost. Run the command again; if it fails the same way, report this message.',
    { cause: thrown },
  );
}
