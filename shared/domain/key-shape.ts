import { z } from 'zod';

/** The nine key shapes of rule R10; `length` in bytes as in the reference service. */
export const keyShapeSchema = z.discriminatedUnion('algorithm', [
  z.strictObject({
    algorithm: z.literal('AES'),
    length: z.union([z.literal(16), z.literal(24), z.literal(32)]),
  }),
  z.strictObject({
    algorithm: z.literal('RSA'),
    length: z.union([z.literal(256), z.literal(384), z.literal(512)]),
  }),
  z
    .strictObject({
      algorithm: z.literal('ECDSA'),
      length: z.union([z.literal(32), z.literal(48), z.literal(66)]),
      curveId: z.enum(['NIST_P256', 'NIST_P384', 'NIST_P521']).optional(),
    })
    .refine((shape) => shape.curveId === undefined || shape.curveId === curveOfLength(shape.length), {
      error: 'curveId must fit the length: 32 NIST_P256, 48 NIST_P384, 66 NIST_P521',
    }),
]);
export type KeyShape = z.infer<typeof keyShapeSchema>;
export type CurveId = 'NIST_P256' | 'NIST_P384' | 'NIST_P521';

export function curveOfLength(length: 32 | 48 | 66): CurveId {
  return length === 32 ? 'NIST_P256' : length === 48 ? 'NIST_P384' : 'NIST_P521';
}

/** The shape with everything stated that the reference lets a caller leave out. */
export function completeKeyShape(shape: KeyShape): KeyShape {
  return shape.algorithm === 'ECDSA' ? { ...shape, curveId: curveOfLength(shape.length) } : shape;
}

/** A shape in words: `AES-256`, `RSA-3072`, `ECDSA P-256`. */
export function describeKeyShape(shape: KeyShape): string {
  if (shape.algorithm === 'ECDSA') return `ECDSA ${curveOfLength(shape.length).replace('NIST_P', 'P-')}`;
  return `${shape.algorithm}-${shape.length * 8}`;
}

export const signingAlgorithmSchema = z.enum([
  'SHA_256_RSA_PKCS_PSS',
  'SHA_384_RSA_PKCS_PSS',
  'SHA_512_RSA_PKCS_PSS',
  'SHA_256_RSA_PKCS1_V1_5',
  'SHA_384_RSA_PKCS1_V1_5',
  'SHA_512_RSA_PKCS1_V1_5',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
]);
export type SigningAlgorithm = z.infer<typeof signingAlgorithmSchema>;

/** The signing algorithms a shape allows, its usual one first; none for AES. */
export function signingAlgorithmsOf(shape: KeyShape): readonly SigningAlgorithm[] {
  switch (shape.algorithm) {
    case 'AES':
      return [];
    case 'RSA':
      return signingAlgorithmSchema.options.filter((name) => name.includes('RSA'));
    case 'ECDSA':
      return [
        shape.length === 32 ? 'ECDSA_SHA_256' : shape.length === 48 ? 'ECDSA_SHA_384' : 'ECDSA_SHA_512',
      ];
  }
}

/** The hash that a signing algorithm signs, by node:crypto's name. */
export function hashOfSigningAlgorithm(algorithm: SigningAlgorithm): 'sha256' | 'sha384' | 'sha512' {
  return algorithm.includes('384') ? 'sha384' : algorithm.includes('512') ? 'sha512' : 'sha256';
}
