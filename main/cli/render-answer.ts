import { restorePlanSchema } from '../../shared/domain/restore-plan.ts';
import { planLines } from './render-plan.ts';
import { listLines, pairLines } from './render-list.ts';
import { isPlainObject, isSaidInOneLine, listColumns, valueAt, valueInWords } from './tables.ts';
import { bulletLines, indented, neutralise } from './terminal-text.ts';
import { fieldInWords } from './words.ts';

/** A restore's answer holds the plan that was executed. */
const EXECUTED_PLAN_FIELD = 'plan';

/**
 * An operation's answer for people: a list as a table; a single thing as its fields, with what is inside it below, each
 * part under its title.
 * @param name of the operation, or of the field for a part of its answer: chooses the columns of a list.
 */
export function answerLines(name: string, answer: unknown, width: number): string[] {
  if (isPlainObject(answer) && Array.isArray(answer['data'])) {
    const { data, nextPage, ...about } = answer as { readonly data: unknown[]; readonly nextPage?: unknown };
    const aboutAll = thingLines(about, width);
    return [
      ...rowsLines(name, data, width),
      ...(aboutAll.length === 0 ? [] : ['', ...aboutAll]),
      ...(typeof nextPage === 'string' ? ['', `There is more: add --page ${neutralise(nextPage)}`] : []),
    ];
  }
  const plan = restorePlanSchema.safeParse(answer);
  if (plan.success) return planLines(plan.data, width, name === EXECUTED_PLAN_FIELD);
  return isPlainObject(answer) ? thingLines(answer, width) : [valueInWords('', answer)];
}

function thingLines(thing: Readonly<Record<string, unknown>>, width: number): string[] {
  const pairs: (readonly [string, string])[] = [];
  const parts: string[][] = [];
  for (const [field, value] of Object.entries(thing)) {
    if (value === undefined) continue;
    const part = partLines(field, value, width);
    if (part === undefined) pairs.push([fieldInWords(neutralise(field)), valueInWords(field, value)]);
    else parts.push([`${fieldInWords(neutralise(field))}:`, ...part]);
  }
  const own = pairLines(pairs, width);
  return [...(own.length === 0 ? [] : [own]), ...parts].flatMap((lines, index) =>
    index === 0 ? lines : ['', ...lines],
  );
}

/** @returns what stands under a title of its own, undefined for what is said in one line. */
function partLines(field: string, value: unknown, width: number): string[] | undefined {
  if (Array.isArray(value)) {
    if (value.some((element) => isPlainObject(element))) {
      return indented(rowsLines(field, value, width - 2));
    }
    const isProse = value.some((element) => typeof element === 'string' && element.includes(' '));
    return isProse ? value.flatMap((element) => bulletLines(String(element), width)) : undefined;
  }
  if (!isPlainObject(value) || isSaidInOneLine(field) || Object.keys(value).length === 0) return undefined;
  return indented(answerLines(field, value, width - 2));
}

function rowsLines(name: string, rows: readonly unknown[], width: number): string[] {
  if (rows.length === 0) return ['None.'];
  const known = Object.hasOwn(listColumns, name) ? listColumns[name] : undefined;
  const paths = known ?? [...new Set(rows.flatMap((row) => (isPlainObject(row) ? Object.keys(row) : [])))];
  const texts = rows.map((row) =>
    paths.map((path) => valueInWords(path.split('.').at(-1) ?? path, valueAt(row, path))),
  );
  return listLines(
    {
      headers: paths.map((path) => fieldInWords(neutralise(path.split('.').at(-1) ?? path))),
      rows: texts,
    },
    width,
  );
}
