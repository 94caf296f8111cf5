import { computeSolarPosition, extraterrestrialWm2, type SolarPosition } from '../physics/compute-solar-position.ts';
import { estimateClearSky, type Irradiance } from '../physics/estimate-clear-sky.ts';
import { HOUR_MS, hourStartOf, type HourWeather, type Profiles } from '../profiles/profiles.ts';
import { seedOf, smoothNormalAt } from '../profiles/sample-noise.ts';
import type { Scenario } from '../scenario/scenario.schema.ts';

/** The sky at an instant. */
export interface SkyState {
  readonly sun: SolarPosition;
  readonly irradiance: Irradiance;
  readonly extraterrestrialWm2: number;
  readonly temperatureC: number;
}

/** From this share of the clear beam on there is haze, not clouds. */
const CLEAR_BEAM = 0.8;

interface SkyHour extends HourWeather {
  /** Mean irradiance of the hour over that of a clear sky. */
  readonly clearness: number;
  readonly beamClearness: number;
}

/**
 * Irradiance from minute to minute out of hourly means.
 *
 * Method: the hour's ratio to a clear sky holds for all its minutes, so the sun's path gives the shape and the hour's mean stays; under broken
 * clouds the beam flickers by seeded noise. Asked in any order, each instant has one value.
 */
export class Sky {
  readonly #scenario: Pick<Scenario, 'place' | 'seed'>;
  readonly #profiles: Profiles;
  readonly #flickerSeed: number;
  #hourStartMs = Number.NaN;
  #hour: SkyHour | undefined;
  #atMs = Number.NaN;
  #state: SkyState | undefined;

  constructor(scenario: Pick<Scenario, 'place' | 'seed'>, profiles: Profiles) {
    this.#scenario = scenario;
    this.#profiles = profiles;
    this.#flickerSeed = seedOf(scenario.seed, 'flicker');
  }

  at(atMs: number): SkyState {
    if (this.#state !== undefined && this.#atMs === atMs) return this.#state;
    const hour = this.#hourOf(hourStartOf(atMs));
    const { sun, clear } = this.#clearAt(atMs);
    const sinElevation = Math.max(0, Math.sin((sun.elevationDeg * Math.PI) / 180));
    const cover = Math.min(1, hour.beamClearness / CLEAR_BEAM);
    const broken = 4 * cover * (1 - cover);
    const flicker =
      broken > 0.05 ? Math.max(0.2, 1 + 0.3 * broken * smoothNormalAt(this.#flickerSeed, atMs / 240_000)) : 1;
    const dniWm2 = clear.dniWm2 * hour.beamClearness * flicker;
    const steadyGhiWm2 = clear.ghiWm2 * hour.clearness;
    const ghiWm2 = Math.max(
      dniWm2 * sinElevation,
      steadyGhiWm2 + clear.dniWm2 * hour.beamClearness * (flicker - 1) * sinElevation,
    );
    this.#state = {
      sun,
      irradiance: { ghiWm2, dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * sinElevation) },
      extraterrestrialWm2: extraterrestrialWm2(atMs),
      temperatureC: hour.temperatureC,
    };
    this.#atMs = atMs;
    return this.#state;
  }

  /** Mean irradiance of an hour if no cloud were in it. */
  clearHour(hourStartMs: number): Irradiance {
    const parts = [0.125, 0.375, 0.625, 0.875].map((share) => this.#clearAt(hourStartMs + share * HOUR_MS).clear);
    const mean = (value: (part: Irradiance) => number): number =>
      parts.reduce((sum, part) => sum + value(part), 0) / parts.length;
    return {
      ghiWm2: mean((part) => part.ghiWm2),
      dniWm2: mean((part) => part.dniWm2),
      dhiWm2: mean((part) => part.dhiWm2),
    };
  }

  #hourOf(hourStartMs: number): SkyHour {
    if (this.#hour !== undefined && this.#hourStartMs === hourStartMs) return this.#hour;
    const weather = this.#profiles.hourWeather(hourStartMs);
    const clear = this.clearHour(hourStartMs);
    const ratio = (value: number, ceiling: number): number => (ceiling > 5 ? Math.min(1.5, value / ceiling) : 0);
    this.#hour = {
      ...weather,
      clearness: ratio(weather.ghiWm2, clear.ghiWm2),
      beamClearness: Math.min(1, ratio(weather.dniWm2, clear.dniWm2)),
    };
    this.#hourStartMs = hourStartMs;
    return this.#hour;
  }

  #clearAt(atMs: number): { sun: SolarPosition; clear: Irradiance } {
    const { place } = this.#scenario;
    const sun = computeSolarPosition(atMs, place);
    return { sun, clear: estimateClearSky({ atMs, sun, altitudeM: place.altitudeM, turbidity: place.turbidity }) };
  }
}
