import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReversionControl, startReversion, stepReversion } from './step-reversion.ts';

const control: ReversionControl = {
  enable: 'Ena',
  value: 'W',
  seconds: 'Tms',
  revertEnable: 'EnaRvrt',
  revertValue: 'WRvrt',
  remaining: 'Rem',
};
const values = { Ena: 1, W: 500, Tms: 60, EnaRvrt: 1, WRvrt: 0 };
const written = new Set(['Ena', 'W']);

describe('reversion of a control', () => {
  it('REV-1 reverts to its value when the time is over', () => {
    const dueMs = startReversion(control, { values, written, nowMs: 1000 }, undefined);
    expect(dueMs).toBe(61_000);
    expect(stepReversion(control, values, { dueMs, nowMs: 60_999 })).toEqual({ dueMs, changes: { Rem: 1 } });
    expect(stepReversion(control, values, { dueMs, nowMs: 61_000 })).toEqual({
      dueMs: undefined,
      changes: { W: 0, Ena: 1, Rem: 0 },
    });
  });

  it('REV-1 disables where the reversion enable says so, or where there is no value to revert to', () => {
    const disabled = stepReversion(control, { ...values, EnaRvrt: 0 }, { dueMs: 5, nowMs: 5 });
    expect(disabled.changes['Ena']).toBe(0);
    const plain = { enable: 'Ena', value: 'W', seconds: 'Tms' };
    expect(stepReversion(plain, values, { dueMs: 5, nowMs: 5 }).changes).toEqual({ Ena: 0 });
  });

  it('REV-1 keeps a fallback in force where the map has no reversion enable', () => {
    const fallback = { enable: 'Ena', value: 'W', seconds: 'Tms', revertValue: 'WRvrt' };
    expect(stepReversion(fallback, values, { dueMs: 5, nowMs: 5 }).changes).toEqual({ W: 0, Ena: 1 });
  });

  it('REV-2 counts from the latest write of enable, value or time', () => {
    const first = startReversion(control, { values, written, nowMs: 0 }, undefined);
    const refreshed = startReversion(control, { values, written, nowMs: 20_000 }, first);
    expect(refreshed).toBe(80_000);
    const shortened = startReversion(
      control,
      { values: { ...values, Tms: 10 }, written: new Set(['Tms']), nowMs: 30_000 },
      refreshed,
    );
    expect(shortened).toBe(40_000);
    expect(startReversion(control, { values, written: new Set(['WRvrt']), nowMs: 31_000 }, shortened)).toBe(40_000);
  });

  it('REV-3 is cancelled by disabling and by a time of 0', () => {
    const cancel = (change: Record<string, number>) =>
      startReversion(
        control,
        { values: { ...values, ...change }, written: new Set(Object.keys(change)), nowMs: 9 },
        60_000,
      );
    expect([cancel({ Ena: 0 }), cancel({ Tms: 0 })]).toEqual([undefined, undefined]);
  });

  it('counts down without a gap and reverts exactly once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 200, max: 5000 }), (seconds, stepMs) => {
        let dueMs = startReversion(control, { values: { ...values, Tms: seconds }, written, nowMs: 0 }, undefined);
        let reverted = 0;
        for (let nowMs = 0; nowMs <= seconds * 1000 + 2 * stepMs; nowMs += stepMs) {
          const step = stepReversion(control, values, { dueMs, nowMs });
          expect(step.changes['Rem']).toBe(Math.max(0, Math.ceil(seconds - nowMs / 1000)));
          if ('Ena' in step.changes) reverted += 1;
          dueMs = step.dueMs;
        }
        expect(reverted).toBe(1);
      }),
      { numRuns: 30 },
    );
  });
});
