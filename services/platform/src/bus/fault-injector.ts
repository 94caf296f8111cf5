import type { BusFaults, BusRecord } from './bus.ts';
import { seededRandom } from '../seeded-random.ts';
import { shuffleAcrossKeys } from './shuffle-across-keys.ts';

/** Draws the faults of a memory bus from its seed, in the order of the deliveries. */
export class FaultInjector {
  readonly #faults: BusFaults;
  readonly #random: () => number;

  constructor(faults: BusFaults = { seed: 0 }) {
    this.#faults = faults;
    this.#random = seededRandom(faults.seed);
  }

  /** How long to hold the next batch back; 0: not at all. */
  delayMs(): number {
    if (!this.#happens(this.#faults.delay)) return 0;
    return 1 + Math.floor(this.#random() * (this.#faults.maxDelayMs ?? 1000));
  }

  /** The batch with duplicates right behind their originals, shuffled across keys. */
  disturb(records: readonly BusRecord[]): readonly BusRecord[] {
    const doubled = records.flatMap((record) => (this.#happens(this.#faults.duplicate) ? [record, record] : [record]));
    return this.#happens(this.#faults.reorder) ? shuffleAcrossKeys(doubled, this.#random) : doubled;
  }

  /** True where a handled batch counts as not committed. */
  losesCommit(): boolean {
    return this.#happens(this.#faults.crash);
  }

  #happens(probability: number | undefined): boolean {
    return probability !== undefined && probability > 0 && this.#random() < probability;
  }
}
