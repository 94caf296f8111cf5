/**
 * Scores of probabilistic forecasts on held-out values.
 *
 * MASE here is the mean absolute error of the median over the mean absolute error of the seasonal naive forecast (season one day) on the
 * SAME held-out values: 1 is no skill, skill is 1 - MASE. It is the scaled error of Hyndman & Koehler (2006, International Journal of
 * Forecasting 22:679) with the scale taken out of sample, as Kostmann & Haerdle (2019) do for households; theirs takes the scale in sample.
 * Pinball: mean quantile loss over P10, P50 and P90 in Wh. Coverage: share of values within [P10, P90]; 80 % is nominal. Pairs with a missing actual
 * or naive value (NaN) are left out. O(steps).
 *
 * @example scorer.add(actualWh, forecast, naiveWh); scorer.result()?.mase
 */
export class Scorer {
  #count = 0;
  #absolute = 0;
  #naive = 0;
  #pinball = 0;
  #inside = 0;

  add(actualWh: Float32Array, forecast: Quantiles, naiveWh: Float32Array): void {
    for (const [step, actual] of actualWh.entries()) {
      const naive = naiveWh[step] ?? NaN;
      if (Number.isNaN(actual) || Number.isNaN(naive)) continue;
      const p10 = forecast.p10Wh[step] ?? NaN;
      const p50 = forecast.p50Wh[step] ?? NaN;
      const p90 = forecast.p90Wh[step] ?? NaN;
      this.#count++;
      this.#absolute += Math.abs(actual - p50);
      this.#naive += Math.abs(actual - naive);
      this.#pinball +=
        (pinballLoss(actual, p10, 0.1) + pinballLoss(actual, p50, 0.5) + pinballLoss(actual, p90, 0.9)) / 3;
      if (actual >= p10 && actual <= p90) this.#inside++;
    }
  }

  /** Undefined where nothing was scored. */
  result(): Scores | undefined {
    if (this.#count === 0) return undefined;
    return {
      count: this.#count,
      maeWh: this.#absolute / this.#count,
      naiveMaeWh: this.#naive / this.#count,
      mase: this.#absolute / this.#naive,
      pinballWh: this.#pinball / this.#count,
      coverage80Pct: (100 * this.#inside) / this.#count,
    };
  }
}

/** Energy per interval in Wh at three quantiles. */
export interface Quantiles {
  p10Wh: Float32Array;
  p50Wh: Float32Array;
  p90Wh: Float32Array;
}

export interface Scores {
  count: number;
  maeWh: number;
  naiveMaeWh: number;
  /** Infinite or NaN where seasonal naive made no error at all. */
  mase: number;
  pinballWh: number;
  coverage80Pct: number;
}

/** Pinball loss of a quantile forecast. */
export function pinballLoss(actual: number, forecast: number, level: number): number {
  return actual >= forecast ? level * (actual - forecast) : (1 - level) * (forecast - actual);
}
