import { StrongroomError } from '../../shared/domain/errors.ts';
import { authenticate, verificationWork } from './open-sealed-backup.ts';
import { checkStructure, readEnvelope } from './sealed-backup-envelope.ts';
import type { SealedBackupSource } from './sealed-backup-source.ts';
import {
  VERIFICATION_STATEMENTS,
  type ReadOptions,
  type SealedBackupVerification,
  type VerificationDepth,
} from './sealed-backup-verification.ts';
import type { SealingToken } from './sealing-token.ts';
import { VerificationProgress } from './verification-progress.ts';

/**
 * Verifies a sealed backup without restoring it, with bounded memory (rules R26, R50).
 * @throws InvalidParameter with the reason of the first check that failed; MissingParameter if a depth needs a token.
 */
export async function verifySealedBackup(
  source: SealedBackupSource,
  options: ReadOptions & { readonly depth: VerificationDepth; readonly token?: SealingToken },
): Promise<SealedBackupVerification> {
  const { depth, token, signal } = options;
  if (depth !== 'structure' && token === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      `Depth ${depth} needs a token of the realm that sealed the backup.`,
      'Attach a token, or verify at depth structure.',
      { reason: 'TokenNeeded' },
    );
  }
  const envelope = await readEnvelope(source);
  const { section, trailer } = envelope;
  const work = trailer.ciphertextLength + verificationWork(trailer, depth);
  const progress = new VerificationProgress(work, options.onProgress);
  const sha256 = await checkStructure(source, envelope, progress, signal);
  if (depth === 'structure' || token === undefined) {
    return {
      header: section.header,
      depth,
      authenticated: false,
      statement: VERIFICATION_STATEMENTS[depth],
      entryCount: trailer.entryCount,
      sha256,
      size: source.size,
    };
  }
  const reader = await authenticate(source, envelope, token, sha256);
  try {
    return await reader.verifyWith(depth, progress, signal);
  } finally {
    reader.close();
  }
}
