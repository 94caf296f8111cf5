import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_ROWS } from './profiles/find-file-row.ts';
import { generateProfiles } from './profiles/generate-profiles.ts';
import type { Profiles } from './profiles/profiles.ts';
import { readCityLearn } from './profiles/read-citylearn.ts';
import { seedOf, uniformAt } from './profiles/sample-noise.ts';
import type { Scenario } from './scenario/scenario.schema.ts';
import { loadScenario } from './scenario/scenario.store.ts';
import { World, type WorldState } from './world.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const ESS = 'home-1-ess';
const scenarioOf = (name: string, change: Partial<Scenario> = {}): Scenario => ({ ...loadScenario(name), ...change });
const worldOf = (scenario: Scenario, profiles = generateProfiles(scenario)): World => new World({ scenario, profiles });
const hamlet = (change: Partial<Scenario> = {}): World => worldOf(scenarioOf('hamlet', change));
const at = (world: World, ms: number): string => new Date(world.nowMs + ms).toISOString();

/** Files in the form of CityLearn's, with made-up values. */
function fileProfiles(scenario: Scenario): Profiles {
  const rows = Array.from({ length: FILE_ROWS }, (_, row) => row);
  const building = (siteId: string): string =>
    ['hour,non_shiftable_load', ...rows.map((row) => `${row},${(3 * uniformAt(seedOf(siteId), row)).toFixed(8)}`)].join(
      '\n',
    );
  const sky = rows.map(
    (row) => `20.5,${row % 24 > 6 && row % 24 < 19 ? 600 : 0},${row % 24 > 7 && row % 24 < 18 ? 500 : 0}`,
  );
  const weather = ['outdoor_dry_bulb_temperature,diffuse_solar_irradiance,direct_solar_irradiance', ...sky].join('\n');
  const sites = scenario.sites.filter((site) => site.household);
  return readCityLearn({
    timeZone: scenario.community.timeZone,
    place: scenario.place,
    buildings: new Map(sites.map(({ siteId }) => [siteId, { file: siteId, text: building(siteId) }])),
    weather: { file: 'weather', text: weather },
  });
}

/** What a day of the hamlet comes to when it is asked at these instants, with the battery told something now and then. */
function dayOf(askMs: readonly number[]): WorldState {
  const world = hamlet();
  const startMs = world.nowMs;
  const told = [
    { ms: 7 * MINUTE + 1234, targetW: -2500 },
    { ms: 2 * QUARTER + 41_000, targetW: 3000 },
    { ms: 3 * QUARTER, targetW: 500 },
  ];
  const moments = [
    ...askMs.map((ms) => ({ ms, targetW: undefined })),
    ...told,
    { ms: 4 * QUARTER, targetW: undefined },
  ];
  for (const { ms, targetW } of moments.toSorted((a, b) => a.ms - b.ms)) {
    world.advanceTo(startMs + ms);
    if (targetW !== undefined) world.control(ESS, { targetW, reversion: { atMs: world.nowMs + 200_500, targetW: 0 } });
  }
  return world.saveState();
}

const numbersOf = (value: unknown): number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
};

