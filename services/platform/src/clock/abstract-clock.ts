/** Takes back a timer or a loop; calling it twice is harmless. */
export type Cancel = () => void;

/** A periodic piece of work: period and offset in simulated seconds. */
export interface Loop {
  name: string;
  periodS: number;
  offsetS?: number;
}

/** Receives what a timer or loop threw; without one the clock fails loudly. */
export type ClockErrorHandler = (name: string, error: unknown) => void;

const WALL_FLOOR_S = 0.25;
const EXPIRY_FLOOR_S = 60;
const EXPIRY_PERIODS = 5;

/** Source of all time: simulated epoch milliseconds, timers and loops in simulated time. */
export abstract class Clock {
  /** Simulated seconds per wall second. */
  abstract readonly speed: number;

  /** Simulated seconds that pass per wall second now; a clock that is held back runs slower than its speed. */
  get pace(): number {
    return this.speed;
  }

  abstract now(): number;

  /** Runs once at the simulated time; a past time fires as soon as possible. */
  abstract at(simMs: number, name: string, run: () => void | Promise<void>): Cancel;

  /** Work the step clock must wait for before it moves on. */
  abstract track<T>(work: Promise<T>): Promise<T>;

  abstract stop(): void;

  /** Runs at epoch multiples of the effective period (plus offset); a run never overlaps the previous one. */
  abstract every(loop: Loop, run: () => Promise<void>): Cancel;

  /** Runs without waiting for time to pass: at once, and on a step clock when nothing is in flight. It must not reject. */
  soon(_name: string, run: () => void | Promise<void>): void {
    void this.track(Promise.resolve().then(run));
  }

  /** The declared period, but never below a quarter of a second of wall time. */
  effectivePeriodS(periodS: number): number {
    return Math.max(periodS, WALL_FLOOR_S * this.speed);
  }

  /** Simulated seconds after which something renewed every period counts as gone. */
  expiryS(periodS: number): number {
    return Math.max(EXPIRY_FLOOR_S, EXPIRY_PERIODS * this.effectivePeriodS(periodS));
  }

  /** Simulated time as an ISO 8601 instant in UTC. */
  nowIso(): string {
    return new Date(this.now()).toISOString();
  }
}
