import { parseInstant } from './parse-history.ts';

/**
 * One line of the weather file `hourStart,temperatureC,ghiWm2,dniWm2,dhiWm2`: the day-ahead forecast of one hour, UTC; an empty field is missing.
 *
 * @example parseWeatherLine('2017-06-05T16:00:00Z,20.1,410,520,') // { startMs: ..., temperatureC: 20.1, ghiWm2: 410, dniWm2: 520 }
 */
export function parseWeatherLine(line: string): WeatherRow | { wrong: string } {
  const fields = line.split(',');
  if (fields.length !== 5) return { wrong: `expected 5 fields, found ${fields.length}` };
  const [start = '', ...texts] = fields;
  const startMs = parseInstant(start);
  if (startMs === undefined || startMs % HOUR_MS !== 0)
    return { wrong: `hourStart "${start}" is not a UTC hour like 2017-06-05T16:00:00Z` };
  const [temperatureC, ghiWm2, dniWm2, dhiWm2] = texts.map((text) => (text === '' ? undefined : Number(text)));
  const irradiances = [ghiWm2, dniWm2, dhiWm2];
  if (temperatureC !== undefined && !(Math.abs(temperatureC) <= 80))
    return { wrong: `temperatureC "${texts[0]}" is no temperature` };
  if (irradiances.some((value) => value !== undefined && !(value >= 0 && value <= 2000)))
    return { wrong: 'irradiances must be empty or 0 to 2000 W/m2' };
  return {
    startMs,
    ...(temperatureC !== undefined && { temperatureC }),
    ...(ghiWm2 !== undefined && { ghiWm2 }),
    ...(dniWm2 !== undefined && { dniWm2 }),
    ...(dhiWm2 !== undefined && { dhiWm2 }),
  };
}

export interface WeatherRow {
  startMs: number;
  temperatureC?: number;
  ghiWm2?: number;
  dniWm2?: number;
  dhiWm2?: number;
}

export const WEATHER_HEADER = 'hourStart,temperatureC,ghiWm2,dniWm2,dhiWm2';
export const HOUR_MS = 3_600_000;
