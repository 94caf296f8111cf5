import { runNumber } from '@wattmesh/contracts';
import type { CommunityConfigured } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { periodStartOf } from '@wattmesh/settlement/settlement-period';
import type { Dated, History } from './history.ts';
import type { Violation } from './violation.ts';

interface RunOfInterval {
  readonly communityId: string;
  readonly intervalStart: string;
  readonly run: string;
}

const isoOf = (instant: string): string => new Date(instant).toISOString();
const nameOf = (run: RunOfInterval): string => `${run.communityId} ${isoOf(run.intervalStart)} ${run.run}`;
const violation = (where: string, what: string): Violation => ({ invariant: 'M2', where, what });

/** Events under the same interval and run that are not one and the same event delivered again. */
function repeats(kind: string, events: readonly Dated<RunOfInterval>[]): Violation[] {
  const idsByRun = new Map<string, Set<string>>();
  for (const { id, payload } of events) {
    const ids = idsByRun.get(nameOf(payload)) ?? new Set();
    idsByRun.set(nameOf(payload), ids.add(id));
  }
  return [...idsByRun]
    .filter(([, ids]) => ids.size > 1)
    .map(([name, ids]) => violation(name, `${kind} ${ids.size} times`));
}

/** Runs of an interval are preliminary, final, correction-1 and so on: none is left out. */
function gapsInRuns(history: History): Violation[] {
  const byInterval = Map.groupBy(
    history.cleared,
    ({ payload }) => `${payload.communityId} ${isoOf(payload.intervalStart)}`,
  );
  return [...byInterval].flatMap(([name, runs]) => {
    const numbers = [...new Set(runs.map(({ payload }) => runNumber(payload.run)))].sort((a, b) => a - b);
    return numbers.every((number, index) => number === index)
      ? []
      : [violation(name, `has the runs ${runs.map(({ payload }) => payload.run).join(', ')}: one before is missing`)];
  });
}

/** What was cleared before the last settled run is settled, and nothing that was never cleared. */
function unmatched(history: History): Violation[] {
  const settled = new Set(history.settled.map(({ payload }) => nameOf(payload)));
  const tradesOf = new Map(history.cleared.map(({ payload }) => [nameOf(payload), payload.trades.length]));
  // Runs settle in the order they were cleared: what was cleared after the last settled one may still be on its way.
  const lastSettled = history.cleared.findLastIndex(({ payload }) => settled.has(nameOf(payload)));
  const unsettled = history.cleared
    .slice(0, lastSettled + 1)
    .filter(({ payload }) => !settled.has(nameOf(payload)))
    .map(({ payload }) => violation(nameOf(payload), 'cleared but never settled although a later run was'));
  const invented = history.settled
    .filter(({ payload }) => tradesOf.get(nameOf(payload)) !== payload.tradeCount)
    .map(({ payload }) =>
      violation(
        nameOf(payload),
        `settled ${payload.tradeCount} trades, cleared ${tradesOf.get(nameOf(payload)) ?? 'nothing'}`,
      ),
    );
  return [...unsettled, ...invented];
}

/** From the community's first interval to the newest one, each is settled; the same for the final runs. */
function skipped(history: History, community: CommunityConfigured): Violation[] {
  const firstMs = Date.parse(periodStartOf(community.startsAt, community));
  return ['preliminary', 'final'].flatMap((run) => {
    const starts = new Set(
      history.settled
        .filter(({ payload }) => payload.run === run)
        .map(({ payload }) => Date.parse(payload.intervalStart)),
    );
    const newestMs = Math.max(...starts);
    const found: Violation[] = [];
    for (let ms = Math.min(firstMs, ...starts); ms < newestMs; ms += INTERVAL_MS)
      if (!starts.has(ms))
        found.push(
          violation(`${new Date(ms).toISOString()} ${run}`, 'skipped: never settled although a later one was'),
        );
    return found;
  });
}

/** M2: an interval and a run settle once, none is skipped, and nothing settles that was not cleared. */
export function checkOnce(history: History): Violation[] {
  const community = history.communities.at(-1)?.payload;
  if (!community) return [];
  return [
    ...repeats('cleared', history.cleared),
    ...repeats('settled', history.settled),
    ...gapsInRuns(history),
    ...unmatched(history),
    ...skipped(history, community),
  ];
}
