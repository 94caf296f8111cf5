import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INTERVAL_MS, intervalStartOf, ScaledClock, StepClock } from './clock.ts';
import { nextTick } from './next-tick.ts';

const START_MS = Date.UTC(2026, 6, 1);
const DAY_MS = 86_400_000;

describe('intervals', () => {
  it('start at the UTC quarter that holds the instant', () => {
    expect(intervalStartOf(START_MS + INTERVAL_MS - 1)).toBe(START_MS);
    expect(intervalStartOf(START_MS + INTERVAL_MS)).toBe(START_MS + INTERVAL_MS);
  });
});

describe('periods', () => {
  it.each([
    { speed: 1, periodS: 10, effectiveS: 10, expiryS: 60 },
    { speed: 60, periodS: 10, effectiveS: 15, expiryS: 75 },
    { speed: 300, periodS: 10, effectiveS: 75, expiryS: 375 },
    { speed: 300, periodS: 900, effectiveS: 900, expiryS: 4500 },
  ])('of $periodS s are $effectiveS s at speed $speed and expire after $expiryS s', (named) => {
    const clock = new StepClock({ simMs: START_MS, speed: named.speed });
    expect(clock.effectivePeriodS(named.periodS)).toBe(named.effectiveS);
    expect(clock.expiryS(named.periodS)).toBe(named.expiryS);
  });

  it('have their next tick on the grid, after the instant and by no more than a period', () => {
    const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
    const periods = fc.integer({ min: 1, max: DAY_MS });
    fc.assert(
      fc.property(times, periods, fc.integer({ min: 0, max: DAY_MS }), (afterMs, periodMs, offsetMs) => {
        const tick = nextTick({ afterMs, periodMs, offsetMs });
        expect(tick).toBeGreaterThan(afterMs);
        expect(tick).toBeLessThanOrEqual(afterMs + periodMs);
        expect(Math.abs(tick - offsetMs) % periodMs).toBe(0);
      }),
    );
  });

  it('refuse what would never come round', () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    expect(() => clock.every({ name: 'never', periodS: 0 }, () => Promise.resolve())).toThrow(RangeError);
    expect(() => new StepClock({ simMs: START_MS, speed: 0 })).toThrow(RangeError);
  });
});

describe('the step clock', () => {
  it('fires timers by time, then name, then insertion', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const log: string[] = [];
    const note = (text: string) => () => void log.push(text);
    clock.at(START_MS + 2, 'a', note('late'));
    clock.at(START_MS + 1, 'b', note('b first'));
    clock.at(START_MS + 1, 'b', note('b second'));
    clock.at(START_MS + 1, 'a', note('a'));
    clock.at(START_MS - 50, 'z', note('past'));
    await clock.runUntil(START_MS + 10);
    expect(log).toEqual(['past', 'a', 'b first', 'b second', 'late']);
    expect(clock.now()).toBe(START_MS + 10);
  });

  it('never turns back for a timer in the past and leaves later ones alone', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const times: number[] = [];
    clock.at(START_MS + 5, 'first', () => {
      clock.at(START_MS, 'past', () => void times.push(clock.now() - START_MS));
    });
    clock.at(START_MS + 11, 'later', () => void times.push(-1));
    await clock.runUntil(START_MS + 10);
    expect(times).toEqual([5]);
  });

  it('waits for work in flight, and for what that work starts, before the next timer', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const log: string[] = [];
    const slowly = async (text: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(text);
    };
    clock.at(START_MS + 1, 'a', () => {
      void clock.track(slowly('tracked')).then(() => clock.track(slowly('followed')));
    });
    clock.at(START_MS + 2, 'b', async () => {
      await slowly('callback');
    });
    clock.at(START_MS + 3, 'c', () => void log.push('last'));
    await clock.runUntil(START_MS + 10);
    expect(log).toEqual(['tracked', 'followed', 'callback', 'last']);
  });

  it('waits for tracked work that fails, and passes the failure on to its owner alone', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const work = clock.track(Promise.reject(new Error('mine')));
    await expect(work).rejects.toThrow('mine');
    await clock.runUntil(START_MS + 1);
    expect(clock.inFlight().count).toBe(0);
  });

  it('runs what shall come soon at the same time, when nothing is in flight', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const log: string[] = [];
    clock.at(START_MS + 1, 'a', async () => {
      clock.soon('!soon', () => void log.push(`soon ${clock.now() - START_MS}`));
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push('callback');
    });
    clock.at(START_MS + 1, 'b', () => void log.push('b'));
    await clock.runUntil(START_MS + 10);
    expect(log).toEqual(['callback', 'soon 1', 'b']);
  });

  it('tells what holds it', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    const held = Promise.withResolvers<void>();
    clock.at(START_MS, 'holder', () => held.promise);
    const running = clock.runUntil(START_MS + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.inFlight()).toEqual({ timers: ['holder'], count: 1 });
    await expect(clock.runUntil(START_MS + 1)).rejects.toThrow('runs already');
    held.resolve();
    await running;
  });

  it('fires loops at epoch multiples of the effective period, offset included', async () => {
    const clock = new StepClock({ simMs: START_MS + 1, speed: 60 });
    const ticksS: number[] = [];
    clock.every({ name: 'loop', periodS: 10, offsetS: 5 }, () => {
      ticksS.push((clock.now() - START_MS) / 1000);
      return Promise.resolve();
    });
    await clock.runUntil(START_MS + 60_000);
    expect(ticksS).toEqual([5, 20, 35, 50]);
  });

  it('fires a loop begun on its grid at once', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    let runs = 0;
    clock.every({ name: 'loop', periodS: 900 }, () => Promise.resolve(void (runs += 1)));
    await clock.runUntil(START_MS);
    expect(runs).toBe(1);
  });

  it('goes on with a loop that failed and reports the failure', async () => {
    const failures: string[] = [];
    const onError = (name: string, error: unknown): void => void failures.push(`${name}: ${String(error)}`);
    const clock = new StepClock({ simMs: START_MS, speed: 1, onError });
    let runs = 0;
    clock.every({ name: 'loop', periodS: 1 }, () => Promise.reject(new Error(`run ${(runs += 1)}`)));
    await clock.runUntil(START_MS + 1000);
    expect(failures).toEqual(['loop: Error: run 1', 'loop: Error: run 2']);
  });

  it('throws a failure that nobody takes out of runUntil', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    clock.at(START_MS, 'broken', () => Promise.reject(new Error('nobody listens')));
    await expect(clock.runUntil(START_MS + 1)).rejects.toThrow('nobody listens');
  });

  it('forgets cancelled timers and loops, and everything once stopped', async () => {
    const clock = new StepClock({ simMs: START_MS, speed: 1 });
    let fired = 0;
    const count = (): Promise<void> => Promise.resolve(void (fired += 1));
    clock.at(START_MS + 1, 'gone', count)();
    const cancel = clock.every({ name: 'gone', periodS: 1 }, async () => {
      await count();
      cancel();
    });
    await clock.runUntil(START_MS + 5000);
    expect(fired).toBe(1);
    clock.every({ name: 'stopped', periodS: 1 }, count);
    clock.stop();
    await clock.runUntil(START_MS + 9000);
    expect(fired).toBe(1);
  });
});

