import type { Irradiance } from '../physics/estimate-clear-sky.ts';

/** Weather of one hour, its mean. */
export interface HourWeather extends Irradiance {
  readonly temperatureC: number;
}

/** What households use and what the sky does, whole: the same for a past, present or future instant, asked in any order. */
export interface Profiles {
  readonly source: 'citylearn2022' | 'generated';
  /** Household use of a site in a quarter, whole Wh; 0 where nobody lives. */
  loadWh(siteId: string, intervalStartMs: number): number;
  hourWeather(hourStartMs: number): HourWeather;
  /** Row of the load file that holds an hour; undefined where there is no file. */
  fileRow(hourStartMs: number): number | undefined;
  /** Whole Wh of a row of the site's load file; undefined where there is no file for it. */
  fileWh(siteId: string, row: number): number | undefined;
}

/** A quarter's part of an hour's whole Wh: as even as whole numbers allow, and the four sum to the hour. */
export function quarterOfHourWh(hourWh: number, quarter: number): number {
  return Math.round((hourWh * (quarter + 1)) / 4) - Math.round((hourWh * quarter) / 4);
}

export const HOUR_MS = 3_600_000;
export const QUARTER_MS = 900_000;

export function hourStartOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

export function quarterStartOf(atMs: number): number {
  return Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
}
