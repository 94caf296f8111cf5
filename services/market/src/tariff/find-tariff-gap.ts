import type { Tariff } from '@wattmesh/events';
import { priceAtInterval } from './price-at-interval.ts';

const HOUR_MS = 3_600_000;

/**
 * First hour of a year that no band of a tariff covers; undefined where every hour has a price.
 *
 * Method: asks for every hour of every month's first fourteen days in UTC, in which each weekday comes twice: a gap belongs to
 * a local month, weekday and hour, whatever the zone. 4,032 prices.
 */
export function findTariffGap(tariff: Tariff): string | undefined {
  for (let month = 0; month < 12; month += 1) {
    for (let hour = 0; hour < 24 * 14; hour += 1) {
      const intervalStart = new Date(Date.UTC(2026, month, 1) + hour * HOUR_MS).toISOString();
      try {
        priceAtInterval(tariff, { intervalStart, timeZone: 'UTC' });
      } catch (error) {
        if (error instanceof RangeError) return intervalStart;
        throw error;
      }
    }
  }
  return undefined;
}
