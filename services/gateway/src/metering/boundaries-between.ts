import type { Quality } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';

/** Both continued counters of a meter at one instant, fractions of a Wh allowed. */
export interface CounterPair {
  readonly atMs: number;
  readonly importWh: number;
  readonly exportWh: number;
  /** Power of the same reading, where it was read. */
  readonly powerW?: number;
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
 * Method: the reading itself where it was taken at the boundary, else interpolation between the two readings around it, rounded
 * down. The counters give the total and the two powers the shape: prices and schedules change at boundaries, so the first
 * power is taken to hold until the boundary and the second from it on; without powers, or over several boundaries, the
 * interpolation is linear. One value ends an interval and starts the next, so the energies telescope exactly: their sum is the
 * difference of the counters. `measured` where the reading is exact or the two readings are at most `tightMs` apart,
 * else `estimated`. Precondition: counters do not fall from `before` to `after`; times in ms, UTC.
 *
 * Example: 100 Wh at 11:50 and 120 Wh at 12:10 give 110 Wh at 12:00; with 30 W before and 90 W after, 105 Wh.
 */
export function boundariesBetween(before: CounterPair, after: CounterPair, tightMs: number): BoundaryValue[] {
  const boundaries: BoundaryValue[] = [];
  const firstMs = (Math.floor(before.atMs / INTERVAL_MS) + 1) * INTERVAL_MS;
  for (let atMs = firstMs; atMs <= after.atMs; atMs += INTERVAL_MS) {
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    const isOnly = atMs === firstMs && after.atMs < atMs + INTERVAL_MS;
    const powers = isOnly && { beforeW: before.powerW, afterW: after.powerW };
    const isTight = atMs === after.atMs || after.atMs - before.atMs <= tightMs;
    boundaries.push({
      atMs,
      importWh: at(before.importWh, after.importWh, shapedShare(share, powers, 1)),
      exportWh: at(before.exportWh, after.exportWh, shapedShare(share, powers, -1)),
      quality: isTight ? 'measured' : 'estimated',
    });
  }
  return boundaries;
}

const at = (beforeWh: number, afterWh: number, share: number): number =>
  share === 1 ? Math.floor(afterWh) : Math.floor(beforeWh + (afterWh - beforeWh) * share);

/** Share of the energy in one direction that flowed before the boundary, by the powers on both sides of it where both are known. */
function shapedShare(
  share: number,
  powers: false | { beforeW: number | undefined; afterW: number | undefined },
  direction: 1 | -1,
): number {
  if (!powers || powers.beforeW === undefined || powers.afterW === undefined) return share;
  const first = Math.max(0, powers.beforeW * direction) * share;
  const second = Math.max(0, powers.afterW * direction) * (1 - share);
  return first + second === 0 ? share : first / (first + second);
}
