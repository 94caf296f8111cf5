/**
 * Which row of the CityLearn 2022 files holds an hour.
 *
 * Facts: 8760 rows. Rows of loads are hour-ending local clock hours of Los Angeles: row 0 is 2016-07-31 hour 24, row 24 d + h is hour h
 * of the day d days after 2016-08-01. Rows of weather are hour-ending too, but stay on Pacific standard time all year: only so is the sun
 * in them where astronomy has it. A clock hour that a change of the clocks repeats reads its row twice, one that it skips is never read.
 * Beyond its year the file repeats every 364 days, which keeps weekdays.
 *
 * @example findFileRow(Date.parse('2017-07-17T16:00:00Z'), 'America/Los_Angeles') // 8410: hour 10 (09:00 to 10:00) of July 17
 */
export function findFileRow(hourStartMs: number, timeZone: string): number {
  const local = localHour(hourStartMs, timeZone);
  return wrap(24 * Math.round((local.dayMs - FIRST_DAY_MS) / DAY_MS) + local.hour + 1);
}

/** The same for the weather file. */
export function findWeatherRow(hourStartMs: number): number {
  return wrap(Math.floor((hourStartMs - STANDARD_OFFSET_MS - FIRST_DAY_MS) / HOUR_MS) + 1);
}

/** Rows of every CityLearn file. */
export const FILE_ROWS = 8760;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const STANDARD_OFFSET_MS = 8 * HOUR_MS;
const FIRST_DAY_MS = Date.UTC(2016, 7, 1);
const REPEAT_ROWS = 364 * 24;

function wrap(row: number): number {
  if (row < 0) return row + REPEAT_ROWS * Math.ceil(-row / REPEAT_ROWS);
  if (row >= FILE_ROWS) return row - REPEAT_ROWS * Math.ceil((row - FILE_ROWS + 1) / REPEAT_ROWS);
  return row;
}

/** Local calendar day, as the UTC midnight of its date, and clock hour. */
export function localHour(atMs: number, timeZone: string): { dayMs: number; hour: number } {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(atMs)
      .map((part) => [part.type, Number(part.value)]),
  );
  return {
    dayMs: Date.UTC(parts['year'] ?? 0, (parts['month'] ?? 1) - 1, parts['day'] ?? 1),
    hour: parts['hour'] ?? 0,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
