import { readFileSync } from 'node:fs';
import type { AccountRow, Trade } from '@wattmesh/events';
import type { MemberProofs, ProvenLeaf } from '../evidence.ts';

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
  trees: { run: number; tradeCount: number; leafCount: number; leaves: VectorLeaf[]; root: string }[];
}

/** The vectors that hold every implementation of the tree to the contract's. */
export const vectors = JSON.parse(
  readFileSync(new URL('../../../../../../contracts/test/vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const runOf = (number: number): string =>
  number === 0 ? 'preliminary' : number === 1 ? 'final' : `correction-${number - 1}`;

export const intervalStart = new Date(vectors.interval * 900_000).toISOString();

/** Headers of the vectors' trees, one run after the other. */
export const history: MemberProofs['history'] = vectors.trees.map((tree) => ({
  intervalStart,
  run: runOf(tree.run),
  tradeCount: tree.tradeCount,
  leafCount: tree.leafCount,
  sharedWh: 0,
  priceMicroPerKwh: -1,
  root: tree.root,
  dataHash: tree.root,
}));

function provenLeaf(run: number, { kind, index, salt, fields, hash, siblings }: VectorLeaf): ProvenLeaf {
  const { chainId, settlement, communityId, interval } = vectors;
  const place = { chainId, settlement, communityId, interval, run, index, salt };
  if (kind === 'account') return { place, leaf: { kind, fields }, hash, siblings };
  const { seller, buyer, energyWh, priceMicroPerKwh, amountMicro } = fields;
  const trade = { sellerMemberId: seller, buyerMemberId: buyer, energyWh, priceMicroPerKwh, amountMicro };
  return { place, leaf: { kind, fields: trade }, hash, siblings };
}

/** The proofs of the vectors' trees, with all their leaves, in the form that settlement gives them. */
export const proofsOfVectors: { run: string; proofs: MemberProofs }[] = vectors.trees.map((tree) => ({
  run: runOf(tree.run),
  proofs: {
    root: tree.root,
    leafCount: tree.leafCount,
    tradeCount: tree.tradeCount,
    history,
    leaves: tree.leaves.map((leaf) => provenLeaf(tree.run, leaf)),
  },
}));
