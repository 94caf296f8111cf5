import { Clock, ScaledClock, type Cancel, type ClockErrorHandler, type Loop } from '@wattmesh/platform/clock';

interface Waiting {
  isCancelled: boolean;
  cancel: Cancel;
  arm(clock: Clock): Cancel;
}

/** A scaled clock that stands still until it is released: a community is made ready at its first instant. */
export class HeldClock extends Clock {
  readonly speed: number;
  readonly #simMs: number;
  readonly #onError: ClockErrorHandler;
  #waiting: Waiting[] = [];
  #running: ScaledClock | undefined;

  constructor(options: { simMs: number; speed: number; onError: ClockErrorHandler }) {
    super();
    this.speed = options.speed;
    this.#simMs = options.simMs;
    this.#onError = options.onError;
  }

  /** Lets time pass from now on. */
  release(): void {
    if (this.#running) return;
    const running = new ScaledClock({ wallMs: Date.now(), simMs: this.#simMs, speed: this.speed, onError: this.#onError });
    this.#running = running;
    for (const timer of this.#waiting) if (!timer.isCancelled) timer.cancel = timer.arm(running);
    this.#waiting = [];
  }

  now(): number {
    return this.#running?.now() ?? this.#simMs;
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    return this.#arm((clock) => clock.at(simMs, name, run));
  }

  every(loop: Loop, run: () => Promise<void>): Cancel {
    return this.#arm((clock) => clock.every(loop, run));
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  stop(): void {
    this.#waiting = [];
    this.#running?.stop();
  }

  #arm(arm: (clock: Clock) => Cancel): Cancel {
    if (this.#running) return arm(this.#running);
    const waiting: Waiting = { isCancelled: false, cancel: () => undefined, arm };
    this.#waiting.push(waiting);
    return () => {
      waiting.isCancelled = true;
      waiting.cancel();
    };
  }
}
