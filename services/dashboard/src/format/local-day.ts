import { formatTime, localDay } from './format-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Half-open span of a local calendar day `YYYY-MM-DD` in a zone: 23, 24 or 25 hours.
 *
 * Method: the first quarter of an hour around the day's UTC midnight that falls on the day. Every zone's offset is a multiple
 * of a quarter between -12 and +14 hours, and no change of clocks is finer.
 *
 * @example dayRange('2026-10-25', 'Europe/Berlin') // { fromMs: 22:00Z of the 24th, toMs: 23:00Z of the 25th }
 */
export function dayRange(day: string, timeZone: string): { fromMs: number; toMs: number } {
  return { fromMs: startOf(day, timeZone), toMs: startOf(addDays(day, 1), timeZone) };
}

/** Calendar day so many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a calendar day that there is. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function startOf(day: string, timeZone: string): number {
  const midnightMs = Date.parse(`${day}T00:00:00Z`);
  let low = (midnightMs - 15 * HOUR_MS) / QUARTER_MS;
  let high = (midnightMs + 15 * HOUR_MS) / QUARTER_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(middle * QUARTER_MS, timeZone) < day) low = middle;
    else high = middle;
  }
  return high * QUARTER_MS;
}

const QUARTER_MS = 900_000;

/**
 * Instant in ms of a local minute `YYYY-MM-DDTHH:MM` in a zone. Of the hour that an autumn night has twice the first; a minute that
 * a spring night leaves out counts as the end of the gap.
 */
export function minuteAt(minute: string, timeZone: string): number {
  const { fromMs, toMs } = dayRange(minute.slice(0, 10), timeZone);
  const wanted = minute.slice(11, 16);
  const place = { timeZone, language: 'en-GB' };
  for (let ms = fromMs; ms < toMs; ms += MINUTE_MS) if (formatTime(ms, place) >= wanted) return ms;
  return toMs;
}

const MINUTE_MS = 60_000;
