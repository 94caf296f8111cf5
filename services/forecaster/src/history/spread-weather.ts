import { QUARTER_MS, type Weather } from '../features/panel.ts';
import { HOUR_MS, type WeatherRow } from './parse-weather.ts';

/**
 * Hourly weather forecast on the quarter grid: each quarter has its hour's mean. A source that went silent is stale, not gone
 * (DOMAIN_RULES C22): an hour without a forecast takes that of the same hour up to three days before; after that it is missing (NaN).
 *
 * @example spreadWeather(hours, { startMs, count: 96 }).temperatureC
 */
export function spreadWeather(
  hours: ReadonlyMap<number, WeatherRow>,
  span: { startMs: number; count: number },
): Weather {
  const columns: Weather = {
    temperatureC: new Float32Array(span.count).fill(NaN),
    ghiWm2: new Float32Array(span.count).fill(NaN),
    dniWm2: new Float32Array(span.count).fill(NaN),
    dhiWm2: new Float32Array(span.count).fill(NaN),
  };
  for (let at = 0; at < span.count; at++) {
    const startMs = span.startMs + at * QUARTER_MS;
    const hourMs = Math.floor(startMs / HOUR_MS) * HOUR_MS;
    for (const column of COLUMNS) columns[column][at] = newestOf(hours, hourMs, column);
  }
  return columns;
}

const STALE_DAYS = 3;
const COLUMNS = ['temperatureC', 'ghiWm2', 'dniWm2', 'dhiWm2'] as const;

function newestOf(hours: ReadonlyMap<number, WeatherRow>, hourMs: number, column: (typeof COLUMNS)[number]): number {
  for (let days = 0; days <= STALE_DAYS; days++) {
    const value = hours.get(hourMs - days * 24 * HOUR_MS)?.[column];
    if (value !== undefined) return value;
  }
  return NaN;
}
