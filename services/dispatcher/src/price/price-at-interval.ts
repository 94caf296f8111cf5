import type { Tariff, TariffBand } from '@wattmesh/events';
import type { TariffStep } from './expect-community-price.ts';

/**
 * Tariff of one interval: the first band that holds at the local time of its start; undefined where none does.
 *
 * Method: Intl shows the UTC start in the community's zone, so changes of the clocks and half-hour zones follow the zone's
 * rules (C7). A band whose hours run past midnight (22 to 6) belongs to the day of the hour asked. Units: epoch ms, micro per kWh.
 *
 * Example: a band from 16 to 21 on weekdays holds at 2017-07-17T23:00Z in America/Los_Angeles.
 */
export function priceAtInterval(
  tariff: Tariff,
  at: { intervalStartMs: number; timeZone: string },
): TariffStep | undefined {
  const local = localTime(at.intervalStartMs, at.timeZone);
  const band = tariff.bands.find((each) => holds(each, local));
  if (band === undefined) return undefined;
  const { feedInMicroPerKwh, sharedChargesMicroPerKwh } = tariff;
  return { retailMicroPerKwh: band.retailMicroPerKwh, feedInMicroPerKwh, sharedChargesMicroPerKwh };
}

interface LocalTime {
  month: number;
  weekday: number;
  hour: number;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(intervalStartMs: number, timeZone: string): LocalTime {
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
  const parts = new Map(format.formatToParts(intervalStartMs).map((part) => [part.type, part.value]));
  return {
    month: Number(parts.get('month')),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    hour: Number(parts.get('hour')),
  };
}

function holds(band: TariffBand, local: LocalTime): boolean {
  const { fromLocalHour: from, toLocalHour: to } = band;
  const isHour = from < to ? local.hour >= from && local.hour < to : local.hour >= from || local.hour < to;
  return isHour && (band.months?.includes(local.month) ?? true) && (band.weekdays?.includes(local.weekday) ?? true);
}
