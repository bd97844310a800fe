import { operationNamed } from '../../shared/contract/contract.ts';
import { flawInWords } from '../../shared/contract/flaw-in-words.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { parseOcid } from '../../shared/domain/identifiers.ts';
import type { FieldFlags, GivenFlags } from './flag.ts';
import { flagName, flagsFromSchema, pathFieldOf } from './flags-from-schema.ts';
import { UsageError } from './usage-error.ts';

/** The field that the global flag --region fills, in every operation that has it. */
export const REGION_FIELD = 'region';

/**
 * All flags of an operation, --region included. Where `<name>-from-file` exists, its file's flag is understood here too,
 * as in the reference.
 */
export function flagsOfOperation(operation: Operation): FieldFlags[] {
  const fromFile = operationNamed(`${operation.name}-from-file`);
  const aliasField = fromFile === undefined ? undefined : pathFieldOf(fromFile.request);
  return flagsFromSchema(operation.request, aliasField === undefined ? [] : [flagName(aliasField)]);
}

/**
 * What was typed, as a request that fits its schema.
 * @param given with the value of --region under that name.
 * @throws UsageError that names every flag that is missing or does not fit.
 */
export function requestFromFlags(
  operation: Operation,
  given: GivenFlags,
  currentFolder: string,
): Record<string, unknown> {
  const fields = flagsOfOperation(operation);
  const request: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const field of fields) {
    const value = field.read(given, currentFolder);
    if (value !== undefined) request[field.field] = value;
    else if (field.isRequired) missing.push(field.inWords);
  }
  const next = `See strongroom ${commandOf(operation)} --help.`;
  if (missing.length > 0) {
    throw new UsageError(
      'MissingParameter',
      `${commandOf(operation)} needs ${missing.join(', and ')}.`,
      next,
      {
        reason: 'FlagMissing',
      },
    );
  }
  checkRegion(operation, fields, request, given);
  const parsed = operation.request.safeParse(request, { error: flawInWords });
  if (!parsed.success) {
    const flaws = parsed.error.issues.map((issue) => flawOfFlag(fields, issue.path, issue.message));
    throw new UsageError(
      'InvalidParameter',
      `This does not fit ${commandOf(operation)}: ${flaws.join('; ')}.`,
      next,
      {
        reason: 'FlagValueInvalid',
      },
    );
  }
  return request;
}

/** `vault.backup` -> `vault backup` */
export function commandOf(operation: Operation): string {
  return operation.name.replace('.', ' ');
}

/**
 * An operation without a region of its own works where the vault or key is that its request names. A --region that says
 * the same is welcome; one that says otherwise is a mistake, and so is one where nothing has a region.
 */
function checkRegion(
  operation: Operation,
  fields: readonly FieldFlags[],
  request: Readonly<Record<string, unknown>>,
  given: GivenFlags,
): void {
  const region = given.get(flagName(REGION_FIELD))?.[0];
  if (region === undefined || fields.some((field) => field.field === REGION_FIELD)) return;
  const named = Object.values(request).flatMap((value) =>
    typeof value === 'string' ? (parseOcid(value)?.region ?? []) : [],
  );
  if (named.length > 0 && named.every((other) => other === region)) return;
  throw new UsageError(
    'InvalidParameter',
    named.length === 0
      ? `${commandOf(operation)} has no --region.`
      : `--region ${region} contradicts what is named, which is in ${named.join(' and ')}.`,
    'Leave --region out.',
    { reason: named.length === 0 ? 'UnknownFlag' : 'ContradictoryFlags' },
  );
}

/** A flaw with the flag that it is about: of a backup location, the one of its part; of JSON, with the place inside it. */
function flawOfFlag(fields: readonly FieldFlags[], path: readonly PropertyKey[], message: string): string {
  const [field, part, ...inside] = path;
  const of = fields.find((candidate) => candidate.field === field);
  if (of === undefined) return `the request: ${message}`;
  const place = (steps: readonly PropertyKey[]) =>
    steps.length === 0 ? '' : `${steps.map(String).join('.')} `;
  if (of.flags.length === 1) {
    const isJson = of.flags[0]?.placeholder === 'JSON';
    const steps = part === undefined || !isJson ? [] : [part, ...inside];
    return `${of.inWords}: ${place(steps)}${message}`;
  }
  const name = typeof part === 'string' ? flagName(part) : '';
  return `${of.flags.find((flag) => flag.name === name)?.name ?? of.inWords}: ${message}`;
}
