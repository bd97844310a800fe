import { describe, expect, it } from 'vitest';
import { inBatches } from '../../../main/hsm/batches.ts';
import { collect } from '../../support/collect.ts';

/** A module that answers when told to, and counts what is under way. */
function countingModule(): {
  send: (batch: readonly number[]) => Promise<readonly number[]>;
  most: () => number;
} {
  let underWay = 0;
  let most = 0;
  return {
    most: () => most,
    send: async (batch) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return batch.map((number) => number * 2);
    },
  };
}

const tenThousand = Array.from({ length: 10_000 }, (_, index) => index);

describe('streams in batches (rule R26)', () => {
  it('keep their order and have two batches under way, never more', async () => {
    const module = countingModule();
    const results = await collect(inBatches(tenThousand, module.send));
    expect(results).toEqual(tenThousand.map((number) => number * 2));
    expect(module.most()).toBe(2);
  });

  it('read no further ahead than a slow consumer lets them', async () => {
    let read = 0;
    function* source(): Generator<number> {
      for (const number of tenThousand) {
        read += 1;
        yield number;
      }
    }
    const received: number[] = [];
    for await (const result of inBatches(source(), countingModule().send)) {
      received.push(result);
      // Two batches under way and the one being handed out.
      expect(read - received.length).toBeLessThanOrEqual(3 * 64);
    }
    expect(received).toHaveLength(10_000);
  });

  it('end at the first failure, after what came before it, and leave nothing running', async () => {
    let running = 0;
    const results: number[] = [];
    const stream = inBatches(tenThousand, async (batch) => {
      running += 1;
      await new Promise(setImmediate);
      running -= 1;
      if (batch.includes(200)) throw new Error('no key 200');
      return batch;
    });
    await expect(
      (async () => {
        for await (const result of stream) results.push(result);
      })(),
    ).rejects.toThrow('no key 200');
    expect(results).toEqual(tenThousand.slice(0, 192));
    expect(running).toBe(0);
  });

  it('close their source when they are left early', async () => {
    let isClosed = false;
    function* source(): Generator<number> {
      try {
        yield* tenThousand;
      } finally {
        isClosed = true;
      }
    }
    for await (const result of inBatches(source(), countingModule().send)) {
      if (result > 10) break;
    }
    expect(isClosed).toBe(true);
  });
});
