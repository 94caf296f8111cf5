import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { aCommunity, aDevice, aForecast, aSite, START_MS } from '../testing/a-village.ts';
import { assembleProblem, type LatestReading, type Situation } from './assemble-problem.ts';
import { loadSolver } from './highs.link.ts';
import type { OpenLp } from './linear-program.ts';
import { planCommunity } from './plan-community.ts';

const QUARTER_MS = 900_000;
const INTERVALS = 12;
/** The first two hours. */
const EARLY = 8;
/** What the car at home 4 takes in a quarter of an hour. */
const CAR_WH = 1000;
const RACK = {
  ...aDevice('village-rack-unit', 'charger'),
  kind: 'rack' as const,
  authority: 'community' as const,
  rack: { maxPowerW: 3000, idlePowerW: 150, valueMicroPerKwh: 90_000 },
};

interface Morning {
  homes: Record<string, { importLimitW: number; exportLimitW: number; loadWh: number[]; generationWh?: number[] }>;
  batteries: {
    deviceId: string;
    siteId: string;
    ratedW: number;
    battery: NonNullable<ReturnType<typeof aDevice>['battery']>;
    socPct: number;
  }[];
}

/** Forecasts of 17 real households and their roofs, batteries as they stand, on a Monday in July at 09:00. */
const MORNING = JSON.parse(
  readFileSync(new URL('../testing/village-morning.json', import.meta.url), 'utf8'),
) as Morning;

function situationAt(nowMs: number, socPct: ReadonlyMap<string, number>): Situation {
  const homes = Object.entries(MORNING.homes);
  const forecasts = new Map(
    homes.map(([siteId, home]) => {
      const forecast = aForecast(siteId, { loadWh: 0, generationWh: 0 });
      const series = (p50Wh: number[]) => ({
        p10Wh: p50Wh.map((wh) => wh * 0.6),
        p50Wh,
        p90Wh: p50Wh.map((wh) => wh * 1.6),
      });
      return [
        siteId,
        { ...forecast, load: series(home.loadWh), generation: series(home.generationWh ?? home.loadWh.map(() => 0)) },
      ];
    }),
  );
  const battery = MORNING.batteries.map(({ deviceId, ratedW, battery: cells }) => ({
    ...aDevice(deviceId, 'battery'),
    ratedW,
    battery: cells,
  }));
  const car: LatestReading = {
    measuredAtMs: nowMs,
    points: { isPluggedIn: true, wantedWh: 14_000 - CAR_WH * ((nowMs - START_MS) / QUARTER_MS) },
  };
  const meters = [...homes.map(([siteId]) => siteId), 'village-battery', 'village-rack'].map((siteId) =>
    aDevice(`${siteId}-meter`, 'meter'),
  );
  return {
    community: aCommunity(),
    sites: [
      ...homes.map(([siteId, { importLimitW, exportLimitW }]) => ({ ...aSite(siteId), importLimitW, exportLimitW })),
      { ...aSite('village-battery'), importLimitW: 12_000, exportLimitW: 14_000 },
      { ...aSite('village-rack'), importLimitW: 3200, exportLimitW: 100 },
    ],
    devices: [
      ...battery,
      ...meters,
      ...homes.map(([siteId]) => aDevice(`${siteId}-load`, 'load')),
      aDevice('home-4-ev', 'charger'),
      RACK,
    ],
    forecasts,
    readings: new Map([
      ['home-4-ev', car],
      ...[...socPct].map(([deviceId, pct]): [string, LatestReading] => [
        deviceId,
        { measuredAtMs: nowMs, points: { socPct: pct, powerW: 0 } },
      ]),
    ]),
    nowMs,
    firstIntervalStartMs: nowMs,
    intervals: 96,
    staleMs: QUARTER_MS,
  };
}

describe('a village on a Monday morning', () => {
  let open: OpenLp;
  beforeAll(async () => {
    open = await loadSolver();
  });

  it('has every battery discharge into the short hours and charge in the long ones, each in its owner’s interest', () => {
    let socPct = new Map(MORNING.batteries.map((battery) => [battery.deviceId, battery.socPct]));
    const setpointsW = new Map(MORNING.batteries.map(({ deviceId }): [string, number[]] => [deviceId, []]));
    for (let interval = 0; interval < INTERVALS; interval += 1) {
      const { problem } = assembleProblem(situationAt(START_MS + interval * QUARTER_MS, socPct))!;
      const devices = planCommunity(problem, open)
        .plans.flatMap((plan) => plan.devices)
        .filter((device) => device.kind === 'battery');
      for (const device of devices) setpointsW.get(device.deviceId)!.push(device.powerW[0]!);
      socPct = new Map(devices.map((device) => [device.deviceId, device.socPct![0]!]));
    }
    const changesSign = (powerW: readonly number[]): boolean => Math.min(...powerW) < -50 && Math.max(...powerW) > 50;
    const homes = [...setpointsW].filter(([deviceId]) => deviceId !== 'village-battery-ess');
    expect(homes).toHaveLength(8);
    expect(homes.filter(([, powerW]) => !changesSign(powerW.slice(0, EARLY)))).toEqual([]);
    // Its spread must pay charges and losses twice, so it waits for the cheapest of the surplus.
    expect(changesSign(setpointsW.get('village-battery-ess')!)).toBe(true);
  });
});
