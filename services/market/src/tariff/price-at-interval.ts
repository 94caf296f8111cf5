import type { Tariff, TariffBand } from '@wattmesh/events';
import type { PriceAtInterval } from '../clearing/interval-input.ts';

/** Where and when a price is asked for. */
export interface TariffMoment {
  readonly intervalStart: string;
  /** IANA zone of the community. */
  readonly timeZone: string;
}

/**
 * Price of an interval: the first band whose months, weekdays and hours hold at the local time of the interval's start.
 *
 * Method: the UTC start is shown in the community's zone by Intl, so that daylight saving, half-hour zones and 30-minute
 * shifts follow the zone's rules. A band whose hours run past midnight (22 to 6) belongs to the local day of the hour asked.
 * Throws a RangeError where no band holds or the zone is unknown.
 *
 * @example priceAtInterval(tariff, { intervalStart: '2026-07-06T23:00:00Z', timeZone: 'America/Los_Angeles' }); // 16:00 on a Monday
 */
export function priceAtInterval(tariff: Tariff, moment: TariffMoment): PriceAtInterval {
  const local = localTime(moment);
  const band = tariff.bands.find((each) => isInBand(each, local));
  if (band === undefined)
    throw new RangeError(`the tariff has no band for ${moment.intervalStart} in ${moment.timeZone}: add one`);
  return {
    retailMicroPerKwh: band.retailMicroPerKwh,
    feedInMicroPerKwh: tariff.feedInMicroPerKwh,
    sharedChargesMicroPerKwh: tariff.sharedChargesMicroPerKwh,
  };
}

interface LocalTime {
  readonly month: number;
  readonly weekday: number;
  readonly hour: number;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function localTime({ intervalStart, timeZone }: TariffMoment): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      month: 'numeric',
      weekday: 'short',
      hour: 'numeric',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(Date.parse(intervalStart)).map((part) => [part.type, part.value]));
  return {
    month: Number(parts.get('month')),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    hour: Number(parts.get('hour')),
  };
}

function isInBand(band: TariffBand, local: LocalTime): boolean {
  const { fromLocalHour: from, toLocalHour: to } = band;
  const isHour = from < to ? local.hour >= from && local.hour < to : local.hour >= from || local.hour < to;
  return isHour && (band.months?.includes(local.month) ?? true) && (band.weekdays?.includes(local.weekday) ?? true);
}
