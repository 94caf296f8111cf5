import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WarmingClock } from './warming-clock.ts';

const START_MS = Date.UTC(2017, 6, 17, 16);
const aClock = () =>
  new WarmingClock({
    warmingMs: START_MS - 600_000,
    startMs: START_MS,
    speed: 3600,
    onError: (_name, error) => expect.unreachable(String(error)),
  });

describe('a clock that warms up', () => {
  it('lets hardly any time pass until its release, and then begins at the start', () => {
    const clock = aClock();
    expect(clock.now() - (START_MS - 600_000)).toBeLessThan(5000);
    clock.release();
    expect(clock.now()).toBeGreaterThanOrEqual(START_MS);
    clock.stop();
  });

  it('keeps one-shot timers, loops and cancellations over its release', async () => {
    const clock = aClock();
    const fired: string[] = [];
    clock.at(clock.now(), 'early', () => void fired.push('early'));
    clock.at(START_MS + 60_000, 'late', () => void fired.push('late'));
    const cancel = clock.at(START_MS + 60_000, 'cancelled', () => void fired.push('cancelled'));
    clock.every({ name: 'loop', periodS: 60 }, async () => void fired.push('loop'));
    await sleep(20);
    expect(fired).toContain('early');
    cancel();
    clock.release();
    await sleep(700);
    clock.stop();
    expect(fired.filter((name) => name === 'early')).toHaveLength(1);
    expect(fired.filter((name) => name === 'late')).toHaveLength(1);
    expect(fired.filter((name) => name === 'loop').length).toBeGreaterThanOrEqual(1);
    expect(fired).not.toContain('cancelled');
  });
});
