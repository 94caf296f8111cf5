/**
 * Split conformal calibration of quantile forecasts (conformalised quantile regression, Romano, Patterson & Candes 2019, each side by
 * itself): how far P10 must move down and P90 up so that on held-out values the share below P10 and above P90 is 10 % each. The rank is the finite-sample one,
 * ceil((n + 1) 0.9) of n. Scores are in units of the forecast's scale, so one pair of offsets serves every site. Negative offsets narrow.
 *
 * Precondition: the values were not used to fit the forecast. No scores: no offset.
 *
 * @param scores per value the distance below P10 and above P90, (p10 - y) / scale and (y - p90) / scale
 * @example calibrateQuantiles({ below: [-1, 0, 1], above: [-1, -1, -1] }) // { lower: 1, upper: -1 }
 */
export function calibrateQuantiles(scores: { below: readonly number[]; above: readonly number[] }): {
  lower: number;
  upper: number;
} {
  return { lower: conformalQuantile(scores.below, 0.9), upper: conformalQuantile(scores.above, 0.9) };
}

/** The ceil((n + 1) level)-th smallest score, at most the greatest; 0 where there is none. */
export function conformalQuantile(scores: readonly number[], level: number): number {
  if (scores.length === 0) return 0;
  const sorted = Float64Array.from(scores).sort();
  const rank = Math.min(sorted.length, Math.ceil((sorted.length + 1) * level));
  return sorted[rank - 1] ?? 0;
}
