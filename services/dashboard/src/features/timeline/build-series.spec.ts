import type { TimelinePoint } from '@wattmesh/portal/views';
import { describe, expect, it } from 'vitest';
import { buildSeries } from './build-series.ts';
import { spanOf } from './timeline-range.ts';

const NOON = Date.parse('2024-06-21T12:00:00Z');
const INTERVAL_MS = 900_000;
const point = (index: number, values: Partial<TimelinePoint> = {}): TimelinePoint => ({
  start: new Date(NOON + index * INTERVAL_MS).toISOString(),
  ...values,
});

describe('buildSeries', () => {
  it('turns energies into mean powers, use above zero and sun below', () => {
    const points = [
      point(0, { loadWh: 500, generationWh: 1000, importWh: 0, exportWh: 400, chargedWh: 100, dischargedWh: 0 }),
    ];
    const series = buildSeries({ points, step: 'interval' }, NOON + INTERVAL_MS);
    expect(series).toMatchObject({ loadKw: [2], sunKw: [-4], netKw: [-1.6], storageKw: [0.4] });
    expect(series.seconds).toEqual([NOON / 1000 + 450]);
    expect(series.span).toEqual([NOON / 1000, NOON / 1000 + 900]);
  });

  it('leaves a gap where nothing is known, and never a zero', () => {
    const series = buildSeries({ points: [point(0, { importWh: 5 })], step: 'interval' }, NOON);
    expect([series.loadKw, series.netKw, series.price, series.socPct]).toEqual([[null], [null], [null], [null]]);
  });

  it('shows a plan only where time has not passed', () => {
    const plan = { siteWh: 250, storageWh: -50, socPct: 40 };
    const points = [point(-1, { plan }), point(0, { plan }), point(1, { plan })];
    const series = buildSeries({ points, step: 'interval' }, NOON);
    expect(series.planNetKw).toEqual([null, 1, 1]);
    expect(series.planSocPct).toEqual([null, 40, 40]);
  });

  it('keeps the fan on both sides of now, P90 of the sun lowest', () => {
    const forecast = {
      loadP10Wh: 1,
      loadP50Wh: 2,
      loadP90Wh: 3,
      generationP10Wh: 10,
      generationP50Wh: 20,
      generationP90Wh: 30,
    };
    const series = buildSeries({ points: [point(-1, { forecast }), point(1, { forecast })], step: 'interval' }, NOON);
    expect(series.loadP10Kw[0]!).toBeLessThan(series.loadP90Kw[0]!);
    expect(series.sunP90Kw[1]!).toBeLessThan(series.sunP10Kw[1]!);
  });

  it('begins where the community does, not where only its tariff was', () => {
    const tariff = { retailMicroPerKwh: 300_000, feedInMicroPerKwh: 80_000 };
    const points = [point(0, tariff), point(1, tariff), point(2, { ...tariff, importWh: 1, exportWh: 0 })];
    expect(buildSeries({ points, step: 'interval' }, NOON).startSeconds).toEqual([NOON / 1000 + 1800]);
    expect(buildSeries({ points: points.slice(0, 2), step: 'interval' }, NOON).startSeconds).toHaveLength(2);
  });

  it('takes the length of a local day from the next one: 23, 24 or 25 hours', () => {
    const starts = ['2026-03-27T23:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'];
    const points = starts.map((start): TimelinePoint => ({ start, loadWh: 23_000 }));
    expect(buildSeries({ points, step: 'day' }, NOON).loadKw[1]).toBe(1);
  });

  it('takes a year of quarter hours in far less than a frame budget of 500 ms', () => {
    const points = Array.from({ length: 35_136 }, (_, index) =>
      point(index, { loadWh: index, generationWh: 3, socPct: 50 }),
    );
    const started = performance.now();
    expect(buildSeries({ points, step: 'interval' }, NOON).seconds).toHaveLength(35_136);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('spanOf', () => {
  it('moves only with the intervals, so that a page asks once for each', () => {
    const choice = { range: 'day', step: 'interval', siteId: undefined } as const;
    expect(spanOf(choice, NOON + 1)).toEqual(spanOf(choice, NOON + INTERVAL_MS - 1));
    expect(spanOf(choice, NOON)).toEqual({ from: '2024-06-20T12:00:00.000Z', to: '2024-06-22T12:15:00.000Z' });
  });

  it('reaches a year back without a plan ahead', () => {
    const span = spanOf({ range: 'year', step: 'day', siteId: undefined }, NOON);
    expect(Date.parse(span.to) - NOON).toBeLessThanOrEqual(86_400_000);
    expect(NOON - Date.parse(span.from)).toBeGreaterThanOrEqual(366 * 86_400_000);
  });
});