describe('time in the world', () => {
  it('comes to the same however often it is asked', () => {
    const once = numbersOf(dayOf([]));
    const instants = fc.array(fc.integer({ min: 0, max: 4 * QUARTER }), { maxLength: 60 });
    fc.assert(
      fc.property(instants, (askMs) => {
        numbersOf(dayOf(askMs)).forEach((value, index) =>
          expect(Math.abs(value - (once[index] ?? Number.NaN))).toBeLessThan(1e-6),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('comes to exactly the same for the same instants, and across a save and restore', () => {
    const askMs = [1000, 61_000, 500_001, 2_000_000];
    expect(dayOf(askMs)).toEqual(dayOf(askMs));
    const world = hamlet();
    world.advanceTo(world.nowMs + 95_500);
    world.control(ESS, { targetW: -900, reversion: { atMs: world.nowMs + 130_000, targetW: 0 } });
    const saved = JSON.parse(JSON.stringify(world.saveState())) as WorldState;
    const again = new World({ scenario: world.scenario, profiles: world.profiles, state: saved });
    for (const one of [world, again]) one.advanceTo(saved.nowMs + 3 * QUARTER + 7);
    expect(again.saveState()).toEqual(world.saveState());
  });

  it('does not continue the world of another scenario', () => {
    const state = hamlet().saveState();
    expect(() => worldOf(scenarioOf('hamlet', { seed: 77 })).restoreState(state)).toThrow(/start it afresh/);
  });
});

describe('a world told by a clock that is behind it', () => {
  it('C9 reverts at once what should have reverted before, and never runs back', () => {
    const world = hamlet();
    const battery = world.scenario.devices.find((device) => device.kind === 'battery')!.deviceId;
    const load = world.scenario.devices.find((device) => device.meterRole === 'load')!.deviceId;
    const startMs = world.nowMs;
    const before = world.meterCounters(load).importWh;
    world.control(battery, { targetW: 1000, reversion: { atMs: startMs - 60_000, targetW: 0 } });
    world.advanceTo(startMs + 1);
    expect(world.nowMs).toBe(startMs + 1);
    expect(world.controlOf(battery)).toEqual({ targetW: 0 });
    expect(world.meterCounters(load).importWh - before).toBeLessThan(1);
  });
});

describe('a household', () => {
  it('C16 uses the whole Wh of its file row, exactly at every quarter boundary, whatever was asked in between', () => {
    const scenario = scenarioOf('hamlet');
    const profiles = fileProfiles(scenario);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: QUARTER - 1 }), { maxLength: 8 }), (between) => {
        const world = worldOf(scenario, profiles);
        const startMs = world.nowMs;
        const firstWh = world.reading('home-3-load').importWh;
        let fileWh = 0;
        for (let hour = 0; hour < 3; hour += 1) {
          for (const ms of between.toSorted((a, b) => a - b)) world.advanceTo(startMs + hour * 4 * QUARTER + ms);
          world.advanceTo(startMs + (hour + 1) * 4 * QUARTER);
          fileWh += world.fileWh('home-3', 8410 + hour) ?? Number.NaN;
          expect(world.reading('home-3-load').importWh - firstWh).toBe(fileWh);
          expect(world.meterCounters('home-3-load').importWh - firstWh).toBe(fileWh);
        }
        expect([0, 1, 2].map((hour) => profiles.fileRow(startMs + hour * 4 * QUARTER))).toEqual([8410, 8411, 8412]);
      }),
      { numRuns: 20 },
    );
  });

  it('splits an hour so that its quarters sum to it', () => {
    const scenario = scenarioOf('hamlet');
    const profiles = fileProfiles(scenario);
    const startMs = Date.parse(scenario.startsAt);
    for (let hour = 0; hour < 48; hour += 1) {
      const hourMs = startMs + hour * 4 * QUARTER;
      const quarters = [0, 1, 2, 3].map((quarter) => profiles.loadWh('home-2', hourMs + quarter * QUARTER));
      expect(quarters.reduce((sum, wh) => sum + wh, 0)).toBe(profiles.fileWh('home-2', profiles.fileRow(hourMs) ?? -1));
      expect(Math.max(...quarters) - Math.min(...quarters)).toBeLessThanOrEqual(1);
    }
  });
});

describe('a site', () => {
  it('balances: the revenue meter is the sum of what is behind it, the head meter that of all sites and the loss', () => {
    const world = worldOf(loadScenario('village'));
    world.control(ESS, { targetW: -1500 });
    for (let minute = 0; minute < 60; minute += 7) {
      world.advanceTo(world.nowMs + 7 * MINUTE);
      const powerW = (deviceId: string): number => world.reading(deviceId).powerW;
      expect(powerW('home-1-meter')).toBeCloseTo(powerW('home-1-load') + powerW('home-1-pv') + powerW(ESS), 6);
      const members = world.scenario.devices
        .filter((device) => device.meterRole === 'revenue')
        .map(({ deviceId }) => powerW(deviceId));
      const throughputW = members.reduce((sum, w) => sum + Math.abs(w), 0);
      expect(powerW('feeder-head-meter')).toBeCloseTo(members.reduce((sum, w) => sum + w, 0) + 0.015 * throughputW, 6);
    }
  });

  it('C6 splits three phases so that they sum to the meter', () => {
    const world = worldOf(loadScenario('village'));
    const { phaseW, powerW } = world.reading('home-10-meter');
    expect(phaseW).toHaveLength(3);
    expect(phaseW.reduce((sum, w) => sum + w, 0)).toBeCloseTo(powerW, 6);
  });

  it('C5 has counters that never stand at 0 and never go back', () => {
    const world = hamlet();
    const counters = (): number[] =>
      world.scenario.devices.flatMap(({ deviceId }) => [
        world.reading(deviceId).importWh,
        world.reading(deviceId).exportWh,
      ]);
    let before = counters();
    expect(Math.min(...before)).toBeGreaterThan(0);
    for (let step = 0; step < 40; step += 1) {
      world.advanceTo(world.nowMs + 83_000);
      const now = counters();
      now.forEach((wh, index) => expect(wh).toBeGreaterThanOrEqual(before[index] ?? 0));
      before = now;
    }
  });
});

describe('a told device', () => {
  it('C9 reverts at the instant of its timer, not a minute later', () => {
    const world = hamlet();
    world.control(ESS, { targetW: -2000, reversion: { atMs: world.nowMs + 90_500, targetW: 0 } });
    const startMs = world.nowMs;
    world.advanceTo(startMs + 90_499);
    expect(world.reading(ESS)).toMatchObject({ powerW: -1996, targetW: -2000 });
    world.advanceTo(startMs + 90_500);
    expect(world.reading(ESS)).toMatchObject({ powerW: 4, targetW: 0 });
    const before = world.meterCounters(ESS).exportWh;
    world.advanceTo(startMs + QUARTER);
    expect(world.meterCounters(ESS).exportWh).toBe(before);
  });

  it('C9 follows its own safe default where nothing else is said: battery stops, charger at its minimum, rack idle, sun unlimited', () => {
    const world = worldOf(loadScenario('village'));
    const reversion = { atMs: world.nowMs + 30_000 };
    for (const [deviceId, targetW] of Object.entries({
      [ESS]: 3000,
      'home-4-ev': 7000,
      'village-rack-unit': 3000,
      'home-13-pv': 0,
    })) {
      world.control(deviceId, { targetW, reversion });
    }
    world.advanceTo(world.nowMs + 29_000);
    const powerW = (deviceId: string): number => world.reading(deviceId).powerW;
    expect([powerW(ESS), powerW('home-4-ev'), powerW('village-rack-unit'), powerW('home-13-pv')]).toEqual([
      3004, 7000, 3000, -0,
    ]);
    world.advanceTo(world.nowMs + 60_000);
    expect([powerW(ESS), powerW('home-4-ev'), powerW('village-rack-unit')]).toEqual([4, 1440, 150]);
    expect(powerW('home-13-pv')).toBeLessThan(-500);
  });

  it('a rack ramps, and its energy is that of the ramp', () => {
    const world = worldOf(loadScenario('village'));
    const startMs = world.nowMs;
    const before = world.meterCounters('village-rack-unit').importWh;
    world.control('village-rack-unit', { targetW: 1650 });
    world.advanceTo(startMs + 10_000);
    expect(world.reading('village-rack-unit').powerW).toBe(1650);
    expect(world.meterCounters('village-rack-unit').importWh - before).toBeCloseTo((900 * 10) / 3600, 9);
  });
});

describe('faults', () => {
  const window = (world: World): { fromAt: string; untilAt: string } => ({
    fromAt: at(world, QUARTER),
    untilAt: at(world, 2 * QUARTER),
  });

  it('show a meter with a wrong transformer ratio, and keep the truth', () => {
    const world = hamlet({
      faults: [{ kind: 'ctError', deviceId: 'home-3-meter', errorPct: -20, ...window(hamlet()) }],
    });
    const honest = hamlet();
    for (const one of [world, honest]) one.advanceTo(one.nowMs + QUARTER);
    expect(world.reading('home-3-meter').powerW).toBeCloseTo(0.8 * honest.reading('home-3-meter').powerW, 6);
    for (const one of [world, honest]) one.advanceTo(one.nowMs + 2 * QUARTER);
    const [shown, truth] = [world.meterCounters('home-3-meter'), honest.meterCounters('home-3-meter')];
    expect(shown.importWh).toBe(truth.importWh);
    expect(truth.shownImportWh - shown.shownImportWh).toBeCloseTo(
      0.2 * honest.profiles.loadWh('home-3', honest.nowMs - 2 * QUARTER),
      6,
    );
  });

  it('freeze a device, take it off the line, or set its counters back', () => {
    const quiet = hamlet();
    const world = hamlet({
      faults: [
        { kind: 'frozen', deviceId: 'home-2-pv', ...window(quiet) },
        { kind: 'offline', deviceId: 'home-1-meter', ...window(quiet) },
        { kind: 'counterReset', deviceId: 'home-3-meter', at: at(quiet, QUARTER) },
      ],
    });
    const startMs = world.nowMs;
    world.advanceTo(startMs + QUARTER);
    const frozen = world.reading('home-2-pv');
    world.advanceTo(startMs + 2 * QUARTER - 1);
    expect(world.reading('home-2-pv')).toEqual(frozen);
    expect(world.isOnline('home-1-meter')).toBe(false);
    expect(world.reading('home-3-meter').importWh).toBeLessThan(2000);
    world.advanceTo(startMs + 2 * QUARTER);
    expect(world.reading('home-2-pv').exportWh).toBeGreaterThan(frozen.exportWh);
    expect(world.isOnline('home-1-meter')).toBe(true);
  });
});

describe('the village on its first morning', () => {
  it('has at least 0.5 kWh of surplus and of deficit in each of the first 8 intervals, whatever its batteries do', () => {
    const world = worldOf(loadScenario('village'));
    const batteries = new Set(
      world.scenario.devices.filter((device) => device.kind === 'battery').map((device) => device.siteId),
    );
    const homes = world.scenario.sites.filter((site) => site.household && !batteries.has(site.siteId));
    const netWh = (): number[] =>
      homes
        .map(({ siteId }) => world.meterCounters(`${siteId}-meter`))
        .map((counters) => counters.importWh - counters.exportWh);
    for (let interval = 0; interval < 8; interval += 1) {
      const before = netWh();
      world.advanceTo(world.nowMs + QUARTER);
      const flows = netWh().map((wh, index) => wh - (before[index] ?? 0));
      expect(flows.reduce((sum, wh) => sum - Math.min(0, wh), 0)).toBeGreaterThan(500);
      expect(flows.reduce((sum, wh) => sum + Math.max(0, wh), 0)).toBeGreaterThan(500);
    }
  });
});
