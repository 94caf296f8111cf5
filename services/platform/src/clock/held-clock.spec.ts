import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldClock } from './clock.ts';

const WALL_MS = Date.UTC(2026, 10, 1);
const START_MS = Date.UTC(2017, 6, 17, 16);
const LEAD_MS = 600_000;
const SPEED = 60;

const aClock = (options: { startMs?: number; speed?: number } = {}) =>
  new HeldClock({
    wallMs: Date.now(),
    simMs: START_MS - LEAD_MS,
    startMs: START_MS,
    speed: SPEED,
    onError: (_name, error) => expect.unreachable(String(error)),
    ...options,
  });

beforeEach(() => void vi.useFakeTimers({ now: WALL_MS }));
afterEach(() => void vi.useRealTimers());

describe('a held clock', () => {
  it('runs at wall speed until its release, and from the start at its own', async () => {
    const clock = aClock();
    await vi.advanceTimersByTimeAsync(5000);
    expect(clock.now()).toBe(START_MS - LEAD_MS + 5000);
    expect(clock.release()).toEqual({ wallMs: WALL_MS + 5000, simMs: START_MS });
    expect(clock.now()).toBe(START_MS);
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.now()).toBe(START_MS + SPEED * 1000);
    clock.stop();
  });

  it('goes on from where it is when the making took longer than the time before the start', async () => {
    const clock = aClock();
    await vi.advanceTimersByTimeAsync(LEAD_MS + 7000);
    expect(clock.release()).toEqual({ wallMs: WALL_MS + LEAD_MS + 7000, simMs: START_MS + 7000 });
    clock.stop();
  });

  it('keeps the pace of the wall until it is released', () => {
    const clock = aClock();
    expect(clock.pace).toBe(1);
    clock.release();
    expect(clock.pace).toBe(SPEED);
    clock.stop();
  });

  it('is released once: a second release changes nothing', async () => {
    const clock = aClock();
    const mapping = clock.release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.release({ wallMs: 0, simMs: START_MS + 9_000_000 })).toEqual(mapping);
    expect(clock.now()).toBe(START_MS + SPEED * 1000);
    clock.stop();
  });

  it('never turns back, and lets what is due by its own time not wait for a mapping that lies behind', async () => {
    const clock = aClock();
    const log: string[] = [];
    await vi.advanceTimersByTimeAsync(3000);
    const before = clock.now();
    clock.release({ wallMs: Date.now(), simMs: before - SPEED * 1000 });
    clock.at(before, 'due', () => void log.push('due'));
    clock.at(before + 1, 'later', () => void log.push('later'));
    await vi.advanceTimersByTimeAsync(500);
    expect(clock.now()).toBe(before);
    expect(log).toEqual(['due']);
    await vi.advanceTimersByTimeAsync(600);
    expect(clock.now()).toBe(before + SPEED * 100);
    expect(log).toEqual(['due', 'later']);
    clock.stop();
  });

  it('keeps one-shot timers, loops and cancellations over its release', async () => {
    const clock = aClock();
    const log: string[] = [];
    const note = (name: string) => () => void log.push(`${name} ${Math.round((clock.now() - START_MS) / 1000)}`);
    clock.at(clock.now(), 'early', note('early'));
    clock.at(START_MS + 60_000, 'late', note('late'));
    const cancel = clock.at(START_MS + 60_000, 'cancelled', note('cancelled'));
    clock.every({ name: 'loop', periodS: 60 }, () => Promise.resolve(note('loop')()));
    await vi.advanceTimersByTimeAsync(1000);
    cancel();
    clock.release();
    await vi.advanceTimersByTimeAsync(3500);
    clock.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(['early -600', 'loop -600', 'loop 0', 'late 60', 'loop 60', 'loop 120', 'loop 180']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not overlap a loop that runs while it is released', async () => {
    const clock = aClock();
    let [running, runs] = [0, 0];
    clock.every({ name: 'loop', periodS: 15 }, async () => {
      expect((running += 1)).toBe(1);
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 800));
      running -= 1;
    });
    await vi.advanceTimersByTimeAsync(100);
    clock.release();
    await vi.advanceTimersByTimeAsync(3000);
    expect(runs).toBe(4);
    clock.stop();
  });

  it('has the periods of its own speed before and after', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          speed: fc.constantFrom(1, 7.5, 60, 3600),
          periodS: fc.integer({ min: 1, max: 1200 }),
          heldMs: fc.integer({ min: 0, max: 20_000 }),
        }),
        async ({ speed, periodS, heldMs }) => {
          const clock = aClock({ speed });
          const periodMs = clock.effectivePeriodS(periodS) * 1000;
          const ticks: number[] = [];
          clock.every({ name: 'loop', periodS }, () => Promise.resolve(void ticks.push(clock.now())));
          await vi.advanceTimersByTimeAsync(heldMs);
          clock.release();
          const releasedMs = clock.now();
          await vi.advanceTimersByTimeAsync(Math.ceil((5 * periodMs) / speed));
          clock.stop();
          // What fell due in the leap to the start fires there; timers fire by the wall's whole milliseconds.
          const lateMs = 3 * speed;
          const after = ticks.filter((tickMs) => tickMs > releasedMs + lateMs);
          expect(after.length).toBeGreaterThanOrEqual(4);
          for (const tickMs of after) expect(tickMs % periodMs).toBeLessThanOrEqual(lateMs);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('held clocks released with one mapping', () => {
  it('are never turned back, and agree as soon as it has come up with them', async () => {
    const ms = fc.integer({ min: 0, max: 30_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(ms, { minLength: 1, maxLength: 4 }), fc.array(ms), ms, async (delays, waits, simMs) => {
        const launcher = aClock();
        const children = delays.map(() => aClock());
        await vi.advanceTimersByTimeAsync(delays[0] ?? 0);
        const mapping = { ...launcher.release(), ...(simMs % 2 ? { simMs: START_MS - LEAD_MS + simMs } : {}) };
        const clocks = [...children, new HeldClock({ wallMs: mapping.wallMs, simMs: 0, speed: SPEED })];
        let before = clocks.map((clock) => clock.now());
        for (const [index, clock] of clocks.entries()) {
          const heldMs = clock.now();
          clock.release(mapping);
          expect(clock.now()).toBeGreaterThanOrEqual(heldMs);
          // The message comes to each at another time.
          await vi.advanceTimersByTimeAsync(delays[index] ?? 0);
        }
        for (const waitMs of waits) {
          await vi.advanceTimersByTimeAsync(waitMs);
          const now = clocks.map((clock) => clock.now());
          now.forEach((nowMs, index) => expect(nowMs).toBeGreaterThanOrEqual(before[index] ?? 0));
          before = now;
        }
        await vi.advanceTimersByTimeAsync(120_000);
        const mappedMs = mapping.simMs + (Date.now() - mapping.wallMs) * SPEED;
        for (const clock of clocks) expect(Math.abs(clock.now() - mappedMs)).toBeLessThanOrEqual(1);
        for (const clock of [launcher, ...clocks]) clock.stop();
      }),
      { numRuns: 50 },
    );
  });
});
