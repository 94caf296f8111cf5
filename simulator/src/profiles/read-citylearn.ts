import { computeSolarPosition, type Place } from '../physics/compute-solar-position.ts';
import { FILE_ROWS, findFileRow, findWeatherRow } from './find-file-row.ts';
import { parseProfile } from './parse-profile.ts';
import { HOUR_MS, hourStartOf, QUARTER_MS, quarterOfHourWh, type HourWeather, type Profiles } from './profiles.ts';

/**
 * Profiles from the texts of the CityLearn Challenge 2022 files.
 *
 * Load: round(1000 x kWh) Wh per row, quarters as even as whole numbers allow.
 * Weather: the column called `diffuse_solar_irradiance` holds the global horizontal irradiance (with it, and the rows on standard time, global
 * less direct x sin(elevation) is never below zero in the year; read as diffuse it would exceed the sun); diffuse is what remains.
 * The files' `solar_generation` is not used: it is not made from this weather (their daily sums in July correlate by -0.2), so a weather
 * forecast could not help to foresee it.
 *
 * @example readCityLearn({ timeZone, place, buildings: new Map([['home-1', { file: 'Building_1.csv', text }]]), weather: { file, text } })
 */
export function readCityLearn(input: {
  timeZone: string;
  place: Place;
  buildings: ReadonlyMap<string, CsvFile>;
  weather: CsvFile;
}): Profiles {
  const loads = new Map([...input.buildings].map(([siteId, csv]) => [siteId, readLoadWh(csv)]));
  const sky = parseProfile({ ...input.weather, columns: WEATHER_COLUMNS });
  const rows = new Map<number, number>();
  const rowOf = (hourStartMs: number): number => {
    const known = rows.get(hourStartMs) ?? findFileRow(hourStartMs, input.timeZone);
    rows.set(hourStartMs, known);
    return known;
  };
  return {
    source: 'citylearn2022',
    loadWh(siteId, intervalStartMs) {
      const hourStartMs = hourStartOf(intervalStartMs);
      const hourWh = loads.get(siteId)?.[rowOf(hourStartMs)] ?? 0;
      return quarterOfHourWh(hourWh, (intervalStartMs - hourStartMs) / QUARTER_MS);
    },
    hourWeather(hourStartMs): HourWeather {
      const row = findWeatherRow(hourStartMs);
      const ghiWm2 = sky.diffuse_solar_irradiance[row] ?? 0;
      const dniWm2 = sky.direct_solar_irradiance[row] ?? 0;
      const { elevationDeg } = computeSolarPosition(hourStartMs + HOUR_MS / 2, input.place);
      const dhiWm2 = Math.max(0, ghiWm2 - dniWm2 * Math.max(0, Math.sin((elevationDeg * Math.PI) / 180)));
      return { temperatureC: sky.outdoor_dry_bulb_temperature[row] ?? 0, ghiWm2, dniWm2, dhiWm2 };
    },
    fileRow: rowOf,
    fileWh: (siteId, row) => loads.get(siteId)?.[row],
  };
}

export interface CsvFile {
  readonly file: string;
  readonly text: string;
}

const WEATHER_COLUMNS = [
  'outdoor_dry_bulb_temperature',
  'diffuse_solar_irradiance',
  'direct_solar_irradiance',
] as const;

function readLoadWh(csv: CsvFile): Int32Array {
  const kwh = parseProfile({ ...csv, columns: ['non_shiftable_load'] }).non_shiftable_load;
  return Int32Array.from({ length: FILE_ROWS }, (_, row) => Math.round(1000 * (kwh[row] ?? 0)));
}
