import { foreseeWeather } from '../profiles/foresee-weather.ts';
import { HOUR_MS, hourStartOf, QUARTER_MS, type Profiles } from '../profiles/profiles.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { Sky } from '../site/sky.ts';
import { availableSolarW } from '../site/solar-power.ts';

const MINUTE_MS = 60_000;

/**
 * What a forecaster starts with: the metered past of every household, as CSV `siteId,intervalStart,loadWh,generationWh`.
 *
 * The past is the world's own: the same households, sky and plants, uncurtailed. Energies are whole Wh of counters, so a rounding never drifts;
 * `generationWh` is empty where there is no plant.
 */
export function writeHistoryCsv(
  world: { scenario: Scenario; profiles: Profiles },
  span: { fromMs: number; untilMs: number },
): string {
  const { scenario, profiles } = world;
  const sky = new Sky(scenario, profiles);
  const sites = scenario.sites.filter((site) => site.household !== undefined);
  const plants = sites.map((site) =>
    scenario.devices.filter((device) => device.siteId === site.siteId && device.kind === 'inverter'),
  );
  const generatedWh = sites.map(() => 0);
  const lines = ['siteId,intervalStart,loadWh,generationWh'];
  for (let startMs = span.fromMs; startMs < span.untilMs; startMs += QUARTER_MS) {
    const before = generatedWh.map(Math.round);
    for (let atMs = startMs; atMs < startMs + QUARTER_MS; atMs += MINUTE_MS) {
      const state = sky.at(atMs + MINUTE_MS / 2);
      plants.forEach((devices, index) => {
        for (const device of devices)
          generatedWh[index] = (generatedWh[index] ?? 0) + availableSolarW(device, state) / 60;
      });
    }
    const at = new Date(startMs).toISOString();
    sites.forEach(({ siteId }, index) => {
      const generation = plants[index]?.length ? Math.round(generatedWh[index] ?? 0) - (before[index] ?? 0) : '';
      lines.push(`${siteId},${at},${profiles.loadWh(siteId, startMs)},${generation}`);
    });
  }
  return `${lines.join('\n')}\n`;
}

/** The day-ahead weather forecast as CSV `hourStart,temperatureC,ghiWm2,dniWm2,dhiWm2`, hourly in UTC. */
export function writeWeatherCsv(
  world: { scenario: Scenario; profiles: Profiles },
  span: { fromMs: number; untilMs: number },
): string {
  const { scenario, profiles } = world;
  const sky = new Sky(scenario, profiles);
  const lines = ['hourStart,temperatureC,ghiWm2,dniWm2,dhiWm2'];
  for (let hourStartMs = hourStartOf(span.fromMs); hourStartMs < span.untilMs; hourStartMs += HOUR_MS) {
    const clearGhiWm2 = sky.clearHour(hourStartMs).ghiWm2;
    const hour = foreseeWeather(profiles.hourWeather(hourStartMs), { seed: scenario.seed, hourStartMs, clearGhiWm2 });
    const values = [hour.temperatureC, hour.ghiWm2, hour.dniWm2, hour.dhiWm2].map((value) => value.toFixed(1));
    lines.push([new Date(hourStartMs).toISOString(), ...values].join(','));
  }
  return `${lines.join('\n')}\n`;
}
