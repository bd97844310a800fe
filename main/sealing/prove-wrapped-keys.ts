import type { StreamedEntry } from './entry-stream.ts';
import { refusal } from './refusal.ts';
import type { ProvableKey, SealingToken } from './sealing-token.ts';

/**
 * Has the token prove every wrapped key of the entries (rule R44), and holds it to having proven each, in order.
 * @param keyVersionCount how many there are.
 * @returns how many were proven.
 * @throws reason `WrappedKeyNotProven`, from the token or for an answer that is missing or out of order.
 */
export async function proveWrappedKeys(
  entries: AsyncIterable<StreamedEntry>,
  keyVersionCount: number,
  token: Pick<SealingToken, 'proveKeyVersions'>,
): Promise<number> {
  /** Sent and not yet answered: no more than the token's batch. */
  const waiting: string[] = [];
  let proven = 0;
  for await (const materialId of token.proveKeyVersions(provableKeys(entries, waiting))) {
    if (waiting.shift() !== materialId) throw notProven(materialId);
    proven += 1;
  }
  // Counted against the check before: a token that stops asking leaves nothing waiting.
  if (proven !== keyVersionCount) throw notProven(waiting[0] ?? `number ${proven + 1}`);
  return proven;
}

async function* provableKeys(
  entries: AsyncIterable<StreamedEntry>,
  waiting: string[],
): AsyncGenerator<ProvableKey, void, undefined> {
  for await (const { entry } of entries) {
    if (entry.kind !== 'keyVersion') continue;
    waiting.push(entry.materialId);
    yield {
      materialId: entry.materialId,
      keyShape: entry.keyShape,
      ...(entry.publicKey === undefined ? {} : { publicKey: entry.publicKey }),
      extractable: entry.attributePolicy.extractable,
      wrappedKey: entry.wrappedKey,
    };
  }
}

function notProven(materialId: string) {
  return refusal('WrappedKeyNotProven', `The token did not prove the wrapped key ${materialId}.`);
}
