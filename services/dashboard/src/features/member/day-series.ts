import type { TimelinePoint } from '@wattmesh/portal/views';

/** Energy of one interval of a day; what nobody metered is absent, never 0. */
export interface DayRow {
  readonly startMs: number;
  readonly usedWh?: number;
  readonly madeWh?: number;
  readonly soldWh?: number;
}

/** A day's intervals with what was used (loads, chargers), made (sun) and sold to neighbours. Sold is known where energy is metered. */
export function buildDay(points: readonly TimelinePoint[], soldAt: ReadonlyMap<number, number>): DayRow[] {
  return points.map(({ start, loadWh, chargingWh, generationWh, quality }) => {
    const startMs = Date.parse(start);
    const isMetered = quality !== undefined;
    const sold = soldAt.get(startMs) ?? (isMetered ? 0 : undefined);
    return {
      startMs,
      ...(loadWh === undefined ? {} : { usedWh: loadWh + (chargingWh ?? 0) }),
      ...(generationWh === undefined ? {} : { madeWh: generationWh }),
      ...(sold === undefined ? {} : { soldWh: sold }),
    };
  });
}

/**
 * Outline of one quantity as an SVG path in steps, a gap where it is missing. `width` spans all rows, `height` the largest value.
 *
 * @example stepPath([2, undefined, 1], { width: 3, height: 2, largest: 2 }) // 'M0,0H1M2,1H3'
 */
export function stepPath(
  values: readonly (number | undefined)[],
  box: { width: number; height: number; largest: number },
): string {
  const stepPx = box.width / Math.max(1, values.length);
  const yOf = (value: number): string => round(box.height * (1 - value / box.largest));
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      const isJoined = index > 0 && values[index - 1] !== undefined;
      const begin = isJoined ? `V${yOf(value)}` : `M${round(index * stepPx)},${yOf(value)}`;
      return `${begin}H${round((index + 1) * stepPx)}`;
    })
    .join('');
}

/** Sum of one quantity over a day; absent where nothing is known of it. */
export function sumOf(rows: readonly DayRow[], name: 'usedWh' | 'madeWh' | 'soldWh'): number | undefined {
  const known = rows.flatMap((row) => row[name] ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

const round = (value: number): string => String(Math.round(value * 100) / 100);
