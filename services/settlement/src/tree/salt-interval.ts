import type { AccountRow, Trade } from '@wattmesh/events';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { buildTree, type SaltedTree } from './build-tree.ts';
import { hashLeaf, intervalNumberOf, runNumberOf, type Leaf, type LeafPlace } from './hash-leaf.ts';

/** Where an interval's tree will stand, and the seed that its salts come from. */
export interface TreeDomain {
  readonly chainId: number;
  readonly settlement: string;
  readonly saltSeed: string;
}

/** The cleared content of an interval and run. */
export interface ClearedContent {
  readonly communityId: string;
  readonly intervalStart: string;
  readonly run: string;
  readonly trades: readonly Trade[];
  readonly accounts: readonly AccountRow[];
}

/** A tree with the places and contents of its leaves, trades first. */
export interface IntervalTree extends SaltedTree {
  readonly leaves: readonly { readonly place: LeafPlace; readonly leaf: Leaf; readonly hash: string }[];
}

/**
 * Salted tree of an interval and run: one leaf per trade, then one per account row, in the order they were cleared.
 *
 * Salts are the first 16 bytes of HMAC-SHA-256 under the settlement's secret seed over community, interval, run and index:
 * a restart rebuilds the same tree, and deleting the seed makes the leaves unguessable for ever.
 */
export function saltInterval(content: ClearedContent, domain: TreeDomain): IntervalTree {
  const contents: Leaf[] = [
    ...content.trades.map((fields): Leaf => ({ kind: 'trade', fields })),
    ...content.accounts.map((fields): Leaf => ({ kind: 'account', fields })),
  ];
  const leaves = contents.map((leaf, index) => {
    const place = {
      chainId: domain.chainId,
      settlement: domain.settlement,
      communityId: content.communityId,
      interval: intervalNumberOf(content.intervalStart),
      run: runNumberOf(content.run),
      index,
      salt: saltOf(content, index, domain.saltSeed),
    };
    return { place, leaf, hash: hashLeaf(place, leaf) };
  });
  return { ...buildTree(leaves.map((leaf) => leaf.hash)), leaves };
}

function saltOf(content: ClearedContent, index: number, saltSeed: string): string {
  const name = `${content.communityId}|${content.intervalStart}|${content.run}|${index}`;
  return `0x${bytesToHex(hmac(sha256, utf8ToBytes(saltSeed), utf8ToBytes(name)).subarray(0, 16))}`;
}
