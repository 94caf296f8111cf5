import { Clock, type Cancel, type ClockErrorHandler, type Loop } from './abstract-clock.ts';
import { nextTick } from './next-tick.ts';

/** Options of a clock that starts at a simulated time. */
export interface ClockOptions {
  simMs: number;
  speed: number;
  onError?: ClockErrorHandler;
}

/** A clock whose loops are made of its one-shot timers. */
export abstract class TimerClock extends Clock {
  readonly speed: number;

  constructor(speed: number) {
    super();
    if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed ${speed}: give a positive number`);
    this.speed = speed;
  }

  every(loop: Loop, run: () => Promise<void>): Cancel {
    if (!(loop.periodS > 0)) throw new RangeError(`loop ${loop.name}: the period must be positive`);
    const periodMs = this.effectivePeriodS(loop.periodS) * 1000;
    const offsetMs = (loop.offsetS ?? 0) * 1000;
    let isCancelled = false;
    let cancelTimer: Cancel = () => undefined;
    const arm = (afterMs: number): void => {
      if (isCancelled) return;
      const tickMs = nextTick({ afterMs, periodMs, offsetMs });
      cancelTimer = this.at(tickMs, loop.name, async () => {
        try {
          await run();
        } finally {
          arm(Math.max(tickMs, this.now()));
        }
      });
    };
    // A loop begun exactly on its grid fires there.
    arm(this.now() - 1);
    return () => {
      isCancelled = true;
      cancelTimer();
    };
  }
}
