import { buildCalendar, type Calendar } from '../calendar/build-calendar.ts';
import { locateSun } from '../calendar/locate-sun.ts';
import { HORIZON, QUARTER_MS, type Panel, type SiteHistory, type Weather } from './panel.ts';

/** A site's history with everything that is known ahead of time on the same grid: calendar, sun, weather forecast. */
export interface SiteContext {
  readonly site: SiteHistory;
  readonly weather: Weather;
  /** People live by local time ... */
  readonly localCalendar: Calendar;
  /** ... and the sun by UTC: it knows no summer time. */
  readonly utcCalendar: Calendar;
  readonly sinElevation: Float32Array;
  readonly clearSkyWm2: Float32Array;
}

/** Contexts of a panel's sites; calendars and sun are computed once per zone and place. */
export function contextsOf(panel: Panel): SiteContext[] {
  const length = panel.count + HORIZON;
  const utcCalendar = buildCalendar('UTC', panel.startMs, length);
  const calendars = new Map<string, Calendar>();
  const suns = new Map<string, { sinElevation: Float32Array; clearSkyWm2: Float32Array }>();
  return panel.sites.map((site) => {
    const localCalendar = calendars.get(site.timeZone) ?? buildCalendar(site.timeZone, panel.startMs, length);
    calendars.set(site.timeZone, localCalendar);
    const place = `${site.latitudeDeg},${site.longitudeDeg}`;
    const sun = suns.get(place) ?? sunOver(panel.startMs, length, site);
    suns.set(place, sun);
    return { site, weather: panel.weather, localCalendar, utcCalendar, ...sun };
  });
}

function sunOver(
  startMs: number,
  length: number,
  site: SiteHistory,
): { sinElevation: Float32Array; clearSkyWm2: Float32Array } {
  const sinElevation = new Float32Array(length);
  const clearSkyWm2 = new Float32Array(length);
  for (let position = 0; position < length; position++) {
    const sun = locateSun(startMs + (position + 0.5) * QUARTER_MS, site);
    sinElevation[position] = sun.sinElevation;
    clearSkyWm2[position] = sun.clearSkyWm2;
  }
  return { sinElevation, clearSkyWm2 };
}
