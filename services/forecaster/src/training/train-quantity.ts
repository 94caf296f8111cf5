import { calibrateQuantiles } from '../calibrate/calibrate-quantiles.ts';
import { HORIZON, type Quantity } from '../features/panel.ts';
import { QUANTITIES } from '../features/quantities.ts';
import type { SiteContext } from '../features/site-context.ts';
import { fitNetwork } from '../model/fit-network.ts';
import { predictQuantiles, type QuantityModel } from '../model/predict-quantiles.ts';
import { pinballLoss, type Quantiles } from '../evaluate/score-forecast.ts';
import { makeExamples, type SiteExample } from './make-examples.ts';
import { scoreModels, type Report } from './score-models.ts';

/** How a training is done: with the data, all that decides its outcome on one machine and backend. */
export interface TrainingOptions {
  seed: number;
  epochs: number;
  hidden: number;
}

const DAY = 96;
/** Days held out at the end: neither fitting, nor choice, nor calibration sees them. */
const HELD_OUT = 7 * DAY;
/** Days before them on which the variant is chosen and the quantiles are calibrated. */
const CALIBRATION = 7 * DAY;
/** A forecast needs two days of past to say anything. */
const FIRST_ISSUE = 2 * DAY;

/** Quarters of history a training needs at least: two weeks of examples beside calibration and held-out days. */
export const MIN_TRAINING_QUARTERS = 21 * DAY + HORIZON;
/** Fits that training one quantity takes, for progress. */
export const FITS_PER_QUANTITY = 4;

/**
 * Trains one quantity: a network that reads the weather forecast and one that does not compete on the calibration week (a weather file
 * need not be this place's weather), the winner's quantiles are calibrated there, it is fitted again up to the held-out week with the same
 * number of epochs, and scored on the held-out week. Undefined where there is nothing to learn from or to score.
 */
export function trainQuantity(
  quantity: Quantity,
  data: { contexts: readonly SiteContext[]; count: number },
  options: TrainingOptions & { onFit: (share: number) => void },
): { model: QuantityModel; report: Report } | undefined {
  const traits = QUANTITIES[quantity];
  const heldFrom = data.count - HELD_OUT;
  const calibrateFrom = heldFrom - CALIBRATION;
  const all = makeExamples(data.contexts, traits, { first: FIRST_ISSUE, end: data.count });
  const between = (first: number, end: number): SiteExample[] =>
    all.filter(({ issue }) => issue >= first && issue + HORIZON <= end);
  const [early, calibration, held] = [
    between(0, calibrateFrom),
    between(calibrateFrom, heldFrom),
    between(heldFrom, data.count),
  ];
  if (early.length === 0 || calibration.length === 0 || held.length === 0) return undefined;

  const fit = (examples: readonly SiteExample[], hiddenFeatures: number): QuantityModel => {
    const shape = { width: traits.width, hidden: options.hidden };
    const { seed, epochs, onFit: onProgress } = options;
    const weights = fitNetwork(examples, { shape, seed, epochs, hiddenFeatures, onProgress });
    return { shape, weights, hiddenFeatures, opening: { lower: 0, upper: 0 } };
  };
  const candidates = [0, traits.weatherWidth].map((hiddenFeatures) => {
    const forecasts = forecastsOf(calibration, fit(early, hiddenFeatures));
    return { hiddenFeatures, forecasts, lossWh: meanPinball(calibration, forecasts) };
  });
  const chosen = candidates.reduce((best, candidate) => (candidate.lossWh < best.lossWh ? candidate : best));
  const weekBefore = between(calibrateFrom - CALIBRATION, calibrateFrom);
  const around = [...between(0, calibrateFrom - CALIBRATION), ...calibration];
  const before = forecastsOf(weekBefore, fit(around, chosen.hiddenFeatures));
  const opening = calibrateQuantiles(
    conformalScores([...weekBefore, ...calibration], [...before, ...chosen.forecasts]),
  );
  const model = { ...fit(between(0, heldFrom), chosen.hiddenFeatures), opening };
  const report = scoreModels(held, forecastsOf(held, model), { traits, trainedUntil: heldFrom });
  return report && { model, report };
}

const forecastsOf = (examples: readonly SiteExample[], model: QuantityModel): Quantiles[] =>
  predictQuantiles(
    examples.map(({ window }) => window),
    model,
  );

function meanPinball(examples: readonly SiteExample[], forecasts: readonly Quantiles[]): number {
  let sum = 0;
  let count = 0;
  for (const [index, { actualWh }] of examples.entries()) {
    const forecast = forecasts[index];
    for (const [step, actual] of actualWh.entries()) {
      if (!forecast || Number.isNaN(actual)) continue;
      sum +=
        pinballLoss(actual, forecast.p10Wh[step]!, 0.1) +
        pinballLoss(actual, forecast.p50Wh[step]!, 0.5) +
        pinballLoss(actual, forecast.p90Wh[step]!, 0.9);
      count++;
    }
  }
  return sum / count;
}

function conformalScores(
  examples: readonly SiteExample[],
  forecasts: readonly Quantiles[],
): { below: number[]; above: number[] } {
  const scores = { below: [] as number[], above: [] as number[] };
  for (const [index, { actualWh, window }] of examples.entries()) {
    const forecast = forecasts[index];
    for (const [step, actual] of actualWh.entries()) {
      const scaleWh = window.scaleWh[step] ?? 0;
      if (!forecast || Number.isNaN(actual) || !(scaleWh > 0)) continue;
      scores.below.push((forecast.p10Wh[step]! - actual) / scaleWh);
      scores.above.push((actual - forecast.p90Wh[step]!) / scaleWh);
    }
  }
  return scores;
}
