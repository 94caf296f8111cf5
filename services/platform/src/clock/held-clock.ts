import type { Cancel, ClockErrorHandler } from './abstract-clock.ts';
import { ScaledClock } from './scaled-clock.ts';
import { TimerClock } from './timer-clock.ts';

/** Simulated time `simMs` was at the wall time `wallMs`. */
export interface ClockMapping {
  readonly wallMs: number;
  readonly simMs: number;
}

interface Timer {
  readonly simMs: number;
  readonly name: string;
  readonly fire: () => void | Promise<void>;
  cancel: Cancel;
}

/**
 * A scaled clock held back while a community is made ready: it runs at wall speed, with the periods of its own, until it is
 * released. From then on all clocks released with one mapping agree, to the millisecond of the wall. It never turns back.
 */
export class HeldClock extends TimerClock {
  readonly #startMs: number;
  readonly #handler: { onError?: ClockErrorHandler };
  readonly #timers = new Set<Timer>();
  #inner: ScaledClock;
  #mapping: ClockMapping | undefined;
  #floorMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  /** A release without a mapping lets time pass from `startMs` on, or from where the clock then is, whichever is later. */
  constructor(options: {
    wallMs: number;
    simMs: number;
    speed: number;
    startMs?: number;
    onError?: ClockErrorHandler;
  }) {
    super(options.speed);
    const { wallMs, simMs, startMs = simMs, onError } = options;
    this.#startMs = startMs;
    this.#handler = onError === undefined ? {} : { onError };
    this.#inner = new ScaledClock({ wallMs, simMs, speed: 1, ...this.#handler });
  }

  /** Lets time pass at its own speed. Answers the mapping that holds from now on, for the clocks of other processes. */
  release(mapping?: ClockMapping): ClockMapping {
    if (this.#mapping !== undefined) return this.#mapping;
    this.#floorMs = this.now();
    // oxlint-disable-next-line no-restricted-properties -- simulated time meets the wall
    this.#mapping = mapping ?? { wallMs: Date.now(), simMs: Math.max(this.#startMs, this.#floorMs) };
    this.#inner.stop();
    this.#inner = new ScaledClock({ ...this.#mapping, speed: this.speed, ...this.#handler });
    for (const timer of this.#timers) this.#arm(timer);
    return this.#mapping;
  }

  override get pace(): number {
    return this.#mapping === undefined ? 1 : this.speed;
  }

  now(): number {
    return Math.max(this.#floorMs, this.#inner.now());
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    if (this.#isStopped) return () => undefined;
    const fire = (): void | Promise<void> => {
      this.#timers.delete(timer);
      return run();
    };
    const timer: Timer = { simMs, name, fire, cancel: () => undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => {
      this.#timers.delete(timer);
      timer.cancel();
    };
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timers.clear();
    this.#inner.stop();
  }

  #arm(timer: Timer): void {
    // Right after a release the mapping may lie behind this clock: what is due by its own time does not wait for the mapping.
    const dueMs = timer.simMs <= this.now() ? Number.NEGATIVE_INFINITY : timer.simMs;
    timer.cancel = this.#inner.at(dueMs, timer.name, timer.fire);
  }
}
