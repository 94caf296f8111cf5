import { INTERVAL_MS } from '@wattmesh/platform/clock';

/** What fixes a community's settlement periods: counted from its first whole interval. */
export interface PeriodTerms {
  readonly startsAt: string;
  readonly settlementPeriodIntervals: number;
}

/**
 * Start of the settlement period that an interval belongs to.
 *
 * @example periodStartOf('2026-07-06T12:45:00Z', { startsAt: '2026-07-06T12:00:00Z', settlementPeriodIntervals: 4 }); // 12:00
 */
export function periodStartOf(intervalStart: string, terms: PeriodTerms): string {
  const firstMs = Math.ceil(Date.parse(terms.startsAt) / INTERVAL_MS) * INTERVAL_MS;
  const periodMs = terms.settlementPeriodIntervals * INTERVAL_MS;
  return new Date(firstMs + Math.floor((Date.parse(intervalStart) - firstMs) / periodMs) * periodMs).toISOString();
}

/** End of a period, the start of the next one. */
export function periodEndOf(periodStart: string, terms: PeriodTerms): string {
  return new Date(Date.parse(periodStart) + terms.settlementPeriodIntervals * INTERVAL_MS).toISOString();
}
