import { AbiCoder, ZeroHash, encodeBytes32String, id, keccak256 } from 'ethers';

export interface Place {
  chainId: number;
  settlement: string;
  communityId: string;
  interval: number;
  run: number;
  index: number;
  salt: string;
}

export interface TradeLeaf {
  seller: string;
  buyer: string;
  energyWh: number;
  priceMicroPerKwh: number;
  amountMicro: number;
}

export interface AccountLeaf {
  memberId: string;
  importWh: number;
  exportWh: number;
  boughtWh: number;
  soldWh: number;
  residualImportWh: number;
  residualExportWh: number;
  tradeMicro: number;
  supplyMicro: number;
  mandateHash: string;
}

const PLACE = ['bytes32', 'uint256', 'address', 'bytes32', 'uint64', 'uint16', 'uint32', 'bytes16'];
const TRADE = ['bytes32', 'bytes32', 'uint64', 'int64', 'int64'];
const ACCOUNT = ['bytes32', 'uint64', 'uint64', 'uint64', 'uint64', 'uint64', 'uint64', 'int64', 'int64', 'bytes32'];

const hashOf = (types: string[], values: unknown[]) => keccak256(AbiCoder.defaultAbiCoder().encode(types, values));

const placeOf = (domain: string, p: Place) => [
  id(domain),
  p.chainId,
  p.settlement,
  encodeBytes32String(p.communityId),
  p.interval,
  p.run,
  p.index,
  p.salt,
];

export function referenceTrade(place: Place, trade: TradeLeaf): string {
  return hashOf(
    [...PLACE, ...TRADE],
    [
      ...placeOf('wattmesh.trade.v1', place),
      encodeBytes32String(trade.seller),
      encodeBytes32String(trade.buyer),
      trade.energyWh,
      trade.priceMicroPerKwh,
      trade.amountMicro,
    ],
  );
}

export function referenceAccount(place: Place, row: AccountLeaf): string {
  return hashOf(
    [...PLACE, ...ACCOUNT],
    [
      ...placeOf('wattmesh.account.v1', place),
      encodeBytes32String(row.memberId),
      row.importWh,
      row.exportWh,
      row.boughtWh,
      row.soldWh,
      row.residualImportWh,
      row.residualExportWh,
      row.tradeMicro,
      row.supplyMicro,
      row.mandateHash,
    ],
  );
}

export function referenceNode(left: string, right: string): string {
  return hashOf(['bytes32', 'bytes32', 'bytes32'], [id('wattmesh.node.v1'), left, right]);
}

/** Levels of a tree from its padded leaves up to its root. */
export function referenceLevels(leaves: string[]): string[][] {
  const width = 2 ** Math.ceil(Math.log2(Math.max(1, leaves.length)));
  const levels = [[...leaves, ...Array.from({ length: width - leaves.length }, () => ZeroHash)]];
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    levels.push(Array.from({ length: level.length / 2 }, (_, i) => referenceNode(level[2 * i]!, level[2 * i + 1]!)));
  }
  return levels;
}

export const referenceRoot = (leaves: string[]): string => referenceLevels(leaves).at(-1)![0]!;

/** Root that a leaf reaches by its siblings. */
export const rootOfProof = (leaf: string, index: number, siblings: string[]): string =>
  siblings.reduce(
    (node, sibling, depth) => ((index >> depth) & 1 ? referenceNode(sibling, node) : referenceNode(node, sibling)),
    leaf,
  );

/** Siblings of a leaf from the bottom up. */
export const referenceProof = (leaves: string[], index: number): string[] =>
  referenceLevels(leaves)
    .slice(0, -1)
    .map((level, depth) => level[(index >> depth) ^ 1]!);
