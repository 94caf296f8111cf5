import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundariesBetween } from './boundaries-between.ts';

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2017, 6, 17, 12);

describe('boundariesBetween', () => {
  it('lies on the line between two readings without powers', () => {
    const found = boundariesBetween(
      { atMs: NOON_MS - 10 * MINUTE_MS, importWh: 100, exportWh: 0 },
      { atMs: NOON_MS + 10 * MINUTE_MS, importWh: 120, exportWh: 0 },
      0,
    );
    expect(found).toEqual([{ atMs: NOON_MS, importWh: 110, exportWh: 0, quality: 'estimated' }]);
  });

  it('C5 lets the powers give the shape and the counter the total', () => {
    const before = { atMs: NOON_MS - MINUTE_MS, importWh: 1000, exportWh: 0, powerW: 600 };
    const after = { atMs: NOON_MS + MINUTE_MS, importWh: 1040, exportWh: 0, powerW: 1800 };
    expect(boundariesBetween(before, after, 5 * MINUTE_MS)[0]).toMatchObject({ importWh: 1010, quality: 'measured' });
  });

  it('C8 lets a power that came on in between claim no more than it can have used', () => {
    // 11 kW since a minute after the last reading, which had seen nothing yet.
    const before = { atMs: NOON_MS - 5 * MINUTE_MS, importWh: 0, exportWh: 0, powerW: 0 };
    const after = { atMs: NOON_MS + MINUTE_MS, importWh: 917, exportWh: 0, powerW: 11_000 };
    const [found] = boundariesBetween(before, after, 0);
    expect(Math.abs((found?.importWh ?? 0) - 733)).toBeLessThan(130);
  });

  it('is exact for a load that steps at the boundary, whenever the readings were taken', () => {
    const side = fc.record({ ms: fc.integer({ min: 1, max: 300_000 }), powerW: fc.integer({ min: 1, max: 20_000 }) });
    fc.assert(
      fc.property(side, side, (first, second) => {
        const whAfter = ({ ms, powerW }: { ms: number; powerW: number }): number => (powerW * ms) / 3_600_000;
        const before = { atMs: NOON_MS - first.ms, importWh: 5000 - whAfter(first), exportWh: 0, powerW: first.powerW };
        const after = {
          atMs: NOON_MS + second.ms,
          importWh: 5000 + whAfter(second),
          exportWh: 0,
          powerW: second.powerW,
        };
        const [found] = boundariesBetween(before, after, 600_000);
        expect(Math.abs((found?.importWh ?? 0) - 5000)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never leaves the counters around it', () => {
    const flowedWh = fc.integer({ min: 0, max: 1000 });
    const powerW = fc.integer({ min: -9000, max: 9000 });
    fc.assert(
      fc.property(flowedWh, flowedWh, fc.tuple(powerW, powerW), (importWh, exportWh, [firstW, secondW]) => {
        const before = { atMs: NOON_MS - MINUTE_MS, importWh: 50, exportWh: 70, powerW: firstW };
        const after = {
          atMs: NOON_MS + 2 * MINUTE_MS,
          importWh: 50 + importWh,
          exportWh: 70 + exportWh,
          powerW: secondW,
        };
        const [found] = boundariesBetween(before, after, 0);
        expect(found?.importWh).toBeGreaterThanOrEqual(50);
        expect(found?.importWh).toBeLessThanOrEqual(50 + importWh);
        expect(found?.exportWh).toBeGreaterThanOrEqual(70);
        expect(found?.exportWh).toBeLessThanOrEqual(70 + exportWh);
      }),
    );
  });
});
