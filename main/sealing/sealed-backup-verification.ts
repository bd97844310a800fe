import type { SealedBackupHeader } from './sealed-backup-header.ts';
import type { OnVerificationProgress } from './verification-progress.ts';

/** How deep a verification goes (rule R50): what anybody can check; the seal and all entries; every key's value. */
export type VerificationDepth = 'structure' | 'seal' | 'keys';

/** What a verification of each depth may say when everything held. */
export const VERIFICATION_STATEMENTS = {
  structure: 'intact, authenticity not checked',
  seal: 'intact and authentic, key values not proven',
  keys: 'intact and authentic, every key value proven',
} as const satisfies Record<VerificationDepth, string>;

export interface ReadOptions {
  readonly onProgress?: OnVerificationProgress;
  readonly signal?: AbortSignal;
}

/** What a check of all entries counted. */
export interface CheckedContents {
  readonly entryCount: number;
  readonly keyCount: number;
  readonly keyVersionCount: number;
}

/** What a verification found. Counts of what is sealed are absent at depth `structure`: nobody can see them. */
export interface SealedBackupVerification extends Partial<CheckedContents> {
  readonly header: SealedBackupHeader;
  readonly depth: VerificationDepth;
  readonly authenticated: boolean;
  readonly statement: string;
  readonly entryCount: number;
  /** 0 at depth `seal`. */
  readonly provenKeyVersionCount?: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}
