/** A local day or month: half-open, in UTC. */
export interface LocalPeriod {
  readonly from: string;
  readonly to: string;
}

/**
 * The local day, or month, that a date lies in, in an IANA zone: 92, 96 or 100 intervals a day.
 *
 * Method: the UTC offset that holds near midnight is found by Intl and applied twice, which settles it on either side of a shift;
 * where a shift takes midnight away, the day begins at the first instant after it.
 *
 * @example localPeriod('day', '2026-03-29', 'Europe/Berlin'); // 2026-03-28T23:00Z to 2026-03-29T22:00Z
 */
export function localPeriod(period: 'day' | 'month', date: string, timeZone: string): LocalPeriod {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const [fromMs, toMs] =
    period === 'day'
      ? [Date.UTC(year, month - 1, day), Date.UTC(year, month - 1, day + 1)]
      : [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)];
  return { from: instantOf(fromMs, timeZone), to: instantOf(toMs, timeZone) };
}

const MINUTE_MS = 60_000;
const FIELDS: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

function instantOf(localMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...FIELDS,
  });
  const localAt = (utcMs: number): number => {
    const parts = new Map(format.formatToParts(utcMs).map((part) => [part.type, Number(part.value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  };
  let utcMs = localMs;
  for (let round = 0; round < 2; round += 1) utcMs += localMs - localAt(utcMs);
  while (localAt(utcMs) < localMs) utcMs += 15 * MINUTE_MS;
  return new Date(utcMs).toISOString();
}