describe('the scaled clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START_MS }));
  afterEach(() => void vi.useRealTimers());

  it('maps wall time to simulated time at its speed, from the instant it was given', async () => {
    const clock = new ScaledClock({ wallMs: START_MS - 1000, simMs: 0, speed: 60 });
    expect(clock.now()).toBe(60_000);
    await vi.advanceTimersByTimeAsync(500);
    expect(clock.now()).toBe(90_000);
    clock.stop();
  });

  it('does not turn back when the wall clock is set back', async () => {
    const clock = new ScaledClock({ wallMs: START_MS, simMs: START_MS, speed: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    const before = clock.now();
    vi.setSystemTime(START_MS - DAY_MS);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    clock.stop();
  });

  it('fires neither early nor at once where the delay is beyond what a timer takes', async () => {
    const clock = new ScaledClock({ wallMs: START_MS, simMs: START_MS, speed: 1 });
    const dueMs = START_MS + 60 * DAY_MS;
    let firedMs = 0;
    clock.at(dueMs, 'far', () => void (firedMs = clock.now()));
    await vi.advanceTimersByTimeAsync(59.9 * DAY_MS);
    expect(firedMs).toBe(0);
    await vi.advanceTimersByTimeAsync(0.2 * DAY_MS);
    expect(firedMs).toBeGreaterThanOrEqual(dueMs);
    expect(firedMs).toBeLessThan(dueMs + 1000);
    clock.stop();
  });

  it('never overlaps the runs of a loop and falls back on the grid after a long one', async () => {
    const clock = new ScaledClock({ wallMs: START_MS, simMs: START_MS, speed: 1 });
    const startsS: number[] = [];
    let running = 0;
    clock.every({ name: 'loop', periodS: 10 }, async () => {
      expect((running += 1)).toBe(1);
      startsS.push(Math.round((clock.now() - START_MS) / 1000));
      await new Promise((resolve) => setTimeout(resolve, startsS.length === 2 ? 25_000 : 1000));
      running -= 1;
    });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(startsS).toEqual([0, 10, 40, 50, 60]);
    clock.stop();
  });

  it('runs what shall come soon at once', async () => {
    const clock = new ScaledClock({ wallMs: START_MS, simMs: START_MS, speed: 1 });
    let ran = false;
    clock.soon('soon', () => void (ran = true));
    await Promise.resolve();
    await Promise.resolve();
    expect(ran).toBe(true);
    clock.stop();
  });

  it('fires a past time as soon as possible, a cancelled one never, and none once stopped', async () => {
    const clock = new ScaledClock({ wallMs: START_MS, simMs: START_MS, speed: 1 });
    const log: string[] = [];
    clock.at(0, 'past', () => void log.push('past'));
    clock.at(START_MS + 10, 'cancelled', () => void log.push('cancelled'))();
    clock.at(START_MS + 2000, 'stopped', () => void log.push('stopped'));
    await vi.advanceTimersByTimeAsync(1000);
    clock.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(['past']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
