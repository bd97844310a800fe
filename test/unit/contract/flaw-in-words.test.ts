import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flawInWords } from '../../../shared/contract/flaw-in-words.ts';
import { keyShapeSchema } from '../../../shared/domain/key-shape.ts';

function flaw(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: flawInWords }).error?.issues[0]?.message;
}

describe('rule R74: what does not fit is told in words', () => {
  it.each([
    [z.string(), undefined, 'is missing'],
    [z.string(), 1, 'must be a text'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(12), 'short', 'must have at least 12 characters'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().max(1000), 1001, 'must be at most 1,000'],
    [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 element'],
    [z.enum(['seal', 'keys']), 'all', 'must be one of: seal, keys'],
    [z.strictObject({}), { a: 1, b: 2 }, 'has nothing called a, b'],
    [keyShapeSchema, { algorithm: 'DES' }, 'must be one of: AES, RSA, ECDSA'],
    [keyShapeSchema, { algorithm: 'AES', length: 31 }, 'must be one of: 16, 24, 32'],
    [z.string().min(3, { error: 'must be a name' }), 'x', 'must be a name'],
  ])('%#: %s', (schema, value, words) => {
    expect(flaw(schema, value)).toBe(words);
  });
});
