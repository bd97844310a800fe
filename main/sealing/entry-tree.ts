import { hash } from 'node:crypto';

const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = Buffer.of(1);

/**
 * The Merkle tree hash of RFC 6962, 2.1, over entries as they come: only the roots of the complete subtrees so far are
 * kept, one for each bit that is set in the number of entries.
 */
export class EntryTree {
  #count = 0;
  /** Roots of the complete subtrees, the largest (leftmost) first. */
  readonly #roots: Buffer[] = [];

  add(entry: Uint8Array): void {
    let node = sha256(LEAF_PREFIX, entry);
    for (let bits = this.#count; (bits & 1) === 1; bits >>>= 1) node = this.#join(node);
    this.#roots.push(node);
    this.#count += 1;
  }

  /** @returns the root over the entries so far (32 bytes); of none, SHA-256 of nothing. */
  root(): Uint8Array {
    return (
      this.#roots.reduceRight<Buffer | undefined>(
        (right, left) => (right === undefined ? left : sha256(NODE_PREFIX, left, right)),
        undefined,
      ) ?? sha256()
    );
  }

  #join(right: Buffer): Buffer {
    const left = this.#roots.pop();
    if (left === undefined) throw new Error('a set bit without its subtree');
    return sha256(NODE_PREFIX, left, right);
  }
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
