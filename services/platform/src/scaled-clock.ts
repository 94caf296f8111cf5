import type { Cancel, ClockErrorHandler } from './abstract-clock.ts';
import { TimerClock } from './timer-clock.ts';

/** Longest delay setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Maps wall time to simulated time: `simMs` was at `wallMs`, and `speed` simulated seconds pass per wall second. */
export class ScaledClock extends TimerClock {
  readonly #simMs: number;
  readonly #startedMs: number;
  readonly #onError: ClockErrorHandler;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #isStopped = false;

  constructor(options: { wallMs: number; simMs: number; speed: number; onError?: ClockErrorHandler }) {
    super(options.speed);
    // The wall is read once; from there a monotonic counter runs, so a corrected wall clock never turns time back.
    this.#simMs = options.simMs + (Date.now() - options.wallMs) * options.speed;
    this.#startedMs = performance.now();
    this.#onError = options.onError ?? failLoudly;
  }

  now(): number {
    return Math.floor(this.#simMs + (performance.now() - this.#startedMs) * this.speed);
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    let isCancelled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = (): void => {
      if (isCancelled || this.#isStopped) return;
      const delayMs = Math.max(0, Math.ceil((simMs - this.now()) / this.speed));
      timer = setTimeout(fire, Math.min(delayMs, MAX_DELAY_MS));
      this.#timers.add(timer);
    };
    const fire = (): void => {
      if (timer !== undefined) this.#timers.delete(timer);
      // Timers may fire a millisecond early, and long delays come in parts.
      if (this.now() < simMs) arm();
      else void this.#run(name, run);
    };
    arm();
    return () => {
      isCancelled = true;
      clearTimeout(timer);
      if (timer !== undefined) this.#timers.delete(timer);
    };
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #run(name: string, run: () => void | Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#onError(name, error);
    }
  }
}

function failLoudly(_name: string, error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
