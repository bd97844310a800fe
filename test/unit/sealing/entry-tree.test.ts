import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryTree } from '../../../main/sealing/entry-tree.ts';

function rootOf(leaves: readonly Uint8Array[]): string {
  const tree = new EntryTree();
  for (const leaf of leaves) tree.add(leaf);
  return Buffer.from(tree.root()).toString('hex');
}

/** The definition in RFC 6962, 2.1, word for word. */
function definition(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return hash('sha256', Buffer.concat([Buffer.of(0), only]), 'buffer');
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  const sides = [definition(leaves.slice(0, left)), definition(leaves.slice(left))];
  return hash('sha256', Buffer.concat([Buffer.of(1), ...sides]), 'buffer');
}

describe('the root over the entries (RFC 6962, 2.1)', () => {
  it('is that of the published Certificate Transparency test vectors', () => {
    const leaves = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ].map((hex) => Buffer.from(hex, 'hex'));
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    expect(roots.map((_, number) => rootOf(leaves.slice(0, number + 1)))).toEqual(roots);
  });

  it('is what the definition gives for any leaves, none included', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), (leaves) => {
        expect(rootOf(leaves)).toBe(definition(leaves).toString('hex'));
      }),
    );
  });
});
