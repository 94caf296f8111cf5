/**
 * Quantiles of a stream of non-negative numbers in bounded memory: DDSketch (Masson, Rim, Lee, VLDB 2019) with
 * logarithmic buckets. A quantile is off by at most `ACCURACY` of its value; zero is exact. O(1) per value.
 *
 * @example sketch.add(10); sketch.add(30); sketch.quantile(0.5) // 10, within 1 %
 */
export class QuantileSketch {
  readonly #counts = new Map<number, number>();
  #zeros = 0;
  #count = 0;
  #sum = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  get max(): number {
    return this.#max;
  }

  add(amount: number): void {
    if (!Number.isFinite(amount)) return;
    this.#count += 1;
    this.#sum += amount;
    this.#max = Math.max(this.#max, amount);
    if (amount < SMALLEST) {
      this.#zeros += 1;
      return;
    }
    const bucket = Math.ceil(Math.log(amount) / LOG_GAMMA);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
  }

  /** Value below which the share `q` (0 to 1) of all values lies; undefined where there are none. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = q * (this.#count - 1);
    let below = this.#zeros;
    if (rank < below) return 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      below += this.#counts.get(bucket) ?? 0;
      if (rank < below) return Math.min(this.#max, (2 * GAMMA ** bucket) / (GAMMA + 1));
    }
    return this.#max;
  }
}

const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 1e-9;
