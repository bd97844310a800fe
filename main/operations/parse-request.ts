import { contract } from '../../shared/contract/contract.ts';
import type { OperationName, RequestOf } from '../../shared/contract/contract.ts';
import { flawInWords } from '../../shared/contract/flaw-in-words.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

/** Parses a request by its operation's schema; every flaw is named with its field. */
export function parseRequest<Name extends OperationName>(name: Name, request: unknown): RequestOf<Name> {
  if (!Object.hasOwn(contract, name)) {
    throw new StrongroomError(
      'CannotParseRequest',
      `There is no operation ${name}.`,
      'See strongroom --help.',
      {
        reason: 'UnknownOperation',
      },
    );
  }
  const parsed = contract[name].request.safeParse(request, { error: flawInWords });
  if (parsed.success) return parsed.data as RequestOf<Name>;
  const flaws = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the request'}: ${issue.message}`,
  );
  const isMissing = parsed.error.issues.every((issue) => valueAt(request, issue.path) === undefined);
  throw new StrongroomError(
    isMissing ? 'MissingParameter' : 'InvalidParameter',
    `The request does not fit ${name}: ${flaws.join('; ')}.`,
    `See strongroom ${name.replace('.', ' ')} --help.`,
  );
}

/** What the request has at a flaw's path; undefined where it has nothing. */
function valueAt(request: unknown, path: readonly PropertyKey[]): unknown {
  let value = request;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}
