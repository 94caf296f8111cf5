/**
 * First instant after `afterMs` on the grid `offset + k * period` anchored at the epoch: where a loop fires next.
 * All in milliseconds; the period is positive; a fractional period keeps its own grid, rounded to whole milliseconds.
 *
 * @example nextTick({ afterMs: 900_000, periodMs: 900_000, offsetMs: 5_000 }) // 905_000
 */
export function nextTick(grid: { afterMs: number; periodMs: number; offsetMs: number }): number {
  const { afterMs, periodMs, offsetMs } = grid;
  let step = Math.floor((afterMs - offsetMs) / periodMs);
  let tick = Math.round(offsetMs + step * periodMs);
  while (tick <= afterMs) {
    step += 1;
    tick = Math.round(offsetMs + step * periodMs);
  }
  return tick;
}
