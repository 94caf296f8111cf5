import type { ForecastPublished } from '@wattmesh/events';
import { describe, expect, it } from 'vitest';
import { aCommunity, aDevice, aForecast, aSite, START_MS } from '../testing/a-village.ts';
import { assembleProblem, type Situation } from './assemble-problem.ts';

const HOME = [
  aDevice('home-1-meter', 'meter'),
  aDevice('home-1-load', 'load'),
  aDevice('home-1-pv', 'inverter'),
  aDevice('home-1-ess', 'battery'),
];
const reading = (points: object, measuredAtMs = START_MS) => ({ measuredAtMs, points });

const aSituation = (changes: Partial<Situation> = {}): Situation => ({
  community: aCommunity(),
  sites: [aSite('home-1')],
  devices: HOME,
  forecasts: new Map([['home-1', aForecast('home-1', { loadWh: 250, generationWh: 100 })]]),
  readings: new Map([['home-1-ess', reading({ socPct: 50, powerW: 0 })]]),
  nowMs: START_MS,
  firstIntervalStartMs: START_MS,
  intervals: 96,
  staleMs: 900_000,
  ...changes,
});

describe('assembleProblem', () => {
  it('takes money from the median and keeps P90 demand and P10 sun free at the limit', () => {
    const site = assembleProblem(aSituation())!.problem.sites[0]!;
    expect(site.loadW[0]).toBe(1000);
    expect(site.generationW[0]).toBe(400);
    // P90 is 1.5 x and P10 half the median: 500 W more demand, 200 W less sun.
    expect(site.importLimitW[0]).toBe(6000 - 700);
    expect(site.batteries[0]).toMatchObject({ socWh: 3200, minWh: 640 });
  });

  it('leaves out, by name, a site without a forecast and one whose state of charge is unknown or old', () => {
    expect(assembleProblem(aSituation({ forecasts: new Map() }))!.left).toEqual([
      { siteId: 'home-1', why: 'no forecast' },
    ]);
    expect(assembleProblem(aSituation({ readings: new Map() }))!.left).toEqual([
      { siteId: 'home-1', why: 'no state of charge' },
    ]);
    const old = new Map([['home-1-ess', reading({ socPct: 50 }, START_MS - 901_000)]]);
    expect(assembleProblem(aSituation({ readings: old }))!.left).toHaveLength(1);
  });

  it('carries the state of charge forward to the start of the horizon', () => {
    const readings = new Map([['home-1-ess', reading({ socPct: 50, powerW: -1000 }, START_MS - 360_000)]]);
    const site = assembleProblem(aSituation({ readings, nowMs: START_MS - 360_000 }))!.problem.sites[0]!;
    expect(site.batteries[0]!.socWh).toBeCloseTo(3200 - 100 / Math.sqrt(0.9), 6);
  });

  it('shortens the interval that is running, and repeats the last day where the forecast ends', () => {
    const forecast: ForecastPublished = aForecast('home-1', { loadWh: 250, generationWh: 100 });
    forecast.load.p50Wh[1] = 999;
    const situation = aSituation({
      nowMs: START_MS + 900_000 + 300_000,
      firstIntervalStartMs: START_MS + 900_000,
      forecasts: new Map([['home-1', forecast]]),
    });
    const site = assembleProblem({
      ...situation,
      readings: new Map([['home-1-ess', reading({ socPct: 50 }, START_MS + 900_000)]]),
    })!.problem.sites[0]!;
    expect(site.durationH[0]).toBeCloseTo(1 / 6, 9);
    expect(site.loadW[0]).toBe(3996);
    expect(site.loadW).toHaveLength(96);
  });

  it('plans a car only while it is plugged in and wants energy', () => {
    const devices = [...HOME, aDevice('home-1-ev', 'charger')];
    const plugged = (points: object) => {
      const readings = new Map([
        ['home-1-ess', reading({ socPct: 50 })],
        ['home-1-ev', reading(points)],
      ]);
      return assembleProblem(aSituation({ devices, readings }))!.problem.sites[0]!.chargers;
    };
    expect(plugged({ isPluggedIn: false })).toEqual([]);
    expect(plugged({ isPluggedIn: true, wantedWh: 9000 })).toMatchObject([{ wantedWh: 9000, minW: 1440 }]);
  });

  it('needs no forecast for a community battery and a price for every hour', () => {
    const devices = [aDevice('village-battery-meter', 'meter'), aDevice('village-battery-ess', 'battery')];
    const readings = new Map([['village-battery-ess', reading({ socPct: 60 })]]);
    const situation = aSituation({ sites: [aSite('village-battery')], devices, readings, forecasts: new Map() });
    expect(assembleProblem(situation)!.problem.sites).toHaveLength(1);
    const community = aCommunity();
    community.tariff.bands = [{ fromLocalHour: 0, toLocalHour: 12, retailMicroPerKwh: 1 }];
    expect(assembleProblem({ ...situation, community })).toBeUndefined();
  });

  it('cuts limits to the feeder where static shares would pass it', () => {
    const community = aCommunity();
    community.feeder.limitImportW = 3000;
    expect(assembleProblem(aSituation({ community }))!.problem.sites[0]!.importLimitW[0]).toBeLessThanOrEqual(3000);
  });

  it('C17 leaves its static share to a site that is not planned: its silence overloads nobody', () => {
    const silent = [aDevice('home-2-meter', 'meter'), aDevice('home-2-load', 'load')];
    const community = aCommunity();
    community.feeder.limitImportW = 6000;
    const situation = aSituation({
      community,
      sites: [aSite('home-1'), aSite('home-2')],
      devices: [...HOME, ...silent],
    });
    const { left, problem } = assembleProblem(situation)!;
    expect(left).toEqual([{ siteId: 'home-2', why: 'no forecast' }]);
    const { importLimitW } = aSite('home-2');
    expect(problem.sites[0]!.importLimitW[0]).toBeLessThanOrEqual(6000 - (6000 * importLimitW) / (importLimitW + 6000));
  });
});
