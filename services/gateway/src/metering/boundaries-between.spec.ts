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

  it('is exact for a load that steps at the boundary, whenever the readings were taken', () => {
    const time = fc.integer({ min: 1, max: 300_000 });
    fc.assert(
      fc.property(
        time,
        time,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (beforeMs, afterMs, firstW, secondW) => {
          const at = (ms: number): number => 5000 + (ms < 0 ? firstW * ms : secondW * ms) / 3_600_000;
          const before = { atMs: NOON_MS - beforeMs, importWh: at(-beforeMs), exportWh: 0, powerW: firstW };
          const after = { atMs: NOON_MS + afterMs, importWh: at(afterMs), exportWh: 0, powerW: secondW };
          const [found] = boundariesBetween(before, after, 600_000);
          expect(Math.abs((found?.importWh ?? 0) - 5000)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('never leaves the counters around it', () => {
    const wh = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(
        wh,
        wh,
        fc.integer({ min: -9000, max: 9000 }),
        fc.integer({ min: -9000, max: 9000 }),
        (imported, exported, firstW, secondW) => {
          const before = { atMs: NOON_MS - MINUTE_MS, importWh: 50, exportWh: 70, powerW: firstW };
          const after = {
            atMs: NOON_MS + 2 * MINUTE_MS,
            importWh: 50 + imported,
            exportWh: 70 + exported,
            powerW: secondW,
          };
          const [found] = boundariesBetween(before, after, 0);
          expect(found?.importWh).toBeGreaterThanOrEqual(50);
          expect(found?.importWh).toBeLessThanOrEqual(50 + imported);
          expect(found?.exportWh).toBeGreaterThanOrEqual(70);
          expect(found?.exportWh).toBeLessThanOrEqual(70 + exported);
        },
      ),
    );
  });
});
