import { z } from 'zod';
import { OCID_TYPES, formatOcid } from '../../shared/domain/identifiers.ts';

/** An OCID of one type, as the schemas want it. */
export function sampleOcid(type: (typeof OCID_TYPES)[number], region = 'eu-frankfurt-1'): string {
  const inVault = type === 'vault' || type === 'key' || type === 'keyversion';
  const isRegional = inVault || type === 'bucket' || type === 'backup';
  return formatOcid({
    type,
    ...(isRegional ? { region } : {}),
    ...(inVault ? { vaultToken: 'v'.repeat(13) } : {}),
    uniqueId: 'u'.repeat(60),
  });
}

/** Values of every kind that requests have; the first that a field's schema accepts stands for it. */
const CANDIDATES: readonly unknown[] = [
  // Absolute, as a path that is typed so comes out unchanged.
  '/somewhere/a file',
  ...OCID_TYPES.map((type) => sampleOcid(type)),
  'eu-frankfurt-1',
  'FRA',
  'd'.repeat(64),
  'd'.repeat(32),
  '2026-11-30T12:00:00.000Z',
  'plain-name',
  false,
  7,
  ['/somewhere/a file', '/somewhere/another'],
  [sampleOcid('vault')],
  [sampleOcid('backup')],
  { algorithm: 'RSA', length: 384 },
  { colour: 'dark blue', '--yes': 'it\'s "quoted"' },
  { Operations: { CostCenter: '42' } },
];

/**
 * A value that a field's schema accepts: of an enumeration its last one, which is seldom the default.
 * @throws if there is none: then a candidate is missing above.
 */
export function sampleValue(field: string, schema: z.ZodType): unknown {
  const options = lastOption(schema);
  const value = [...options, ...CANDIDATES].find((candidate) => schema.safeParse(candidate).success);
  if (value === undefined) throw new Error(`No sample fits the field ${field}.`);
  return value;
}

function lastOption(schema: z.ZodType): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return lastOption(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  return schema instanceof z.ZodEnum ? schema.options.slice(-1) : [];
}

/** The fields of a request's schema. */
export function fieldsOf(request: z.ZodType): [field: string, schema: z.ZodType][] {
  if (!(request instanceof z.ZodObject)) throw new Error('A request is an object.');
  return Object.entries(request.shape);
}
