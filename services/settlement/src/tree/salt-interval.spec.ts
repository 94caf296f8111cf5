import { readFileSync } from 'node:fs';
import type { AccountRow, Trade } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { buildTree, proveLeaf, verifyLeaf } from './build-tree.ts';
import { hashLeaf, hashNode, type Leaf } from './hash-leaf.ts';
import { saltInterval } from './salt-interval.ts';

interface VectorLeaf {
  kind: 'trade' | 'account';
  index: number;
  salt: string;
  fields: AccountRow & Trade & { seller: string; buyer: string };
  hash: string;
  siblings: string[];
}
interface Vectors {
  chainId: number;
  settlement: string;
  communityId: string;
  interval: number;
  nodes: { left: string; right: string; hash: string }[];
  trees: { run: number; leafCount: number; leaves: VectorLeaf[]; root: string }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../../contracts/test/vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const leafOf = ({ kind, fields }: VectorLeaf): Leaf =>
  kind === 'account'
    ? { kind, fields }
    : { kind, fields: { ...fields, sellerMemberId: fields.seller, buyerMemberId: fields.buyer } };

describe('the tree of an interval and run', () => {
  it('hashes nodes, leaves and roots as the contract does', () => {
    for (const { left, right, hash } of vectors.nodes) expect(hashNode(left, right)).toBe(hash);
    for (const { run, leafCount, leaves, root } of vectors.trees) {
      const { chainId, settlement, communityId, interval } = vectors;
      const hashes = leaves.map((each) =>
        hashLeaf({ chainId, settlement, communityId, interval, run, index: each.index, salt: each.salt }, leafOf(each)),
      );
      expect(hashes).toEqual(leaves.map((each) => each.hash));
      const tree = buildTree(hashes);
      expect(tree.root).toBe(root);
      for (const { index, siblings, hash } of leaves) {
        expect(proveLeaf(tree, index)).toEqual(siblings);
        expect(verifyLeaf({ leaf: hash, index, siblings, root, leafCount })).toBe(true);
        expect(verifyLeaf({ leaf: hash, index: index + 1, siblings, root, leafCount })).toBe(false);
      }
    }
  });

  it('never proves a padding leaf nor an index beyond the tree', () => {
    const tree = buildTree([
      hashNode(`0x${'1'.repeat(64)}`, `0x${'2'.repeat(64)}`),
      `0x${'3'.repeat(64)}`,
      `0x${'4'.repeat(64)}`,
    ]);
    const padding = {
      leaf: `0x${'0'.repeat(64)}`,
      index: 3,
      siblings: proveLeaf(tree, 3),
      root: tree.root,
      leafCount: 3,
    };
    expect(verifyLeaf(padding)).toBe(false);
    expect(() => proveLeaf(tree, 4)).toThrow(RangeError);
    expect(buildTree([]).root).toBe(`0x${'0'.repeat(64)}`);
  });

  it('rebuilds the same tree from its seed and another one from another seed', () => {
    const account: AccountRow = { ...zeroRow, memberId: 'home-1' };
    const content = {
      communityId: 'village',
      intervalStart: '2026-07-06T12:00:00.000Z',
      run: 'final',
      trades: [],
      accounts: [account, account],
    };
    const domain = { chainId: 31_337, settlement: `0x${'ab'.repeat(20)}`, saltSeed: 'seed' };
    expect(saltInterval(content, domain).root).toBe(saltInterval(content, domain).root);
    expect(saltInterval(content, { ...domain, saltSeed: 'other' }).root).not.toBe(saltInterval(content, domain).root);
    expect(new Set(saltInterval(content, domain).leaves.map((leaf) => leaf.place.salt)).size).toBe(2);
  });
});

const zeroRow = {
  importWh: 0,
  exportWh: 0,
  boughtWh: 0,
  soldWh: 0,
  residualImportWh: 0,
  residualExportWh: 0,
  tradeMicro: 0,
  supplyMicro: 0,
  mandateHash: `0x${'0'.repeat(64)}`,
};
