import type { Calendar } from '../calendar/build-calendar.ts';

/**
 * Same-quarter statistics of a series over the days before an issue: for each wall-clock quarter the mean of the last week, the mean
 * of the last four weeks' days of the same type (working day or weekend) and the spread. Only values before `issue` are read;
 * missing ones (NaN) are left out, never counted as zero. O(4 weeks).
 *
 * @example summariseQuarters(load, calendar, 7 * 96).week[32] // mean of the last seven days at 08:00, in Wh
 */
export interface QuarterSummary {
  /** Mean of the last 7 days per wall-clock quarter; NaN where nothing is known. */
  readonly week: Float64Array;
  /** Mean of the last 28 days per wall-clock quarter: [working days, weekends]. */
  readonly ofType: readonly [Float64Array, Float64Array];
  /** Standard deviation over the last 28 days per wall-clock quarter. */
  readonly deviation: Float64Array;
  /** Greatest value of the last 28 days per wall-clock quarter; NaN where nothing is known. */
  readonly highest: Float64Array;
  /** Mean over the last 14 days of all known values; NaN where nothing is known. */
  readonly level: number;
}

const QUARTERS = 96;

export function summariseQuarters(valuesWh: Float32Array, calendar: Calendar, issue: number): QuarterSummary {
  const week = new Mean();
  const workday = new Mean();
  const weekend = new Mean();
  const squares = new Mean();
  let levelSum = 0;
  let levelCount = 0;
  const highest = new Float64Array(QUARTERS).fill(NaN);
  for (let position = Math.max(0, issue - 28 * QUARTERS); position < issue; position++) {
    const value = valuesWh[position] ?? NaN;
    if (Number.isNaN(value)) continue;
    const quarter = calendar.quarterOf[position] ?? 0;
    ((calendar.weekdayOf[position] ?? 1) > 5 ? weekend : workday).add(quarter, value);
    squares.add(quarter, value * value);
    if (!((highest[quarter] ?? NaN) >= value)) highest[quarter] = value;
    if (position >= issue - 7 * QUARTERS) week.add(quarter, value);
    if (position >= issue - 14 * QUARTERS) {
      levelSum += value;
      levelCount++;
    }
  }
  const all = workday.merge(weekend);
  return {
    week: week.result(all),
    ofType: [workday.result(all), weekend.result(all)],
    deviation: squares
      .result(all)
      .map((square, quarter) => Math.sqrt(Math.max(0, square - (all.at(quarter) ?? NaN) ** 2))),
    highest,
    level: levelCount > 0 ? levelSum / levelCount : NaN,
  };
}

class Mean {
  readonly #sum = new Float64Array(QUARTERS);
  readonly #count = new Float64Array(QUARTERS);

  add(quarter: number, value: number): void {
    this.#sum[quarter]! += value;
    this.#count[quarter]! += 1;
  }

  at(quarter: number): number {
    return (this.#sum[quarter] ?? 0) / (this.#count[quarter] ?? 0);
  }

  merge(other: Mean): Mean {
    const merged = new Mean();
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      merged.#sum[quarter] = this.#sum[quarter]! + other.#sum[quarter]!;
      merged.#count[quarter] = this.#count[quarter]! + other.#count[quarter]!;
    }
    return merged;
  }

  /** Means per quarter; where a quarter has no value of its own, that of `fallback`. */
  result(fallback: Mean): Float64Array {
    return this.#sum.map((_, quarter) => (this.#count[quarter]! > 0 ? this.at(quarter) : fallback.at(quarter)));
  }
}
