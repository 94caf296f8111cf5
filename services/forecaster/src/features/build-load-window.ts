import type { Calendar } from '../calendar/build-calendar.ts';
import { HORIZON } from './panel.ts';
import type { SiteContext } from './site-context.ts';
import { summariseQuarters, type QuarterSummary } from './summarise-quarters.ts';
import { knownOr, RowWriter, type Window } from './window.ts';

/**
 * Features of a load forecast issued at quarter `issue` for the next 96: same-quarter profiles of the site, yesterday and last week,
 * how the last hours differ from the profile, local time, and the temperature forecast against last week's temperatures. Everything is
 * divided by the site's level. Values at or after `issue` are not read. Undefined where the site has no known load in 14 days.
 *
 * @example buildLoadWindow(context, context.site.loadWh.length)?.inputs.length // 96 * LOAD_WIDTH
 */
export function buildLoadWindow(context: SiteContext, issue: number): Window | undefined {
  const { localCalendar: calendar, site, weather } = context;
  const summary = summariseQuarters(site.loadWh, calendar, issue);
  if (Number.isNaN(summary.level)) return undefined;
  const levelWh = Math.max(summary.level, MIN_LEVEL_WH);
  const profile = smoothProfile(summary, levelWh);
  const recent = recentOffsets(site.loadWh, { calendar, issue, levelWh, profile: profile.week });
  const warmth = summariseQuarters(weather.temperatureC, calendar, issue).week;
  const rows = new RowWriter(LOAD_WIDTH);
  const baseWh = new Float32Array(HORIZON);
  for (let step = 0; step < HORIZON; step++) {
    const position = issue + step;
    const quarter = calendar.quarterOf[position] ?? 0;
    const isWeekend = (calendar.weekdayOf[position] ?? 1) > 5;
    const type = profile.ofType[isWeekend ? 1 : 0]?.[quarter] ?? 0;
    const week = profile.week[quarter] ?? 0;
    const before = (days: number): number => valueBefore(site.loadWh, { calendar, issue, position, days }) / levelWh;
    const angle = (2 * Math.PI * quarter) / 96;
    const warmer = ((weather.temperatureC[position] ?? NaN) - (warmth[quarter] ?? NaN)) / 10;
    const heat = (knownOr(weather.temperatureC[position], 18) - 18) / 10;
    baseWh[step] = (levelWh * (type + week)) / 2;
    rows.put(
      week,
      type,
      knownOr((summary.week[quarter] ?? NaN) / levelWh, week),
      knownOr((summary.deviation[quarter] ?? NaN) / levelWh, 0),
    );
    rows.put(knownOr(before(1), week), knownOr(before(2), week), knownOr(before(7), type), knownOr(before(14), type));
    rows.put(
      Math.sin(angle),
      Math.cos(angle),
      Math.sin(2 * angle),
      Math.cos(2 * angle),
      isWeekend ? 1 : 0,
      step / HORIZON,
    );
    for (const decay of DECAYS) rows.put(recent.hour * Math.exp(-step / decay), recent.hours * Math.exp(-step / decay));
    rows.put(recent.day, recent.sameHour(step), knownOr(warmer, 0), Math.max(0, heat), Math.min(0, heat));
  }
  return { inputs: rows.inputs, baseWh, scaleWh: new Float32Array(HORIZON).fill(levelWh) };
}

/** Features per step of a load window; the last LOAD_WEATHER_WIDTH of them are the weather's. */
export const LOAD_WIDTH = 27;
export const LOAD_WEATHER_WIDTH = 3;
const DECAYS = [3, 10, 32, 96];
const MIN_LEVEL_WH = 5;
const SMOOTHING = [1, 2, 3, 2, 1];

/** Value of the same wall-clock quarter some local days before; NaN where it is missing, does not exist or is not past at the issue. */
function valueBefore(
  valuesWh: Float32Array,
  at: { calendar: Calendar; issue: number; position: number; days: number },
): number {
  const { calendar, issue, position, days } = at;
  const past = calendar.positionOf((calendar.dayOf[position] ?? 0) - days, calendar.quarterOf[position] ?? 0);
  return past < 0 || past >= issue ? NaN : (valuesWh[past] ?? NaN);
}

interface Profile {
  week: Float64Array;
  ofType: readonly [Float64Array, Float64Array];
}

/** Profiles in units of the level, smoothed over neighbouring quarters; 1 where a quarter was never seen. */
function smoothProfile(summary: QuarterSummary, levelWh: number): Profile {
  const smooth = (values: Float64Array): Float64Array =>
    values.map((_, quarter) => {
      let sum = 0;
      let weight = 0;
      for (const [index, share] of SMOOTHING.entries()) {
        const value = values[(quarter + index - 2 + 96) % 96] ?? NaN;
        if (Number.isNaN(value)) continue;
        sum += share * value;
        weight += share;
      }
      return weight > 0 ? sum / weight / levelWh : 1;
    });
  return { week: smooth(summary.week), ofType: [smooth(summary.ofType[0]), smooth(summary.ofType[1])] };
}

/** How the hours before the issue differ from the profile, in units of the level; a missing quarter is no news. */
function recentOffsets(
  valuesWh: Float32Array,
  at: { calendar: Calendar; issue: number; levelWh: number; profile: Float64Array },
): { hour: number; hours: number; day: number; sameHour: (step: number) => number } {
  const offsetAt = (back: number): number => {
    const position = at.issue - back;
    const value = position < 0 ? NaN : (valuesWh[position] ?? NaN);
    return value / at.levelWh - (at.profile[at.calendar.quarterOf[position] ?? 0] ?? NaN);
  };
  const mean = (from: number, to: number): number => {
    let sum = 0;
    let count = 0;
    for (let back = from; back <= to; back++) {
      const offset = offsetAt(back);
      if (Number.isNaN(offset)) continue;
      sum += offset;
      count++;
    }
    return count > 0 ? sum / count : 0;
  };
  const sameHours = Array.from({ length: HORIZON }, (_, step) =>
    mean(Math.max(1, HORIZON - step - 4), HORIZON - step + 4),
  );
  return { hour: mean(1, 4), hours: mean(1, 16), day: mean(1, 96), sameHour: (step) => sameHours[step] ?? 0 };
}
