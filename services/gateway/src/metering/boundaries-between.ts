import type { Quality } from '@wattmesh/events';

const INTERVAL_MS = 900_000;

/** Both continued counters of a meter at one instant, fractions of a Wh allowed. */
export interface CounterPair {
  readonly atMs: number;
  readonly importWh: number;
  readonly exportWh: number;
}

/** A meter's counters at an interval boundary in whole Wh: the end of one interval and the start of the next. */
export interface BoundaryValue {
  readonly atMs: number;
  readonly importWh: number;
  readonly exportWh: number;
  readonly quality: Quality;
}

/**
 * Counter values at the interval boundaries in (before, after].
 *
 * Method: the reading itself where it was taken at the boundary, else linear interpolation between the two readings around it,
 * rounded down. One value ends an interval and starts the next, so the energies telescope exactly: their sum is the
 * difference of the counters. `measured` where the reading is exact or the two readings are at most `tightMs` apart,
 * else `estimated`. Precondition: counters do not fall from `before` to `after`; times in ms, UTC.
 *
 * Example: 100 Wh at 11:50 and 120 Wh at 12:10 give 110 Wh at 12:00.
 */
export function boundariesBetween(before: CounterPair, after: CounterPair, tightMs: number): BoundaryValue[] {
  const boundaries: BoundaryValue[] = [];
  const firstMs = (Math.floor(before.atMs / INTERVAL_MS) + 1) * INTERVAL_MS;
  for (let atMs = firstMs; atMs <= after.atMs; atMs += INTERVAL_MS) {
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    const isTight = atMs === after.atMs || after.atMs - before.atMs <= tightMs;
    boundaries.push({
      atMs,
      importWh: at(before.importWh, after.importWh, share),
      exportWh: at(before.exportWh, after.exportWh, share),
      quality: isTight ? 'measured' : 'estimated',
    });
  }
  return boundaries;
}

const at = (beforeWh: number, afterWh: number, share: number): number =>
  share === 1 ? Math.floor(afterWh) : Math.floor(beforeWh + (afterWh - beforeWh) * share);
