import { BatchConfirmed, IntervalSettled, type CommunityConfigured } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { History } from '../audit/history.ts';

/** Topics that tell how far a community has come. */
export const PROGRESS_TOPICS = [IntervalSettled.topic, BatchConfirmed.topic];

/**
 * How far a run has come from its first interval: intervals booked in a row, and whether the chain has caught up with them
 * (their roots committed, every complete settlement period executed).
 */
export function settledSoFar(history: History, community: Pick<CommunityConfigured, 'settlementPeriodIntervals'>, first: { intervalMs: number; count: number }): { intervals: number; isOnChain: boolean } {
  const within = (instant: string): number => (Date.parse(instant) - first.intervalMs) / INTERVAL_MS;
  const isCounted = (instant: string): boolean => within(instant) >= 0 && within(instant) < first.count;
  const settled = history.settled.map(({ payload }) => payload).filter(({ intervalStart }) => isCounted(intervalStart));
  const intervals = new Set(settled.map(({ intervalStart }) => Date.parse(intervalStart))).size;
  const confirmed = history.confirmed.map(({ payload }) => payload);
  const committed = new Set(confirmed.filter(({ kind }) => kind === 'commit').map(({ intervalStart, run }) => `${Date.parse(intervalStart)} ${run}`));
  const finals = settled.filter(({ run }) => run === 'final').length;
  const wanted = Math.floor(intervals / community.settlementPeriodIntervals) * community.settlementPeriodIntervals;
  const executed = confirmed.filter(({ kind, finality }) => kind === 'execute' && finality === 'final').filter(({ intervalStart }) => isCounted(intervalStart));
  const executedIntervals = executed.reduce((sum, { intervalCount }) => sum + intervalCount, 0);
  const isOnChain = settled.every(({ intervalStart, run }) => committed.has(`${Date.parse(intervalStart)} ${run}`)) && finals >= wanted && executedIntervals >= wanted;
  return { intervals, isOnChain };
}
