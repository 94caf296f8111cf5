import { QUARTER_MS } from '../features/panel.ts';

/**
 * Values on the UTC quarter grid, sparse and without an end: one array per UTC day. Unknown quarters read as NaN, never as zero.
 *
 * @example const series = new QuarterSeries(); series.set(0, 5); series.slice(0, 2) // [5, NaN]
 */
export class QuarterSeries {
  readonly #days = new Map<number, Float32Array>();

  /** Sets the value of the quarter that starts at the instant. */
  set(startMs: number, value: number): void {
    const day = Math.floor(startMs / DAY_MS);
    let values = this.#days.get(day);
    if (!values) this.#days.set(day, (values = new Float32Array(QUARTERS).fill(NaN)));
    values[(startMs - day * DAY_MS) / QUARTER_MS] = value;
  }

  /** Values of `count` quarters from the instant on. */
  slice(startMs: number, count: number): Float32Array {
    const values = new Float32Array(count).fill(NaN);
    for (let at = 0; at < count;) {
      const quarter = Math.round(startMs / QUARTER_MS) + at;
      const day = Math.floor(quarter / QUARTERS);
      const from = quarter - day * QUARTERS;
      const length = Math.min(QUARTERS - from, count - at);
      const known = this.#days.get(day);
      if (known) values.set(known.subarray(from, from + length), at);
      at += length;
    }
    return values;
  }

  /** Forgets whole days that end before the instant. */
  forgetBefore(startMs: number): void {
    for (const day of this.#days.keys()) if ((day + 1) * DAY_MS <= startMs) this.#days.delete(day);
  }
}

const DAY_MS = 86_400_000;
const QUARTERS = 96;
