import { HORIZON } from './panel.ts';
import type { SiteContext } from './site-context.ts';
import { summariseQuarters } from './summarise-quarters.ts';
import { knownOr, RowWriter, type Window } from './window.ts';

/**
 * Features of a solar forecast issued at quarter `issue` for the next 96, in units of the plant's own envelope: the greatest generation
 * of four weeks per quarter of the UTC day, an empirical clear-sky curve that knows size, tilt, shade and a meter's clock. Yesterday's and
 * the week's clearness and that of the last hours meet the irradiance forecast against last week's. The envelope is zero at night, so
 * nights stay exactly zero. Values at or after `issue` are not read. Undefined where no generation is known in four weeks.
 */
export function buildGenerationWindow(context: SiteContext, issue: number): Window | undefined {
  const { site, weather, utcCalendar: calendar } = context;
  const valuesWh = site.generationWh;
  if (!valuesWh) return undefined;
  const summary = summariseQuarters(valuesWh, calendar, issue);
  if (Number.isNaN(summary.level)) return undefined;
  const envelope = widen(summary.highest);
  const pastGhi = summariseQuarters(weather.ghiWm2, calendar, issue).week;
  const clearness = recentClearness(valuesWh, { issue, envelope, quarterOf: calendar.quarterOf });
  const rows = new RowWriter(GENERATION_WIDTH);
  const baseWh = new Float32Array(HORIZON);
  const scaleWh = new Float32Array(HORIZON);
  for (let step = 0; step < HORIZON; step++) {
    const position = issue + step;
    const quarter = calendar.quarterOf[position] ?? 0;
    const envelopeWh = envelope[quarter] ?? 0;
    const share = (wh: number | undefined): number => (envelopeWh > 0 ? (wh ?? NaN) / envelopeWh : 0);
    const mean = knownOr(share(summary.week[quarter]), clearness.day);
    const yesterday = knownOr(share(valuesWh[position - HORIZON]), mean);
    const clear = (context.clearSkyWm2[position] ?? 0) / 1000;
    const ratio = irradianceRatio(weather.ghiWm2[position], pastGhi[quarter]);
    const angle = (2 * Math.PI * quarter) / 96;
    baseWh[step] = envelopeWh * (YESTERDAY_SHARE * yesterday + (1 - YESTERDAY_SHARE) * mean);
    scaleWh[step] = envelopeWh;
    rows.put(yesterday, mean, knownOr(share(summary.deviation[quarter]), 0), yesterday - mean, clearness.day - mean);
    for (const decay of DECAYS)
      rows.put((clearness.hour - mean) * Math.exp(-step / decay), (clearness.hours - mean) * Math.exp(-step / decay));
    rows.put(
      envelopeWh / clearness.peakWh,
      context.sinElevation[position] ?? 0,
      Math.sin(angle),
      Math.cos(angle),
      step / HORIZON,
    );
    rows.put(
      ratio - 1,
      (ratio - 1) * mean,
      clear > 0.05 ? knownOr(weather.ghiWm2[position], 700 * clear) / 1000 / clear - 0.7 : 0,
      knownOr(weather.dniWm2[position], 0) / 1000,
    );
  }
  return { inputs: rows.inputs, baseWh, scaleWh };
}

/** Features per step of a generation window; the last WEATHER_WIDTH of them are the weather's. */
export const GENERATION_WIDTH = 20;
export const GENERATION_WEATHER_WIDTH = 4;
const DECAYS = [4, 12, 36];
const YESTERDAY_SHARE = 0.5;
const MIN_PEAK_WH = 5;
const SOFT_WM2 = 25;

/** The greatest value of each quarter and its neighbours: the sun moves by about a quarter in two weeks. */
function widen(highest: Float64Array): Float64Array {
  return highest.map((value, quarter) => {
    const around = [value, highest[(quarter + 95) % 96], highest[(quarter + 1) % 96]].map((near) => knownOr(near, 0));
    return Math.max(...around);
  });
}

/** Forecast irradiance over last week's at the same quarter, softened where both are near zero; 1 where either is missing. */
function irradianceRatio(ghiWm2: number | undefined, pastWm2: number | undefined): number {
  const ratio = ((ghiWm2 ?? NaN) + SOFT_WM2) / ((pastWm2 ?? NaN) + SOFT_WM2);
  return Math.min(2, knownOr(ratio, 1));
}

/** Measured generation over the envelope during the last hour, four hours and day of light before the issue. */
function recentClearness(
  valuesWh: Float32Array,
  at: { issue: number; envelope: Float64Array; quarterOf: Uint8Array },
): { hour: number; hours: number; day: number; peakWh: number } {
  const over = (quarters: number, otherwise: number): number => {
    let measured = 0;
    let possible = 0;
    for (let position = Math.max(0, at.issue - quarters); position < at.issue; position++) {
      const value = valuesWh[position] ?? NaN;
      if (Number.isNaN(value)) continue;
      measured += value;
      possible += at.envelope[at.quarterOf[position] ?? 0] ?? 0;
    }
    const peak = at.envelope.reduce((most, value) => Math.max(most, value), 0);
    return possible > 0.05 * peak ? measured / possible : otherwise;
  };
  const day = over(HORIZON, 0.5);
  const hours = over(16, day);
  return {
    hour: over(4, hours),
    hours,
    day,
    peakWh: at.envelope.reduce((most, value) => Math.max(most, value), MIN_PEAK_WH),
  };
}
