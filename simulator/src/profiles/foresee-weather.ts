import { HOUR_MS, type HourWeather } from './profiles.ts';
import { normalAt, seedOf, smoothNormalAt } from './sample-noise.ts';

/**
 * Weather of an hour as a forecast issued the day before has it.
 *
 * Method: the truth with seeded errors that hang together over some hours and grow with the clouds: about 4 % of the irradiance under a clear sky,
 * a quarter under a covered one, 1.1 K of temperature. The `*_predicted_*` columns of the CityLearn files cannot serve: they are the plain future
 * values 6, 12 and 24 rows ahead, which no forecaster has.
 * Units: W/m2, degrees C. Deterministic by seed and hour.
 */
export function foreseeWeather(
  truth: HourWeather,
  at: { seed: number; hourStartMs: number; clearGhiWm2: number },
): HourWeather {
  const hour = at.hourStartMs / HOUR_MS;
  const clearness = at.clearGhiWm2 > 20 ? Math.min(1.2, truth.ghiWm2 / at.clearGhiWm2) : 1;
  const spread = 0.04 + 0.22 * Math.max(0, 1 - clearness);
  const error =
    spread *
    (0.8 * smoothNormalAt(seedOf(at.seed, 'foresee'), hour / 5) + 0.6 * normalAt(seedOf(at.seed, 'miss'), hour));
  const ghiFactor = Math.min(1.6, Math.max(0.3, 1 + error));
  const ghiWm2 = Math.min(truth.ghiWm2 * ghiFactor, Math.max(truth.ghiWm2, at.clearGhiWm2 * 1.05));
  const beamFactor = truth.ghiWm2 > 0 ? (ghiWm2 / truth.ghiWm2) ** 1.5 : 1;
  const sinElevation = truth.dniWm2 > 0 ? Math.max(0, truth.ghiWm2 - truth.dhiWm2) / truth.dniWm2 : 0;
  const dniWm2 = sinElevation > 0 ? Math.min(truth.dniWm2 * beamFactor, ghiWm2 / sinElevation) : 0;
  const temperatureC = truth.temperatureC + 1.1 * smoothNormalAt(seedOf(at.seed, 'warmth'), hour / 8);
  return { temperatureC, ghiWm2, dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * sinElevation) };
}
