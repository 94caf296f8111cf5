import { QuarterSeries } from './quarter-series.ts';

/**
 * What is known of one quantity of one site: its meters' series and what a history file said before. A quarter is the sum of its
 * meters, and unknown while one of them is missing: half a sum is no value. Where no meter has spoken, the file holds.
 *
 * @example past.setMetered('home-1-load', startMs, 212); past.slice(startMs, 1) // [212]
 */
export class SitePast {
  readonly #file = new QuarterSeries();
  readonly #meters = new Map<string, QuarterSeries>();

  setFile(startMs: number, energyWh: number): void {
    this.#file.set(startMs, energyWh);
  }

  setMetered(meterId: string, startMs: number, energyWh: number): void {
    const series = this.#meters.get(meterId) ?? new QuarterSeries();
    this.#meters.set(meterId, series);
    series.set(startMs, energyWh);
  }

  slice(startMs: number, count: number): Float32Array {
    const values = this.#file.slice(startMs, count);
    const metered = [...this.#meters.values()].map((series) => series.slice(startMs, count));
    for (let at = 0; at < count; at++) {
      if (metered.every((series) => Number.isNaN(series[at]))) continue;
      values[at] = metered.reduce((sum, series) => sum + (series[at] ?? NaN), 0);
    }
    return values;
  }

  forgetBefore(startMs: number): void {
    for (const series of [this.#file, ...this.#meters.values()]) series.forgetBefore(startMs);
  }
}
