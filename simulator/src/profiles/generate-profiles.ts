import { computeSolarPosition } from '../physics/compute-solar-position.ts';
import { estimateClearSky } from '../physics/estimate-clear-sky.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';
import { localHour } from './find-file-row.ts';
import { HOUR_MS, hourStartOf, QUARTER_MS, type HourWeather, type Profiles } from './profiles.ts';
import { seedOf, smoothNormalAt, uniformAt } from './sample-noise.ts';

/**
 * Seeded households and sky, for a run without data files.
 *
 * Method: a household is a standing draw, a daily shape, cooling that grows with the temperature, and appliance runs drawn per quarter, scaled to
 * its yearly use; the sky is clear-sky irradiance times a clearness drawn per day with hourly wander; temperature follows season and hour.
 * Every value is a hash of seed, place and time, so it can be asked in any order.
 */
export function generateProfiles(scenario: Scenario): Profiles {
  const { seed, place } = scenario;
  const timeZone = scenario.community.timeZone;
  const annualKwh = new Map(
    scenario.sites.flatMap((site) => (site.household ? [[site.siteId, site.household.annualKwh] as const] : [])),
  );
  const hours = new Map<number, HourWeather>();
  const hourWeather = (hourStartMs: number): HourWeather => {
    const known = hours.get(hourStartMs) ?? drawWeather(hourStartMs, { seed, place });
    if (hours.size > 20_000) hours.clear();
    hours.set(hourStartMs, known);
    return known;
  };
  return {
    source: 'generated',
    loadWh(siteId, intervalStartMs) {
      const kwh = annualKwh.get(siteId);
      if (kwh === undefined) return 0;
      const { hour } = localHour(intervalStartMs, timeZone);
      const { temperatureC } = hourWeather(hourStartOf(intervalStartMs));
      return drawLoadWh(seedOf(seed, siteId), { intervalStartMs, hour, temperatureC, annualKwh: kwh });
    },
    hourWeather,
    fileRow: () => undefined,
    fileWh: () => undefined,
  };
}

/** A household's use by clock hour over its daily mean, outside of cooling: the July shape of the CityLearn homes. */
const SHAPE = [
  0.62, 0.55, 0.5, 0.47, 0.47, 0.5, 0.6, 0.8, 1.05, 1.5, 1.5, 1.35, 1.25, 1.2, 1.2, 1.2, 1.25, 1.35, 1.3, 1.2, 1.1, 1.0,
  0.9, 0.75,
];
const APPLIANCE_W = 1900;

function drawLoadWh(
  seed: number,
  at: { intervalStartMs: number; hour: number; temperatureC: number; annualKwh: number },
): number {
  const meanW = (at.annualKwh * 1000) / 8760;
  const quarter = at.intervalStartMs / QUARTER_MS;
  const shape = SHAPE[at.hour] ?? 1;
  const baseW = meanW * (0.12 + 0.45 * shape) * Math.exp(0.12 * smoothNormalAt(seed, quarter / 4));
  const coolingW =
    at.temperatureC > 21
      ? meanW * 0.075 * (at.temperatureC - 21) * Math.exp(0.4 * smoothNormalAt(seed ^ 1, quarter / 3))
      : 0;
  const chance = Math.min(0.6, (0.58 * meanW * shape) / APPLIANCE_W);
  const isRunning = uniformAt(seed ^ 2, Math.floor(quarter / 2)) < chance;
  const applianceW = isRunning ? APPLIANCE_W * (0.4 + 0.6 * uniformAt(seed ^ 3, quarter)) : 0;
  return Math.round((baseW + coolingW + applianceW) / 4);
}

function drawWeather(hourStartMs: number, world: { seed: number; place: Scenario['place'] }): HourWeather {
  const midMs = hourStartMs + HOUR_MS / 2;
  const sun = computeSolarPosition(midMs, world.place);
  const clear = estimateClearSky({
    atMs: midMs,
    sun,
    altitudeM: world.place.altitudeM,
    turbidity: world.place.turbidity,
  });
  const solarHour = midMs / HOUR_MS + world.place.longitudeDeg / 15;
  const day = Math.floor(solarHour / 24);
  const cloudDay = uniformAt(seedOf(world.seed, 'sky'), day);
  const dayClearness = cloudDay < 0.65 ? 0.97 : 0.35 + 0.6 * uniformAt(seedOf(world.seed, 'cloud'), day);
  const wander = smoothNormalAt(seedOf(world.seed, 'wander'), midMs / HOUR_MS / 1.5);
  const clearness = Math.min(1, Math.max(0.12, dayClearness + (1 - dayClearness + 0.03) * 0.3 * wander));
  const beamShare = Math.max(0, (clearness - 0.25) / 0.75) ** 1.3;
  const sinElevation = Math.max(0, Math.sin((sun.elevationDeg * Math.PI) / 180));
  const ghiWm2 = clear.ghiWm2 * clearness;
  const dniWm2 = Math.min(clear.dniWm2 * beamShare, sinElevation > 0 ? ghiWm2 / sinElevation : 0);
  const season = Math.cos((2 * Math.PI * (day - DAY_OF_HEAT)) / 365.25) * Math.sign(world.place.latitudeDeg || 1);
  const diurnal = Math.cos((2 * Math.PI * ((solarHour % 24) - 15)) / 24);
  const temperatureC =
    18 +
    7 * season +
    (3 + 3.5 * clearness) * diurnal +
    1.8 * smoothNormalAt(seedOf(world.seed, 'air'), midMs / HOUR_MS / 18);
  return { temperatureC, ghiWm2, dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * sinElevation) };
}

/** A late July day, in days since the epoch: the warmest of the year in the north. */
const DAY_OF_HEAT = Date.UTC(2017, 6, 28) / (24 * HOUR_MS);
