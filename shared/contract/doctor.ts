import { z } from 'zod';
import { regionField } from './fields.ts';
import { operation } from './operation.ts';

export const findingSeveritySchema = z.enum(['ERROR', 'WARNING', 'NOTE']);

/** What the doctor found, and what to do about it. */
export const findingSchema = z.object({
  /** ERROR: something is lost or will not work; WARNING: it may be soon; NOTE: good to know. */
  severity: findingSeveritySchema,
  /** What it is about, in words: `region eu-frankfurt-1`. */
  subject: z.string(),
  message: z.string(),
  next: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const runDoctor = operation({
  name: 'doctor.run',
  summary: 'Check the home, its catalog, tokens and buckets against each other, and say what to do.',
  request: z.strictObject({
    region: regionField
      .optional()
      .describe('Log in to this region’s token and compare what it holds with the catalog'),
    depth: z
      .enum(['quick', 'full'])
      .default('quick')
      .describe('quick: copies of backups by name and size; full: by their SHA-256, read as a whole'),
  }),
  response: z.object({
    findings: z.array(findingSchema),
    /** How many things were looked at, by kind. */
    checked: z.object({
      regions: z.number().int(),
      keyVersions: z.number().int(),
      buckets: z.number().int(),
      copies: z.number().int(),
    }),
    /** Nothing worse than a warning was found. */
    isSound: z.boolean(),
  }),
  errors: ['NotAuthenticated', 'NotAuthorizedOrNotFound'],
  permission: 'REALM_INSPECT',
  isReadOnly: true,
  isBeforeFirstOperator: true,
  failsWhenFalse: 'isSound',
});
