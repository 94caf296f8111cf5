import { ForecastPublished, IntervalMetered, PlanPublished } from '@wattmesh/events';
import type { RunningService } from '@wattmesh/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aForecast, aLane, aMetering, aPlan, at } from '../testing/a-lane.ts';
import { PortalBench } from '../testing/portal-bench.ts';
import * as views from '../view/views.ts';

const LANE = '/api/v1/communities/lane';

let bench: PortalBench;
beforeAll(async () => {
  bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_timeline');
  await bench.start();
  await bench.register(aLane());
});
afterAll(() => bench.close());

const timeline = (query: string) => bench.view(views.TimelineView, `${LANE}/timeline?${query}`);

describe('the timeline', () => {
  it('sum meterings by site and community, the highest run of each, and what is missing is not zero', async () => {
    await bench.publish(
      IntervalMetered,
      aMetering('home-1-revenue', 0, { importWh: 25 }),
      aMetering('home-1-load', 0, { importWh: 300 }),
      aMetering('home-1-generation', 0, { exportWh: 350 }),
      aMetering('home-1-storage', 0, { importWh: 75, exportWh: 0 }),
      aMetering('home-2-revenue', 0, { importWh: 100, quality: 'estimated' }),
      aMetering('home-2-load', 0, { importWh: 0, quality: 'missing' }),
      aMetering('head-meter', 0, { importWh: 127 }),
    );
    await bench.publish(IntervalMetered, aMetering('home-1-revenue', 0, { importWh: 30, run: 'correction-1' }));
    await bench.publish(IntervalMetered, aMetering('home-1-revenue', 0, { importWh: 26, run: 'final' }));
    const [site] = (await timeline(`siteId=home-1&from=${at(0)}&to=${at(1)}`)).points;
    expect(site).toMatchObject({ start: at(0), importWh: 30, loadWh: 300, generationWh: 350, chargedWh: 75 });
    expect(site).not.toHaveProperty('feederImportWh');
    const [all] = (await timeline(`from=${at(0)}&to=${at(1)}`)).points;
    expect(all).toMatchObject({ importWh: 130, loadWh: 300, feederImportWh: 127, quality: 'missing' });
    const [other] = (await timeline(`siteId=home-2&from=${at(0)}&to=${at(1)}`)).points;
    expect(other).not.toHaveProperty('loadWh');
    const qualities = await bench.view(z.array(views.MeterQualityView), `${LANE}/quality`);
    const ofMeter = (id: string) => qualities.find(({ meterId }) => meterId === id)!;
    expect(ofMeter('home-2-revenue').counts).toMatchObject({ estimated: 1, measured: 0, missing: 0 });
    expect(ofMeter('home-3-revenue')).toMatchObject({ role: 'revenue', counts: { missing: 1 } });
  });

  it('roll up to hours and to local days of 92, 96 and 100 intervals', async () => {
    // 28 March 23:00 UTC is midnight in Berlin, which skips an hour on the 29th.
    const first = (Date.parse('2026-03-27T23:00:00Z') - Date.parse(at(0))) / 900_000;
    const lastMs = Date.parse('2026-03-29T22:00:00Z');
    const intervals = Array.from({ length: (lastMs - Date.parse(at(first))) / 900_000 }, (_, index) => first + index);
    await bench.publish(
      IntervalMetered,
      ...intervals.map((interval) => aMetering('home-3-load', interval, { importWh: 10 })),
    );
    const days = await timeline(`siteId=home-3&from=2026-03-28T05:00:00Z&to=2026-03-29T05:00:00Z&step=day`);
    expect(days.points.map(({ start, loadWh }) => [start, loadWh])).toEqual([
      ['2026-03-27T23:00:00.000Z', 960],
      ['2026-03-28T23:00:00.000Z', 920],
    ]);
    expect(days.points[0]!.retailMicroPerKwh).toBe(Math.round((4 * 400_000 + 20 * 300_000) / 24));
    const hours = await timeline(`siteId=home-3&from=2026-03-29T00:10:00Z&to=2026-03-29T02:00:00Z&step=hour`);
    expect(hours.points.map(({ start, loadWh }) => [start, loadWh])).toEqual([
      ['2026-03-29T00:00:00.000Z', 40],
      ['2026-03-29T01:00:00.000Z', 40],
    ]);
  });

  it('lay forecast and plan beside it, the newest that covers each interval', async () => {
    await bench.publish(ForecastPublished, aForecast('home-1', 4, 100), aForecast('home-2', 4, 200));
    await bench.publish(ForecastPublished, aForecast('home-1', 6, 120));
    await bench.publish(ForecastPublished, { ...aForecast('home-1', 5, 999), issuedAt: at(1) });
    await bench.publish(PlanPublished, aPlan('home-1', 4, 800), aPlan('home-1', 5, 400));
    const own = await timeline(`siteId=home-1&from=${at(4)}&to=${at(15)}`);
    expect(own.points.map(({ forecast }) => forecast?.loadP50Wh)).toEqual([
      100,
      100,
      ...Array<number>(8).fill(120),
      undefined,
    ]);
    expect(own.points.map(({ plan }) => plan?.siteWh)).toEqual([
      200,
      ...Array<number>(8).fill(100),
      undefined,
      undefined,
    ]);
    expect(own.points[1]!.plan).toEqual({ siteWh: 100, storageWh: 100, socPct: 60 });
    expect(own.forecast).toEqual({
      issuedAt: at(5.9),
      model: 'mixer 1',
      isBaseline: false,
      mase: 0.8,
      sites: 1,
    });
    const all = await timeline(`from=${at(6)}&to=${at(7)}`);
    expect(all.points[0]!.forecast).toMatchObject({
      loadP50Wh: 320,
      loadP10Wh: Math.round(100 * (320 - Math.hypot(30, 30))) / 100,
      generationP10Wh: 640 - 60,
    });
    const hour = await timeline(`siteId=home-1&from=${at(8)}&to=${at(12)}&step=hour`);
    expect(hour.points[0]).toMatchObject({ forecast: { loadP50Wh: 480 }, retailMicroPerKwh: 300_000 });
  });
});

describe('two portals at once', () => {
  let two: RunningService[];
  let bench: PortalBench;
  beforeAll(async () => {
    bench = await PortalBench.open(process.env['WATTMESH_TEST_DATABASE'], 'portal_two');
    two = await bench.startTwo();
    await bench.register(aLane());
  });
  afterAll(() => bench.close());

  it('leave nothing out of a sum that both add to, and show the same', async () => {
    const homes = ['home-1', 'home-2', 'home-3'];
    for (let interval = 0; interval < 12; interval += 1) {
      await bench.publish(
        IntervalMetered,
        ...homes.flatMap((home) => [
          aMetering(`${home}-revenue`, interval, { importWh: 5 }),
          aMetering(`${home}-load`, interval, { importWh: 7 }),
        ]),
      );
    }
    const path = `${LANE}/timeline?from=${at(0)}&to=${at(12)}&step=interval`;
    const answers = await Promise.all(two.map((service) => bench.get(path, service)));
    for (const { body } of answers) {
      const { points } = views.TimelineView.parse(body);
      expect(points.map(({ importWh, loadWh }) => [importWh, loadWh])).toEqual(
        Array.from({ length: 12 }, () => [15, 21]),
      );
    }
  });
});
