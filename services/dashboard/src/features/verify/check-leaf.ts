import { hashLeaf, intervalNumberOf, runNumberOf } from '@wattmesh/settlement/hash-leaf';
import { reachRoot, verifyLeaf } from '@wattmesh/settlement/build-tree';
import { labelOf, type Evidence, type ProvenLeaf } from './evidence.ts';
import { comparingStep, type Comparison, type Step } from './step.ts';

/** Where leaves must belong for them to be about a line: the community's chain and contract, and the line's interval. */
export interface LeafHome {
  readonly chainId: number;
  readonly settlement: string;
  readonly communityId: string;
  readonly intervalStart: string;
}

/**
 * Whether the leaves are bound to this chain, contract, community, interval and run, and hash to what the proof says.
 *
 * Recomputed here by the very file that settlement hashes with. One changed bit of content, place or salt gives another hash.
 */
export function checkLeaves(evidence: readonly Evidence[], home: LeafHome): Step {
  return comparingStep(
    'leaf',
    evidence.flatMap((each) => compareLeaf(each, home)),
  );
}

/**
 * Whether each recomputed leaf reaches its proof's root by its siblings, in a tree of the stated size, at an index that
 * belongs to its kind: trades stand first, account rows after them.
 */
export function checkPaths(evidence: readonly Evidence[]): Step {
  return comparingStep('path', evidence.flatMap(comparePath));
}

function compareLeaf(evidence: Evidence, home: LeafHome): Comparison[] {
  const { place, hash } = evidence.leaf;
  const interval = intervalNumberOf(home.intervalStart);
  const contract = { claimed: place.settlement.toLowerCase(), found: home.settlement.toLowerCase() };
  const compared: Comparison[] = [
    { what: 'chainId', kind: 'text', claimed: place.chainId, found: home.chainId },
    { what: 'contract', kind: 'hash', ...contract },
    { what: 'community', kind: 'text', claimed: place.communityId, found: home.communityId },
    { what: 'intervalNumber', kind: 'interval', claimed: place.interval, found: interval },
    { what: 'runNumber', kind: 'run', claimed: place.run, found: runNumberOf(evidence.run) },
    { what: 'leafHash', kind: 'hash', claimed: hash, found: hashOrUndefined(evidence.leaf) },
  ];
  return compared.map((each) => ({ ...each, ...labelOf(evidence) }));
}

function comparePath(evidence: Evidence): Comparison[] {
  const { proofs, leaf } = evidence;
  const { leafCount, tradeCount, root } = proofs;
  const hash = hashOrUndefined(leaf);
  const { index } = leaf.place;
  const { siblings } = leaf;
  const reached = hash === undefined ? undefined : reachRoot(hash, index, siblings);
  const isOfDepth = hash !== undefined && verifyLeaf({ leaf: hash, index, siblings, root: reached ?? '', leafCount });
  const isInPlace = index < tradeCount === (leaf.leaf.kind === 'trade') && tradeCount <= leafCount;
  const position = `${index + 1} / ${leafCount}`;
  return [
    { what: 'root', kind: 'hash', claimed: root, found: reached, ...labelOf(evidence) },
    {
      what: 'position',
      kind: 'text',
      claimed: position,
      found: isInPlace && isOfDepth ? position : undefined,
      ...labelOf(evidence),
    },
  ];
}

/** A leaf with a malformed part has no hash. */
function hashOrUndefined({ place, leaf }: ProvenLeaf): string | undefined {
  try {
    return hashLeaf(place, leaf);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
