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
  /** Of the interval that ends here, where it is less than exact though its ends may be exact. */
  readonly doubt?: Quality;
}

/**
 * Counter values at the interval boundaries in (before, after].
 *
 * Method: the reading itself where it was taken at the boundary, else interpolation between the two readings around it, rounded
 * down. The counters give the total and the two powers the shape: prices and schedules change at boundaries, so the first
 * power is taken to hold until the boundary and the second from it on. What was counted beyond that is spread evenly, for nobody
 * knows when it flowed; without powers, or over several boundaries, everything is. One value ends an interval and starts the
 * next, so the energies telescope exactly: their sum is the difference of the counters. `measured` where the reading is exact
 * or the two readings are at most `tightMs` apart, else `estimated`. Precondition: counters do not fall from `before` to
 * `after`; times in ms, UTC.
 *
 * Example: 100 Wh at 11:50 and 120 Wh at 12:10 give 110 Wh at 12:00; with 30 W before and 90 W after, 105 Wh.
 */
export function boundariesBetween(before: CounterPair, after: CounterPair, tightMs: number): BoundaryValue[] {
  const boundaries: BoundaryValue[] = [];
  const firstBoundaryMs = (Math.floor(before.atMs / INTERVAL_MS) + 1) * INTERVAL_MS;
  for (let atMs = firstBoundaryMs; atMs <= after.atMs; atMs += INTERVAL_MS) {
    const [firstMs, secondMs] = [atMs - before.atMs, after.atMs - atMs];
    const isOnly = atMs === firstBoundaryMs && after.atMs < atMs + INTERVAL_MS;
    const sides = { firstMs, secondMs, ...(isOnly && { firstW: before.powerW, secondW: after.powerW }) };
    const isTight = atMs === after.atMs || after.atMs - before.atMs <= tightMs;
    boundaries.push({
      atMs,
      importWh: Math.floor(valueAt(before.importWh, after.importWh, { ...sides, direction: 1 })),
      exportWh: Math.floor(valueAt(before.exportWh, after.exportWh, { ...sides, direction: -1 })),
      quality: isTight ? 'measured' : 'estimated',
    });
  }
  return boundaries;
}

interface Sides {
  readonly firstMs: number;
  readonly secondMs: number;
  readonly firstW?: number | undefined;
  readonly secondW?: number | undefined;
  readonly direction: 1 | -1;
}

/** Counter of one direction at the boundary between two readings. */
function valueAt(beforeWh: number, afterWh: number, sides: Sides): number {
  const { firstMs, secondMs, firstW, secondW, direction } = sides;
  if (secondMs === 0) return afterWh;
  const countedWh = afterWh - beforeWh;
  const evenShare = firstMs / (firstMs + secondMs);
  if (firstW === undefined || secondW === undefined) return beforeWh + countedWh * evenShare;
  const firstWh = (Math.max(0, firstW * direction) * firstMs) / 3_600_000;
  const secondWh = (Math.max(0, secondW * direction) * secondMs) / 3_600_000;
  const toldWh = firstWh + secondWh;
  const isTold = toldWh > countedWh;
  return beforeWh + (isTold ? (countedWh * firstWh) / toldWh : firstWh + (countedWh - toldWh) * evenShare);
}
