import type { z } from 'zod';

/** What is wrong with what was typed, as a sentence; undefined while nothing was, or where nothing is. */
export function flawOf(schema: z.ZodType, value: string): string | undefined {
  if (value === '') return undefined;
  const message = schema.safeParse(value).error?.issues[0]?.message;
  return message === undefined ? undefined : `It ${message.charAt(0).toLowerCase()}${message.slice(1)}.`;
}

/** Whether something was typed and nothing is wrong with it. */
export function isFit(schema: z.ZodType, value: string): boolean {
  return schema.safeParse(value).success;
}
