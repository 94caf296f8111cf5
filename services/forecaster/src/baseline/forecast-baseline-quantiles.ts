import { conformalQuantile } from '../calibrate/calibrate-quantiles.ts';
import type { Calendar } from '../calendar/build-calendar.ts';
import type { Quantiles } from '../evaluate/score-forecast.ts';
import { HORIZON } from '../features/panel.ts';
import { forecastBaseline, type BaselineName } from './forecast-baseline.ts';

/**
 * A named baseline with quantiles: its own errors of the last 14 days at the same time of day, two quarters to either side pooled, say
 * how far P10 and P90 lie from it (split conformal, 80 %). Without a past error the spread is the whole value. Never below zero,
 * P10 <= P50 <= P90. Undefined where nothing is known.
 *
 * @example forecastBaselineQuantiles('seasonal-naive-day', { valuesWh, calendar, issue: valuesWh.length })
 */
export function forecastBaselineQuantiles(
  name: BaselineName,
  past: { valuesWh: Float32Array; calendar: Calendar; issue: number },
): Quantiles | undefined {
  const p50Wh = forecastBaseline(name, past);
  if (!p50Wh) return undefined;
  const errors = pastErrors(name, past);
  const p10Wh = new Float32Array(HORIZON);
  const p90Wh = new Float32Array(HORIZON);
  for (const [step, middle] of p50Wh.entries()) {
    const near = errors.flatMap((series) =>
      Array.from(series.subarray(Math.max(0, step - 2), step + 3)).filter((error) => !Number.isNaN(error)),
    );
    const above = near.length > 0 ? conformalQuantile(near, 0.9) : middle;
    const below =
      near.length > 0
        ? conformalQuantile(
            near.map((error) => -error),
            0.9,
          )
        : middle;
    p10Wh[step] = Math.max(0, middle - Math.max(0, below));
    p90Wh[step] = middle + Math.max(0, above);
  }
  return { p10Wh, p50Wh, p90Wh };
}

const ERROR_DAYS = 14;

/** Actual less forecast for issues one to fourteen days ago, in so far as there was a past to forecast from. */
function pastErrors(
  name: BaselineName,
  past: { valuesWh: Float32Array; calendar: Calendar; issue: number },
): Float32Array[] {
  const errors: Float32Array[] = [];
  for (let days = 1; days <= ERROR_DAYS; days++) {
    const issue = past.issue - days * HORIZON;
    const forecast = issue >= HORIZON ? forecastBaseline(name, { ...past, issue }) : undefined;
    if (forecast) errors.push(forecast.map((middle, step) => (past.valuesWh[issue + step] ?? NaN) - middle));
  }
  return errors;
}
