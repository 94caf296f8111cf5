import { BASELINES, forecastBaseline, type BaselineName } from '../baseline/forecast-baseline.ts';
import { Scorer, type Quantiles, type Scores } from '../evaluate/score-forecast.ts';
import type { QuantityTraits } from '../features/quantities.ts';
import type { SiteContext } from '../features/site-context.ts';
import type { SiteExample } from './make-examples.ts';

/** How a model did on the held-out days, beside every baseline. */
export interface Report {
  /** Mean absolute error over that of seasonal naive (one day) on the same held-out values, all sites pooled in Wh: below 1 is skill. */
  mase: number;
  /** MASE of Hyndman and Koehler: scaled by the in-sample error of seasonal naive, mean of the sites; absent where no site has a scale. */
  maseInSample?: number;
  maeWh: number;
  pinballWh: number;
  coverage80Pct: number;
  /** Held-out values scored. */
  count: number;
  /** Mean absolute error of each baseline on the same values. */
  baselineMaeWh: Record<BaselineName, number>;
  bestBaseline: BaselineName;
}

/** Scores quantiles of examples beside the baselines; undefined where nothing could be scored. `trainedUntil` ends the in-sample scale. */
export function scoreModels(
  examples: readonly SiteExample[],
  forecasts: readonly Quantiles[],
  setting: { traits: QuantityTraits; trainedUntil: number },
): Report | undefined {
  const pooled = new Scorer();
  const bySite = new Map<SiteContext, Scorer>();
  const baselines = new Map(BASELINES.map((name) => [name, new Scorer()]));
  for (const [index, { context, issue, actualWh }] of examples.entries()) {
    const valuesWh = setting.traits.valuesOf(context);
    const forecast = forecasts[index];
    if (!valuesWh || !forecast) continue;
    const past = { valuesWh, calendar: setting.traits.calendarOf(context), issue };
    const naiveWh = forecastBaseline('seasonal-naive-day', past);
    if (!naiveWh) continue;
    const site = bySite.get(context) ?? new Scorer();
    bySite.set(context, site);
    pooled.add(actualWh, forecast, naiveWh);
    site.add(actualWh, forecast, naiveWh);
    for (const [name, scorer] of baselines) {
      const middle = forecastBaseline(name, past) ?? naiveWh;
      scorer.add(actualWh, { p10Wh: middle, p50Wh: middle, p90Wh: middle }, naiveWh);
    }
  }
  const scores = pooled.result();
  if (!scores) return undefined;
  const inSample = [...bySite].flatMap(([context, scorer]) => inSampleMase(context, scorer, setting));
  return report(scores, baselines, inSample);
}

function report(scores: Scores, baselines: ReadonlyMap<BaselineName, Scorer>, inSample: readonly number[]): Report {
  const maeOf = (name: BaselineName): number => baselines.get(name)?.result()?.maeWh ?? Infinity;
  const bestBaseline = BASELINES.reduce((best, name) => (maeOf(name) < maeOf(best) ? name : best));
  return {
    mase: scores.maeWh / scores.naiveMaeWh,
    ...(inSample.length > 0 && { maseInSample: inSample.reduce((sum, value) => sum + value, 0) / inSample.length }),
    maeWh: scores.maeWh,
    pinballWh: scores.pinballWh,
    coverage80Pct: scores.coverage80Pct,
    count: scores.count,
    baselineMaeWh: Object.fromEntries(BASELINES.map((name) => [name, maeOf(name)])) as Record<BaselineName, number>,
    bestBaseline,
  };
}

function inSampleMase(
  context: SiteContext,
  scorer: Scorer,
  setting: { traits: QuantityTraits; trainedUntil: number },
): number[] {
  const valuesWh = setting.traits.valuesOf(context);
  const scores = scorer.result();
  const scaleWh = valuesWh ? seasonalScale(valuesWh.subarray(0, setting.trainedUntil)) : undefined;
  return scores && scaleWh ? [scores.maeWh / scaleWh] : [];
}

/** Mean absolute difference of values a day apart; undefined where none is known or all repeat exactly. */
function seasonalScale(valuesWh: Float32Array): number | undefined {
  let sum = 0;
  let count = 0;
  for (let at = 96; at < valuesWh.length; at++) {
    const difference = Math.abs((valuesWh[at] ?? NaN) - (valuesWh[at - 96] ?? NaN));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    count++;
  }
  return sum > 0 ? sum / count : undefined;
}
