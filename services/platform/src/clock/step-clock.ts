import type { Cancel, ClockErrorHandler } from './abstract-clock.ts';
import { TimerClock, type ClockOptions } from './timer-clock.ts';

interface Timer {
  simMs: number;
  name: string;
  insertion: number;
  run: () => void | Promise<void>;
}

/** Turns of the event loop without new work after which nothing is taken to be in flight. */
const QUIET_TURNS = 3;

/**
 * Jumps from timer to timer. Timers fire one at a time in the order (time, name, insertion), each only when nothing is
 * in flight: every tracked promise and every earlier callback has settled.
 */
export class StepClock extends TimerClock {
  readonly #onError: ClockErrorHandler;
  readonly #timers: Timer[] = [];
  readonly #failures: unknown[] = [];
  readonly #running: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #nowMs: number;
  #insertions = 0;
  #inFlight = 0;
  #starts = 0;
  #isStepping = false;
  #isStopped = false;

  constructor(options: ClockOptions) {
    super(options.speed);
    this.#nowMs = options.simMs;
    this.#onError = options.onError ?? ((_name, error) => void this.#failures.push(error));
  }

  now(): number {
    return this.#nowMs;
  }

  at(simMs: number, name: string, run: () => void | Promise<void>): Cancel {
    if (this.#isStopped) return () => undefined;
    const timer: Timer = { simMs: Math.max(simMs, this.#nowMs), name, insertion: this.#insertions++, run };
    const after = this.#timers.findLastIndex((other) => isBefore(other, timer));
    this.#timers.splice(after + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  override soon(name: string, run: () => void | Promise<void>): void {
    this.at(this.#nowMs, name, run);
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    this.#starts += 1;
    const settle = (): void => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#waiting.splice(0)) wake();
    };
    work.then(settle, settle);
    return work;
  }

  /** Fires every timer due up to the simulated time and leaves the clock there, with nothing in flight. */
  async runUntil(simMs: number): Promise<void> {
    if (this.#isStepping) throw new Error('the step clock runs already: await the earlier runUntil first');
    this.#isStepping = true;
    try {
      for (;;) {
        await this.settled();
        this.#throwFailures();
        const next = this.#timers[0];
        if (this.#isStopped || next === undefined || next.simMs > simMs) break;
        this.#timers.shift();
        this.#nowMs = Math.max(this.#nowMs, next.simMs);
        void this.track(this.#run(next));
      }
      if (!this.#isStopped) this.#nowMs = Math.max(this.#nowMs, simMs);
    } finally {
      this.#isStepping = false;
    }
  }

  /** Resolves when nothing is in flight. Timers due now have not fired: `runUntil(now())` fires them. */
  async settled(): Promise<void> {
    let quietTurns = 0;
    while (quietTurns < QUIET_TURNS) {
      if (this.#inFlight > 0) await new Promise<void>((wake) => this.#waiting.push(wake));
      const starts = this.#starts;
      await nextTurn();
      quietTurns = this.#inFlight === 0 && this.#starts === starts ? quietTurns + 1 : 0;
    }
  }

  /** What holds the clock: names of running timers, and how many promises are tracked in all. */
  inFlight(): { timers: readonly string[]; count: number } {
    return { timers: [...this.#running], count: this.#inFlight };
  }

  stop(): void {
    this.#isStopped = true;
    this.#timers.length = 0;
  }

  async #run(timer: Timer): Promise<void> {
    this.#running.push(timer.name);
    try {
      await timer.run();
    } catch (error) {
      this.#onError(timer.name, error);
    } finally {
      this.#running.splice(this.#running.indexOf(timer.name), 1);
    }
  }

  #throwFailures(): void {
    if (this.#failures.length > 0) throw this.#failures.shift();
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  if (one.simMs !== other.simMs) return one.simMs < other.simMs;
  if (one.name !== other.name) return one.name < other.name;
  return one.insertion < other.insertion;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
