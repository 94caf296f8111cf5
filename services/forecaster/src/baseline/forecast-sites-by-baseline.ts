import type { Panel } from '../features/panel.ts';
import { buildCalendar, type Calendar } from '../calendar/build-calendar.ts';
import type { SiteForecast } from '../training/messages.ts';
import { forecastBaselineQuantiles } from './forecast-baseline-quantiles.ts';
import type { BaselineName } from './forecast-baseline.ts';

/** Baseline per quantity where no training has found a better one. */
export const DEFAULT_BASELINES = {
  load: 'same-weekday-mean',
  generation: 'seasonal-naive-day',
} as const satisfies Record<string, BaselineName>;

/**
 * Baseline forecasts for the day after a panel's end: load by the site's local calendar, generation by UTC, for the sun knows no summer
 * time. A site of which nothing is known has none, for missing is not zero; a plant of which nothing is known has no generation part.
 */
export function forecastSitesByBaseline(
  panel: Panel,
  chosen: Partial<Record<'load' | 'generation', BaselineName>>,
): SiteForecast[] {
  const length = panel.count + 96;
  const calendars = new Map<string, Calendar>();
  const calendarOf = (timeZone: string): Calendar => {
    const calendar = calendars.get(timeZone) ?? buildCalendar(timeZone, panel.startMs, length);
    calendars.set(timeZone, calendar);
    return calendar;
  };
  const names = { ...DEFAULT_BASELINES, ...chosen };
  return panel.sites.flatMap(({ siteId, timeZone, loadWh, generationWh }) => {
    const load = forecastBaselineQuantiles(names.load, {
      valuesWh: loadWh,
      calendar: calendarOf(timeZone),
      issue: panel.count,
    });
    if (!load) return [];
    const generation =
      generationWh &&
      forecastBaselineQuantiles(names.generation, {
        valuesWh: generationWh,
        calendar: calendarOf('UTC'),
        issue: panel.count,
      });
    return [{ siteId, load, ...(generation && { generation }) }];
  });
}
