import { BatchConfirmed, IntervalSettled, type IntervalSettled as Settled } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { History } from '../audit/history.ts';

/** Topics that tell how far a community has come. */
export const PROGRESS_TOPICS = [IntervalSettled.topic, BatchConfirmed.topic];

export interface CountedIntervals {
  /** Start of the first interval that counts, and of the settlement periods. */
  readonly firstMs: number;
  readonly count: number;
  readonly periodStartMs: number;
  readonly periodIntervals: number;
}

const isWithin = ({ firstMs, count }: CountedIntervals, { intervalStart }: { intervalStart: string }): boolean =>
  Date.parse(intervalStart) >= firstMs && Date.parse(intervalStart) < firstMs + count * INTERVAL_MS;

/** Starts of the counted intervals that were booked, ms since the epoch; repeated where an interval has several runs. */
export function settledStarts(history: History, counted: CountedIntervals): number[] {
  return history.settled
    .filter(({ payload }) => isWithin(counted, payload))
    .map(({ payload }) => Date.parse(payload.intervalStart));
}

/**
 * How far a run has come from its first interval: intervals booked, and whether the chain has caught up with them: all
 * their roots committed, and every complete settlement period executed in which anything was traded.
 */
export function settledSoFar(history: History, counted: CountedIntervals): { intervals: number; isOnChain: boolean } {
  const settled = history.settled.map(({ payload }) => payload).filter((run) => isWithin(counted, run));
  const confirmed = history.confirmed.map(({ payload }) => payload);
  const committed = new Set(
    confirmed
      .filter(({ kind }) => kind === 'commit')
      .map(({ intervalStart, run }) => `${Date.parse(intervalStart)} ${run}`),
  );
  const executed = new Set(
    confirmed
      .filter(({ kind, finality }) => kind === 'execute' && finality === 'final')
      .map(({ intervalStart }) => Date.parse(intervalStart)),
  );
  const arePeriodsDone = [...Map.groupBy(settled, (run) => periodOf(run, counted))]
    .filter(([, runs]) => new Set(runs.map(({ intervalStart }) => intervalStart)).size === counted.periodIntervals)
    .every(
      ([periodMs, runs]) => isFinal(runs, counted.periodIntervals) && (!hasTraded(runs) || executed.has(periodMs)),
    );
  return {
    intervals: new Set(settled.map(({ intervalStart }) => Date.parse(intervalStart))).size,
    isOnChain:
      arePeriodsDone && settled.every(({ intervalStart, run }) => committed.has(`${Date.parse(intervalStart)} ${run}`)),
  };
}

function periodOf({ intervalStart }: Settled, { periodStartMs, periodIntervals }: CountedIntervals): number {
  const periodMs = periodIntervals * INTERVAL_MS;
  return periodStartMs + Math.floor((Date.parse(intervalStart) - periodStartMs) / periodMs) * periodMs;
}

const isFinal = (runs: readonly Settled[], periodIntervals: number): boolean =>
  runs.filter(({ run }) => run === 'final').length >= periodIntervals;
const hasTraded = (runs: readonly Settled[]): boolean =>
  runs.some(({ rows }) => rows.some(({ tradeMicro }) => tradeMicro !== 0));
