import { describe, expect, it } from 'vitest';
import { generateProfiles } from '../profiles/generate-profiles.ts';
import { QUARTER_MS as QUARTER } from '../profiles/profiles.ts';
import { loadScenario } from '../scenario/scenario.store.ts';
import { World } from '../world.ts';
import { writeHistoryCsv, writeWeatherCsv } from './forecast-inputs.ts';

describe("the forecaster's files", () => {
  it('hold the past of the same world to the Wh, and are the same each time', () => {
    const scenario = loadScenario('hamlet');
    const profiles = generateProfiles(scenario);
    const fromMs = Date.parse(scenario.startsAt);
    const span = { fromMs, untilMs: fromMs + 4 * QUARTER };
    const csv = writeHistoryCsv({ scenario, profiles }, span);
    expect(writeHistoryCsv({ scenario, profiles }, span)).toBe(csv);
    const world = new World({ scenario, profiles });
    const start = { load: world.meterCounters('home-2-load').importWh, pv: world.meterCounters('home-2-pv').exportWh };
    world.advanceTo(span.untilMs);
    const rows = csv
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .filter(([siteId]) => siteId === 'home-2');
    const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0);
    expect(sum(2)).toBe(world.meterCounters('home-2-load').importWh - start.load);
    expect(Math.abs(sum(3) - (world.meterCounters('home-2-pv').exportWh - start.pv))).toBeLessThan(1);
    expect(csv).toMatch(/^home-3,2017-07-17T16:00:00\.000Z,\d+,$/m);
  });

  it('C22 foresee the weather of the day with errors, never with the truth', () => {
    const scenario = loadScenario('hamlet');
    const profiles = generateProfiles(scenario);
    const fromMs = Date.parse(scenario.startsAt);
    const hours = writeWeatherCsv({ scenario, profiles }, { fromMs, untilMs: fromMs + 20 * 24 * 4 * QUARTER })
      .trim()
      .split('\n')
      .slice(1);
    const errors = hours.map((line) => {
      const [hourStart = '', temperatureC, ghiWm2] = line.split(',');
      const truth = profiles.hourWeather(Date.parse(hourStart));
      return {
        warmth: Number(temperatureC) - truth.temperatureC,
        sun: Number(ghiWm2) - truth.ghiWm2,
        ghiWm2: truth.ghiWm2,
      };
    });
    const day = errors.filter((error) => error.ghiWm2 > 100);
    const rms = (values: number[]): number =>
      Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const meanGhi = day.reduce((sum, error) => sum + error.ghiWm2, 0) / day.length;
    expect(rms(day.map((error) => error.sun)) / meanGhi).toBeGreaterThan(0.03);
    expect(rms(day.map((error) => error.sun)) / meanGhi).toBeLessThan(0.25);
    expect(rms(errors.map((error) => error.warmth))).toBeGreaterThan(0.7);
    expect(rms(errors.map((error) => error.warmth))).toBeLessThan(1.6);
  });
});
