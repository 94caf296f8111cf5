import { digestHeaders, type CommittedHeader } from '@wattmesh/settlement/digest-headers';
import { runNumberOf } from '@wattmesh/settlement/hash-leaf';
import type { MemberProofs } from './evidence.ts';
import { comparingStep, decidedStep, type Comparison, type Step } from './step.ts';

/** What a node says of one interval: its chain, the contract's ring slot, and the events of the interval's commits. */
export interface RootFacts {
  readonly chainId: number;
  readonly hasContract: boolean;
  readonly ring: { readonly isCommitted: boolean; readonly run: number; readonly digest: string };
  /** Headers as the contract's events tell them; absent where the node refuses to search its logs. */
  readonly committed?: readonly CommittedHeader[];
}

/** The roots to look for, all of one interval, and the chain they must be on. */
export interface RootClaim {
  readonly chainId: number;
  readonly roots: readonly {
    readonly run: string;
    readonly proofs: Pick<MemberProofs, 'root' | 'leafCount' | 'tradeCount'>;
    readonly of?: 'account' | 'before';
  }[];
  /** Headers of the interval as the operator tells them. */
  readonly history: readonly CommittedHeader[];
}

/**
 * Whether the chain holds the proofs' roots for their interval and runs.
 *
 * The contract keeps one word per interval: a digest over all its headers. Headers whose digest is that word are what was
 * committed; the operator's are tried first, then those that the contract's events tell. Where a later interval took the
 * word, the events alone speak. A run that is not there yet is open, not refused.
 */
export function checkRoot(claim: RootClaim, facts: RootFacts): Step {
  const { ring, committed = [] } = facts;
  if (facts.chainId !== claim.chainId) {
    return decidedStep('root', {
      verdict: 'open',
      reason: 'otherChain',
      values: { wanted: claim.chainId, given: facts.chainId },
    });
  }
  if (!facts.hasContract) return decidedStep('root', { verdict: 'open', reason: 'noContract' });
  const newest = ring.isCommitted ? ring.run : Math.max(-1, ...committed.map((header) => runNumberOf(header.run)));
  if (claim.roots.some(({ run }) => runNumberOf(run) > newest))
    return decidedStep('root', { verdict: 'open', reason: 'notCommitted' });
  if (!ring.isCommitted) return comparingStep('root', compareRoots(claim, committed));

  const told = claim.history.filter((header) => runNumberOf(header.run) <= ring.run);
  const headers = [told, committed].find((each) => digestOrUndefined(each) === ring.digest) ?? told;
  return comparingStep('root', [
    ...compareRoots(claim, headers),
    { what: 'digest', kind: 'hash', claimed: digestOrUndefined(headers), found: ring.digest },
  ]);
}

function compareRoots({ roots }: RootClaim, headers: readonly CommittedHeader[]): Comparison[] {
  return roots.flatMap(({ run, proofs, of }) => {
    const header = headers.find((each) => each.run === run);
    const compared: Comparison[] = [
      { what: 'root', kind: 'hash', claimed: proofs.root, found: header?.root },
      { what: 'leafCount', kind: 'text', claimed: proofs.leafCount, found: header?.leafCount },
      { what: 'tradeCount', kind: 'text', claimed: proofs.tradeCount, found: header?.tradeCount },
    ];
    return compared.map((each) => (of === undefined ? each : { ...each, of }));
  });
}

function digestOrUndefined(headers: readonly CommittedHeader[]): string | undefined {
  return headers.length === 0 ? undefined : digestHeaders(headers);
}
