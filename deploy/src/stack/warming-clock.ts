import { Clock, ScaledClock, type Cancel, type ClockErrorHandler, type Loop } from '@wattmesh/platform/clock';

interface Timer {
  cancel: Cancel;
  arm(clock: Clock): Cancel;
}

/**
 * A scaled clock that runs at wall speed while a community is made ready, and at its own from its release on: however long
 * the making takes, little simulated time passes in it. `warmingMs` is where it starts, `startMs` where its release puts it.
 */
export class WarmingClock extends Clock {
  readonly speed: number;
  readonly #startMs: number;
  readonly #onError: ClockErrorHandler;
  readonly #timers = new Set<Timer>();
  #inner: ScaledClock;
  #isReleased = false;

  constructor(options: { warmingMs: number; startMs: number; speed: number; onError: ClockErrorHandler }) {
    super();
    this.speed = options.speed;
    this.#startMs = options.startMs;
    this.#onError = options.onError;
    this.#inner = new ScaledClock({ wallMs: Date.now(), simMs: options.warmingMs, speed: 1, onError: options.onError });
  }

  /** Lets time pass at its own speed, from the start or from now, whichever is later. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const simMs = Math.max(this.#startMs, this.#inner.now());
    this.#inner.stop();
    this.#inner = new ScaledClock({ wallMs: Date.now(), simMs, speed: this.speed, onError: this.#onError });
    for (const timer of this.#timers) timer.cancel = timer.arm(this.#inner);
  }

  now(): number {
    return this.#inner.now();
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    const timer = this.#keep((clock) =>
      clock.at(simMs, name, () => {
        this.#timers.delete(timer);
        return run();
      }),
    );
    return this.#cancelOf(timer);
  }

  every(loop: Loop, run: () => Promise<void>): Cancel {
    // The period follows the speed asked for, so that a loop keeps its pace over the release.
    const paced = { ...loop, periodS: this.effectivePeriodS(loop.periodS) };
    return this.#cancelOf(this.#keep((clock) => clock.every(paced, run)));
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  stop(): void {
    this.#timers.clear();
    this.#inner.stop();
  }

  #keep(arm: (clock: Clock) => Cancel): Timer {
    const timer: Timer = { cancel: () => undefined, arm };
    this.#timers.add(timer);
    timer.cancel = arm(this.#inner);
    return timer;
  }

  #cancelOf(timer: Timer): Cancel {
    return () => {
      this.#timers.delete(timer);
      timer.cancel();
    };
  }
}
