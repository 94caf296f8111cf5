/**
 * Wall time in which this process ran. A process that was paused takes up where it stopped: no look at the clock counts for more
 * than the time given since the one before. Looked at every few seconds, O(1).
 *
 * @example new AwakeTime(() => performance.now(), 10_000).nowMs // 0
 */
export class AwakeTime {
  #awakeMs = 0;
  #lastLookMs: number;

  constructor(
    private readonly now: () => number,
    private readonly mostMs: number,
  ) {
    this.#lastLookMs = now();
  }

  get nowMs(): number {
    const nowMs = this.now();
    this.#awakeMs += Math.min(nowMs - this.#lastLookMs, this.mostMs);
    this.#lastLookMs = nowMs;
    return this.#awakeMs;
  }
}
