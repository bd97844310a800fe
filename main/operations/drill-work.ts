import type { KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import type { DrillFailure, DrilledKey } from '../../shared/domain/drill-report.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import { describeKeyShape } from '../../shared/domain/key-shape.ts';
import type { InventoryEntry, TokenSession, WrappedKeyDetails } from '../hsm/token-session.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import type { PhaseProgress } from '../work-requests/work-request-run.ts';
import { isInconclusive, proveByUse } from './drill-proofs.ts';
import type { Scratch } from './drill-scratch.ts';

/** Key versions that are announced together before they are put on the scratch token. */
const ANNOUNCED_AT_ONCE = 64;
/** Failures that a report names; it counts them all. */
const NAMED_FAILURES = 100;

/** What a drill found. Grows with the number of keys, not of their versions. */
export class DrillFindings {
  readonly keys = new Map<string, DrilledKey>();
  readonly failures: DrillFailure[] = [];
  failureCount = 0;
  restored = 0;
  proven = 0;

  fail(failure: DrillFailure): void {
    this.failureCount += 1;
    if (this.failures.length < NAMED_FAILURES) this.failures.push(failure);
  }

  keyOf({ keyId, id }: KeyVersionEntry): DrilledKey {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new Error(`the verified backup has a version of no key: ${id}`);
    return key;
  }
}

/**
 * Restores every key version as a token object of the scratch token, each read back by the token's process. What the
 * token refuses is a finding; a token that could not be asked ends the drill.
 */
export async function restoreToScratch(
  reader: SealedBackupReader,
  scratch: Scratch,
  findings: DrillFindings,
  work: { readonly total: number; readonly progress: PhaseProgress; readonly signal: AbortSignal },
): Promise<void> {
  const restored = scratch.session.unwrapKeyVersions(announced(reader, scratch, work.signal));
  const restoring = restored[Symbol.asyncIterator]();
  try {
    while ((await restoring.next()).done !== true) {
      findings.restored += 1;
      work.progress(
        findings.restored,
        work.total,
        `Restoring key version ${findings.restored} of ${work.total}`,
      );
    }
  } catch (thrown) {
    const error = toStrongroomError(thrown);
    if (work.signal.aborted || !(thrown instanceof StrongroomError) || isInconclusive(error)) throw thrown;
    findings.fail({ phase: 'restore', message: error.message });
  } finally {
    // Left early, this waits for the batches that the token still works on: emptying it comes after them.
    await restoring.return?.();
  }
}

async function* announced(
  reader: SealedBackupReader,
  scratch: Scratch,
  signal: AbortSignal,
): AsyncIterable<WrappedKeyDetails & { readonly label: string }> {
  let batch: KeyVersionEntry[] = [];
  function* announce(): Iterable<WrappedKeyDetails & { readonly label: string }> {
    scratch.announce(batch.map((entry) => entry.materialId));
    for (const entry of batch) {
      yield {
        materialId: entry.materialId,
        wrappedKey: entry.wrappedKey,
        keyShape: entry.keyShape,
        ...(entry.publicKey === undefined ? {} : { publicKey: entry.publicKey }),
        extractable: entry.attributePolicy.extractable,
        label: 'drill',
      };
    }
    batch = [];
  }
  for await (const entry of reader.entries({ signal })) {
    if (entry.kind !== 'keyVersion') continue;
    batch.push(entry);
    if (batch.length >= ANNOUNCED_AT_ONCE) yield* announce();
  }
  yield* announce();
}

/** Proves every key version of the backup by use on the scratch token (drill-proofs.ts). */
export async function proveOnScratch(
  reader: SealedBackupReader,
  scratch: TokenSession,
  original: TokenSession,
  findings: DrillFindings,
  work: { readonly total: number; readonly progress: PhaseProgress; readonly signal: AbortSignal },
): Promise<void> {
  const restored = await algorithmsOn(scratch);
  const originals = await algorithmsOn(original);
  let done = 0;
  for await (const entry of reader.entries({ signal: work.signal })) {
    if (entry.kind === 'key') {
      findings.keys.set(entry.id, {
        keyId: entry.id,
        displayName: entry.displayName,
        shape: describeKeyShape(entry.keyShape),
        keyVersionCount: 0,
        provenKeyVersionCount: 0,
        proofs: { encryptAndDecrypt: 0, exchangeWithRegion: 0, signature: 0 },
      });
    }
    if (entry.kind !== 'keyVersion') continue;
    const key = findings.keyOf(entry);
    const { algorithm } = entry.keyShape;
    key.keyVersionCount += 1;
    const result =
      restored.get(entry.materialId) === algorithm
        ? await proveByUse(
            entry,
            scratch,
            originals.get(entry.materialId) === algorithm ? original : undefined,
          )
        : ({ isProven: false, message: 'The scratch token does not have it.' } as const);
    if (result.isProven) {
      key.provenKeyVersionCount += 1;
      findings.proven += 1;
      for (const proof of result.proofs) key.proofs[proof] += 1;
    } else {
      findings.fail({ phase: 'prove', keyVersionId: entry.id, message: result.message });
    }
    done += 1;
    work.progress(done, work.total, `Proving key version ${done} of ${work.total}`);
  }
}

/** One inventory of a token. */
async function algorithmsOn(session: TokenSession): Promise<Map<string, InventoryEntry['algorithm']>> {
  const algorithms = new Map<string, InventoryEntry['algorithm']>();
  for await (const { materialId, algorithm } of session.inventory()) algorithms.set(materialId, algorithm);
  return algorithms;
}
