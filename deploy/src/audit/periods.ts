import type { CommunityConfigured, IntervalSettled } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { periodEndOf, periodStartOf } from '@wattmesh/settlement/settlement-period';
import type { Dated, History } from './history.ts';

/** A settled run with the settlement period whose lanes move its rows. */
export interface RunInPeriod extends Dated<IntervalSettled> {
  readonly periodStart: string;
  readonly periodEnd: string;
}

/**
 * Settled runs in their order, each with its period: the interval's own, or, where the final run of that period's last
 * interval is booked already, the one after the last that is complete so.
 */
export function runsInPeriods(history: History, community: CommunityConfigured): RunInPeriod[] {
  const complete = new Set<string>();
  let last = '';
  return [...new Map(history.settled.map((settled) => [settled.id, settled])).values()].map((settled) => {
    const { intervalStart, run } = settled.payload;
    const own = periodStartOf(intervalStart, community);
    const periodStart = complete.has(own) ? periodEndOf(last, community) : own;
    if (run === 'final' && Date.parse(intervalStart) + INTERVAL_MS === Date.parse(periodEndOf(own, community))) {
      complete.add(own);
      if (own > last) last = own;
    }
    return { ...settled, periodStart, periodEnd: periodEndOf(periodStart, community) };
  });
}
