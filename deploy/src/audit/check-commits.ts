import type { IntervalCleared } from '@wattmesh/events';
import { hashCanonicalJson } from '@wattmesh/market/hash-canonical-json';
import type { ChainView, CommitOnChain } from './chain-view.ts';
import type { History } from './history.ts';
import type { Violation } from './violation.ts';

const nameOf = (run: { intervalStart: string; run: string }): string =>
  `${new Date(run.intervalStart).toISOString()} ${run.run}`;
const violation = (where: string, what: string): Violation => ({ invariant: 'M2', where, what });

/** Fields of a commit that contradict the root that was settled and the run that was cleared. */
function contradictions(commit: CommitOnChain, root: string, cleared: IntervalCleared | undefined): string[] {
  if (commit.root !== root) return [`the chain holds root ${commit.root}, the log ${root}`];
  if (cleared === undefined) return ['the chain holds a run that was never cleared'];
  const stated = {
    tradeCount: cleared.trades.length,
    leafCount: cleared.trades.length + cleared.accounts.length,
    sharedWh: cleared.sharedWh,
    priceMicroPerKwh: cleared.priceMicroPerKwh ?? 0,
    dataHash: hashCanonicalJson(cleared),
  };
  return Object.entries(stated)
    .filter(([field, value]) => commit[field as keyof typeof stated] !== value)
    .map(([field, value]) => `the chain holds ${field} ${commit[field as keyof typeof stated]}, the log ${value}`);
}

/** M2: the chain holds each settled run once, as it was cleared and settled, and nothing else. */
export function checkCommits(history: History, chain: ChainView): Violation[] {
  const rootOf = new Map(history.settled.map(({ payload }) => [nameOf(payload), payload.root]));
  const clearedOf = new Map(history.cleared.map(({ payload }) => [nameOf(payload), payload]));
  const commitsOf = Map.groupBy(chain.commits, nameOf);
  const wrong = chain.commits.flatMap((commit) => {
    const name = nameOf(commit);
    const root = rootOf.get(name);
    return root === undefined
      ? [violation(name, `the chain holds a root that was never settled (transaction ${commit.transactionHash})`)]
      : contradictions(commit, root, clearedOf.get(name)).map((what) => violation(name, what));
  });
  const twice = [...commitsOf]
    .filter(([, commits]) => commits.length > 1)
    .map(([name, commits]) => violation(name, `committed ${commits.length} times on chain`));
  const names = history.settled.map(({ payload }) => nameOf(payload));
  // Runs are committed in the order they were settled: what was settled after the last committed one may be on its way.
  const lastCommitted = names.findLastIndex((name) => commitsOf.has(name));
  const confirmed = history.confirmed.flatMap(({ payload: { kind, intervalStart, run } }) =>
    kind === 'commit' && run !== undefined ? [nameOf({ intervalStart, run })] : [],
  );
  const lost = [...new Set([...names.slice(0, lastCommitted + 1), ...confirmed])]
    .filter((name) => !commitsOf.has(name))
    .map((name) =>
      violation(name, 'in the log but not on the chain, although it was confirmed or a later run is there'),
    );
  return [...wrong, ...twice, ...lost];
}
