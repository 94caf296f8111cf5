import { describe, expect, it } from 'vitest';
import { advanceBreaker, CLOSED, jitterOf, type BreakerState } from './advance-breaker.ts';

const effectiveS = (periodS: number): number => periodS;

function fail(times: number, jitter = 0): BreakerState {
  let state = CLOSED;
  for (let index = 0; index < times; index += 1)
    state = advanceBreaker(state, 'failure', { nowMs: 0, jitter, effectiveS });
  return state;
}

describe('C20 circuit breaker of a device', () => {
  it('opens after three failures and doubles its wait up to five minutes', () => {
    expect([2, 3, 4, 5, 20].map((times) => fail(times).openUntilMs)).toEqual([0, 2_000, 4_000, 8_000, 300_000]);
  });

  it('closes with the first answer', () => {
    expect(advanceBreaker(fail(5), 'success', { nowMs: 0, jitter: 0, effectiveS })).toEqual(CLOSED);
  });

  it('C21 adds up to a quarter of jitter, another for each device, the same in every run', () => {
    expect(fail(3, 1).openUntilMs).toBe(2_500);
    const jitters = Array.from({ length: 100 }, (_, index) => jitterOf(`home-${index}-ess:3`));
    expect(new Set(jitters).size).toBe(100);
    expect(Math.min(...jitters)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...jitters)).toBeLessThan(1);
  });
});
