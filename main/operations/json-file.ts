import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { z } from 'zod';
import { offlineFile } from '../storage/offline-file.ts';

/** A small file that people carry, as it was read: what it says, and the SHA-256 of its very bytes. */
export interface JsonFile<Content> {
  readonly content: Content;
  readonly sha256: string;
}

const LONGEST = 64 * 1024;

/** @param refusal what to throw for a file that is too long, no JSON, or not of the schema. */
export async function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  refusal: (cause: unknown) => Error,
): Promise<JsonFile<z.output<Schema>>> {
  await using file = await offlineFile(path).open(basename(path));
  if (file.size > LONGEST) throw refusal(undefined);
  const bytes = await file.read(0, file.size);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (failure) {
    throw refusal(failure);
  }
  const content = schema.safeParse(parsed);
  if (!content.success) throw refusal(content.error);
  return { content: content.data, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Published without replacing anything. @returns the SHA-256 of the file. */
export async function writeJsonFile(path: string, content: object): Promise<string> {
  await using staged = await offlineFile(path).stage();
  await staged.write(Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`));
  return (await staged.publish(basename(path))).etag;
}
