import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptCounter,
  counterValueWh,
  type CounterLimits,
  type CounterState,
  type CounterVerdict,
} from './accept-counter.ts';

const LIMITS: CounterLimits = { maxPowerW: 10_000, resolutionWh: 1, modulusWh: 2 ** 32 };
const POLL_MS = 5_000;

/** Feeds raw values, one per poll; gives the verdicts and the last state. */
function feed(
  values: readonly number[],
  limits = LIMITS,
): { verdicts: CounterVerdict['verdict'][]; state: CounterState } {
  let state: CounterState | undefined;
  const verdicts = values.map((rawWh, index) => {
    const step = acceptCounter(state, { atMs: index * POLL_MS, rawWh }, limits);
    state = step.state;
    return step.verdict;
  });
  if (state === undefined) throw new TypeError('feed at least one value');
  return { verdicts, state };
}

describe('C5 a register delta is accepted only where it is physically possible', () => {
  it('accepts what the connection can pass and holds what it cannot', () => {
    expect(feed([1_000, 1_014]).verdicts).toEqual(['accepted', 'accepted']);
    expect(feed([1_000, 1_040]).verdicts).toEqual(['accepted', 'held']);
  });

  it('counts the elapsed time from the last change, so that a register stuck for a minute may catch up', () => {
    const stuck = Array.from({ length: 12 }, () => 1_000);
    expect(feed([...stuck, 1_150]).verdicts.at(-1)).toBe('accepted');
  });

  it('continues over a wrap near the modulus', () => {
    const { verdicts, state } = feed([2 ** 32 - 6, 4]);
    expect(verdicts).toEqual(['accepted', 'wrapped']);
    expect(counterValueWh(state)).toBe(2 ** 32 + 4);
    expect(state.epoch).toBe(1);
  });

  it('holds a fall far from the modulus, then believes a counter that started again from zero', () => {
    const { verdicts, state } = feed([500_000, 3, 5, 9]);
    expect(verdicts).toEqual(['accepted', 'held', 'held', 'replaced']);
    expect(counterValueWh(state)).toBe(500_009);
  });

  it('changes nothing where a counter drops to zero and returns to its lifetime total', () => {
    const { verdicts, state } = feed([500_000, 0, 0, 500_010]);
    expect(verdicts).toEqual(['accepted', 'held', 'held', 'accepted']);
    expect(counterValueWh(state)).toBe(500_010);
    expect(state.epoch).toBe(0);
  });

  it('continues from the held value when a swapped meter brings a foreign total', () => {
    const { verdicts, state } = feed([500_000, 90_000, 90_004, 90_010]);
    expect(verdicts.at(-1)).toBe('replaced');
    expect(counterValueWh(state)).toBe(500_010);
  });

  it('never falls and never runs ahead of the connection, whatever the register shows', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(60), fc.nat(2 ** 32 - 1)), { minLength: 2, maxLength: 60 }), (values) => {
        let state: CounterState | undefined;
        values.forEach((rawWh, index) => {
          const before = state;
          state = acceptCounter(state, { atMs: index * POLL_MS, rawWh }, LIMITS).state;
          if (before === undefined) return;
          const grownWh = counterValueWh(state) - counterValueWh(before);
          const possibleWh = ((LIMITS.maxPowerW * (index * POLL_MS - before.changedAtMs)) / 3_600_000) * 1.1 + 3;
          expect(grownWh).toBeGreaterThanOrEqual(0);
          expect(grownWh).toBeLessThanOrEqual(possibleWh * 2);
        });
      }),
    );
  });

  it('follows an honest counter exactly through wraps, as a naive sum does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(14), { minLength: 1, maxLength: 200 }), fc.nat(9_999), (stepsWh, start) => {
        const modulusWh = 10_000;
        let total = start;
        const raws = [start, ...stepsWh.map((stepWh) => (total += stepWh) % modulusWh)];
        const { verdicts, state } = feed(raws, { ...LIMITS, modulusWh });
        expect(verdicts).not.toContain('held');
        expect(counterValueWh(state)).toBe(total);
      }),
    );
  });
});
