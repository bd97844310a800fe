import type { KeyShape } from '../../../shared/domain/key-shape.ts';

export type KeyUse = 'encrypt' | 'decrypt' | 'sign' | 'verify';

export interface DescribedUse {
  readonly id: KeyUse;
  readonly label: string;
  readonly shapes: readonly KeyShape['algorithm'][];
}

/** What a key does with files (rule R14), and keys of which shapes can. */
export const USES: readonly DescribedUse[] = [
  { id: 'encrypt', label: 'Encrypt a file', shapes: ['AES', 'RSA'] },
  { id: 'decrypt', label: 'Decrypt a file', shapes: ['AES', 'RSA'] },
  { id: 'sign', label: 'Sign a file', shapes: ['RSA', 'ECDSA'] },
  { id: 'verify', label: 'Verify a signature', shapes: ['RSA', 'ECDSA'] },
];
