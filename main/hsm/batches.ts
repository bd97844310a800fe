import { BATCHES_IN_FLIGHT, BATCH_SIZE } from './module-call.ts';

/**
 * Sends a stream through calls in batches and yields the results in order. At most two batches are under way: the
 * module works on the second while the consumer has the first. A slow consumer stops the source, and nothing grows
 * with the stream's length. Left early or failed, it waits for what is under way, so that nothing runs on unseen.
 */
export async function* inBatches<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  send: (batch: readonly Item[]) => Promise<readonly Result[]>,
): AsyncGenerator<Result> {
  const underWay: Promise<readonly Result[]>[] = [];
  try {
    for await (const batch of batchesOf(items)) {
      const answer = send(batch);
      // Its failure is met when its turn comes; until then it must not count as unhandled.
      answer.catch(() => undefined);
      underWay.push(answer);
      if (underWay.length === BATCHES_IN_FLIGHT) yield* await nextOf(underWay);
    }
    while (underWay.length > 0) yield* await nextOf(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}

async function* batchesOf<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function nextOf<Result>(underWay: Promise<readonly Result[]>[]): Promise<readonly Result[]> {
  return (await underWay.shift()) ?? [];
}
