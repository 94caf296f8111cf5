import { QUARTER_MS } from '../features/panel.ts';

/**
 * Local calendar of a run of UTC quarters: for each one its local day, wall-clock quarter and ISO weekday, and the way back from
 * (day, quarter) to the quarter's position. Local days have 92, 96 or 100 quarters, 94 or 98 where a zone shifts by half an hour
 * (DOMAIN_RULES C7): a wall-clock quarter that a spring day skips has no position, one that an autumn day repeats has its first.
 *
 * Preconditions: `startMs` is a 15-minute boundary in UTC; `timeZone` is an IANA name (a wrong one throws a RangeError).
 * Zone offsets change on quarter boundaries only, which holds for every zone since 1972. O(count).
 *
 * @example buildCalendar('Europe/Berlin', Date.UTC(2026, 2, 28, 23), 96).positionOf(0, 8) // -1: 02:00 does not exist
 */
export interface Calendar {
  readonly count: number;
  /** Local days since the first quarter's local day. */
  readonly dayOf: Int32Array;
  /** Wall-clock quarter of the day, 0 to 95. */
  readonly quarterOf: Uint8Array;
  /** ISO weekday, 1 Monday to 7 Sunday. */
  readonly weekdayOf: Uint8Array;
  /** Position of a wall-clock quarter of a local day; -1 where it does not exist or lies outside. */
  positionOf(day: number, quarter: number): number;
}

const DAY_MS = 86_400_000;
const QUARTERS_PER_DAY = 96;

export function buildCalendar(timeZone: string, startMs: number, count: number): Calendar {
  const localMsOf = localTime(timeZone);
  const dayOf = new Int32Array(count);
  const quarterOf = new Uint8Array(count);
  const weekdayOf = new Uint8Array(count);
  const firstDay = Math.floor(localMsOf(startMs) / DAY_MS);
  const positions: number[] = [];
  for (let position = 0; position < count; position++) {
    const localMs = localMsOf(startMs + position * QUARTER_MS);
    const localDay = Math.floor(localMs / DAY_MS);
    const quarter = Math.floor((localMs - localDay * DAY_MS) / QUARTER_MS);
    dayOf[position] = localDay - firstDay;
    quarterOf[position] = quarter;
    weekdayOf[position] = ((((localDay + 3) % 7) + 7) % 7) + 1;
    positions[(localDay - firstDay) * QUARTERS_PER_DAY + quarter] ??= position;
  }
  const positionOf = (day: number, quarter: number): number =>
    day < 0 ? -1 : (positions[day * QUARTERS_PER_DAY + quarter] ?? -1);
  return { count, dayOf, quarterOf, weekdayOf, positionOf };
}

/** Local wall-clock time of a UTC instant, as milliseconds of a fictitious UTC; the zone's offset is looked up once per quarter of a day with a change. */
function localTime(timeZone: string): (utcMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (utcMs: number): number => {
    const parts = new Map(format.formatToParts(utcMs).map((part) => [part.type, Number(part.value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - utcMs;
  };
  const offsets = new Map<number, number>();
  const cached = (utcMs: number): number => {
    const known = offsets.get(utcMs);
    if (known !== undefined) return known;
    const offset = offsetAt(utcMs);
    offsets.set(utcMs, offset);
    return offset;
  };
  return (utcMs) => {
    const dayMs = Math.floor(utcMs / DAY_MS) * DAY_MS;
    const offset = cached(dayMs);
    return utcMs + (offset === cached(dayMs + DAY_MS) ? offset : cached(utcMs));
  };
}
