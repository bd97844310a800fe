import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors.ts';
import type { Permission } from '../domain/permission.ts';
import type { WorkRequestOperation } from '../domain/work-request.ts';

/**
 * One operation of Strongroom, declared once: from this entry come the main handler's types and parsing, the
 * command line's flags, and later the window's bridge and client. Field descriptions (`.describe()`) are the help
 * texts of the flags.
 */
export interface Operation<
  Request extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Name extends string = string,
> {
  /** `<noun>.<verb>` in the command line's words: `vault.backup` is `strongroom vault backup`. */
  readonly name: Name;
  /** One sentence: what it does. */
  readonly summary: string;
  readonly request: Request;
  readonly response: Response;
  /** Codes it may answer with beyond those any operation may: CannotParseRequest, InvalidParameter, InternalServerError, ServiceUnavailable. */
  readonly errors: readonly ErrorCode[];
  /** What the caller must be permitted. `undefined`: needs no realm, or only tells about this machine. */
  readonly permission: Permission | undefined;
  /** Needs no permission, but somebody who is signed in: it is about whoever calls it. */
  readonly isAboutCaller?: true;
  /** Reads only: its refusals are audited, its successes are not (rule R61). */
  readonly isReadOnly?: true;
  /** May be called while the home has no operator yet: it makes the first one, or prepares for that (rule R62). */
  readonly isBeforeFirstOperator?: true;
  /** Under dual control it needs a second operator's approval (rule R63). */
  readonly isApprovable?: true;
  /** The command line ends with exit code 1 where this field of the answer is false (rule R52). */
  readonly failsWhenFalse?: string;
  /** It runs as this work request. */
  readonly workRequest?: WorkRequestOperation;
  /** What a person is shown and asked before it runs, unless they passed --yes: another operation's plan, or a sentence. */
  readonly confirm?: { readonly plan: string } | { readonly question: string };
}

export function operation<const Name extends string, Request extends z.ZodType, Response extends z.ZodType>(
  declaration: Operation<Request, Response, Name>,
): Operation<Request, Response, Name> {
  return declaration;
}
