import type { Cancel, ClockErrorHandler } from './abstract-clock.ts';
import { TimerClock } from './timer-clock.ts';

/** Longest delay setTimeout takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Maps wall time to simulated time: `simMs` was at `wallMs`, and `speed` simulated seconds pass per wall second. */
export class ScaledClock extends TimerClock {
  readonly #simMs: number;
  readonly #startedMs: number;
  readonly #onError: ClockErrorHandler;
  readonly #timers = new Set<Cancel>();
  #isStopped = false;

  constructor(options: { wallMs: number; simMs: number; speed: number; onError?: ClockErrorHandler }) {
    super(options.speed);
    // The wall is read once; from there a monotonic counter runs, so a corrected wall clock never turns time back.
    // oxlint-disable-next-line no-restricted-properties -- the one place where simulated time meets the wall
    this.#simMs = options.simMs + (Date.now() - options.wallMs) * options.speed;
    this.#startedMs = performance.now();
    this.#onError = options.onError ?? failLoudly;
  }

  now(): number {
    return Math.floor(this.#simMs + (performance.now() - this.#startedMs) * this.speed);
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    let cancelTimer: Cancel = () => undefined;
    const arm = (): void => {
      this.#timers.delete(cancelTimer);
      if (this.#isStopped) return;
      // Timers may fire a millisecond early, and long delays come in parts.
      const delayMs = Math.min(Math.ceil((simMs - this.now()) / this.speed), MAX_DELAY_MS);
      cancelTimer = delayMs > 0 ? startTimer(arm, delayMs) : startImmediate(fire);
      this.#timers.add(cancelTimer);
    };
    const fire = (): void => {
      this.#timers.delete(cancelTimer);
      void this.#run(name, run);
    };
    arm();
    return () => {
      this.#timers.delete(cancelTimer);
      cancelTimer();
    };
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#timers) cancel();
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

function startTimer(run: () => void, delayMs: number): Cancel {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** A timer of 0 ms would take at least one; in a browser that is how it is. */
function startImmediate(run: () => void): Cancel {
  if (typeof setImmediate !== 'function') return startTimer(run, 0);
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

function failLoudly(_name: string, error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
