import { MISSING } from './format-power.ts';

/** Where and in which language an instant is shown. The zone is the community's, whatever the device's is. */
export type Place = { timeZone: string; language: string };

const cache = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 64;

export function formatOf(place: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${place.language}|${place.timeZone}|${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (format === undefined) {
    if (cache.size >= MOST_FORMATS) cache.clear();
    format = new Intl.DateTimeFormat(place.language, { hourCycle: 'h23', ...options, timeZone: place.timeZone });
    cache.set(key, format);
  }
  return format;
}

/** `18:15` */
export function formatTime(instant: string | number | undefined, place: Place): string {
  return instant === undefined
    ? MISSING
    : formatOf(place, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));
}

/** `18:15:04` */
export function formatSecond(instant: string | number | undefined, place: Place): string {
  return instant === undefined
    ? MISSING
    : formatOf(place, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(instant));
}

/** `21 Jun 2024, 18:15` */
export function formatDateTime(instant: string | number | undefined, place: Place): string {
  return instant === undefined
    ? MISSING
    : formatOf(place, { day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' }).format(
        new Date(instant),
      );
}

/** `Fri, 21 Jun 2024` */
export function formatDate(instant: string | number | undefined, place: Place): string {
  return instant === undefined
    ? MISSING
    : formatOf(place, { weekday: 'short', day: '2-digit', month: 'short', year: 'numeric' }).format(new Date(instant));
}

/** The zone's short name at that instant, such as `CEST` or `GMT+2`: it tells the two 02:30 of an autumn night apart. */
export function zoneLabel(instant: string | number, place: Place): string {
  const parts = formatOf(place, { timeZoneName: 'short', hour: '2-digit' }).formatToParts(new Date(instant));
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? place.timeZone;
}

/** Local calendar day `YYYY-MM-DD` of an instant. */
export function localDay(instant: string | number, timeZone: string): string {
  return formatOf({ timeZone, language: 'sv-SE' }, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  );
}
