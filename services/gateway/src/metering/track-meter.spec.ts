import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundaryValue } from './boundaries-between.ts';
import { trackMeter, type MeterReading, type MeterState, type MeterStep } from './track-meter.ts';

const INTERVAL_MS = 900_000;
const LIMITS = { maxPowerW: 100_000, resolutionWh: 1, tightMs: 15_000 };

function follow(readings: readonly MeterReading[]): {
  boundaries: BoundaryValue[];
  verdicts: MeterStep['verdict'][];
  state: MeterState | undefined;
} {
  let state: MeterState | undefined;
  const boundaries: BoundaryValue[] = [];
  const verdicts = readings.map((reading) => {
    const step = trackMeter(state, reading, LIMITS);
    state = step.state;
    boundaries.push(...step.boundaries);
    return step.verdict;
  });
  return { boundaries, verdicts, state };
}

describe('boundary values', () => {
  it('are the reading itself where it was taken at the boundary', () => {
    const { boundaries } = follow([
      { atMs: 0, importWh: 100, exportWh: 5 },
      { atMs: INTERVAL_MS, importWh: 350, exportWh: 6 },
    ]);
    expect(boundaries).toEqual([
      { atMs: 0, importWh: 100, exportWh: 5, quality: 'measured' },
      { atMs: INTERVAL_MS, importWh: 350, exportWh: 6, quality: 'measured' },
    ]);
  });

  it('are interpolated between the polls around a missed boundary, rounded down', () => {
    const { boundaries } = follow([
      { atMs: INTERVAL_MS - 5_000, importWh: 100, exportWh: 0 },
      { atMs: INTERVAL_MS + 5_000, importWh: 103, exportWh: 0 },
    ]);
    expect(boundaries).toEqual([{ atMs: INTERVAL_MS, importWh: 101, exportWh: 0, quality: 'measured' }]);
  });

  it('are estimated for every boundary of an outage', () => {
    const { boundaries } = follow([
      { atMs: INTERVAL_MS, importWh: 1_000, exportWh: 0 },
      { atMs: 4 * INTERVAL_MS + 60_000, importWh: 1_460, exportWh: 0 },
    ]);
    expect(boundaries.slice(1).map(({ importWh, quality }) => [importWh, quality])).toEqual([
      [1_150, 'estimated'],
      [1_300, 'estimated'],
      [1_450, 'estimated'],
    ]);
  });

  it('wait while the counter is held and are estimated when it was replaced', () => {
    const { boundaries, verdicts } = follow([
      { atMs: INTERVAL_MS - 5_000, importWh: 90_000, exportWh: 10 },
      { atMs: INTERVAL_MS, importWh: 2, exportWh: 10 },
      { atMs: INTERVAL_MS + 5_000, importWh: 3, exportWh: 10 },
      { atMs: INTERVAL_MS + 10_000, importWh: 4, exportWh: 11 },
    ]);
    expect(verdicts).toEqual(['accepted', 'held', 'held', 'replaced']);
    expect(boundaries).toEqual([{ atMs: INTERVAL_MS, importWh: 90_001, exportWh: 10, quality: 'estimated' }]);
  });

  it('C5 leave a reset between two boundaries exact, and say that the interval is not', () => {
    const { boundaries } = follow([
      { atMs: INTERVAL_MS, importWh: 90_000, exportWh: 0 },
      { atMs: INTERVAL_MS + 60_000, importWh: 0, exportWh: 0 },
      { atMs: INTERVAL_MS + 65_000, importWh: 1, exportWh: 0 },
      { atMs: INTERVAL_MS + 70_000, importWh: 2, exportWh: 0 },
      { atMs: 2 * INTERVAL_MS, importWh: 100, exportWh: 0 },
      { atMs: 3 * INTERVAL_MS, importWh: 200, exportWh: 0 },
    ]);
    expect(boundaries.map(({ importWh, quality, doubt }) => [importWh, quality, doubt])).toEqual([
      [90_000, 'measured', undefined],
      [90_100, 'measured', 'estimated'],
      [90_200, 'measured', undefined],
    ]);
  });

  it('C8 wait while counters stand still though power flows: what was counted meanwhile is spread over the time', () => {
    const frozen = [5, 10, 15].map((minute) => ({
      atMs: INTERVAL_MS + minute * 60_000,
      importWh: 1_000,
      exportWh: 0,
      powerW: 1_200,
    }));
    const { boundaries, verdicts } = follow([
      { atMs: INTERVAL_MS, importWh: 1_000, exportWh: 0, powerW: 1_200 },
      ...frozen,
      { atMs: 3 * INTERVAL_MS, importWh: 1_600, exportWh: 0, powerW: 1_200 },
    ]);
    expect(verdicts).toEqual(['accepted', 'accepted', 'frozen', 'frozen', 'accepted']);
    expect(boundaries.map(({ importWh, quality }) => [importWh, quality])).toEqual([
      [1_000, 'measured'],
      [1_240, 'estimated'],
      [1_600, 'measured'],
    ]);
  });

  it('C8 are followed by a suspect interval where a counter jumps by more than can have flowed since it was read', () => {
    const { boundaries } = follow([
      { atMs: INTERVAL_MS, importWh: 1_000, exportWh: 0 },
      { atMs: 2 * INTERVAL_MS, importWh: 1_000, exportWh: 0 },
      { atMs: 2 * INTERVAL_MS + 5_000, importWh: 1_400, exportWh: 0 },
      { atMs: 3 * INTERVAL_MS, importWh: 1_500, exportWh: 0 },
    ]);
    expect(boundaries.at(-1)).toMatchObject({ importWh: 1_500, doubt: 'suspect' });
  });

  it('C8 are followed by a suspect interval where a meter at little power was found frozen only after a boundary', () => {
    const still = { importWh: 1_000, exportWh: 0, powerW: 300 };
    const { boundaries, verdicts } = follow([
      { atMs: INTERVAL_MS, importWh: 990, exportWh: 0, powerW: 300 },
      { atMs: 2 * INTERVAL_MS - 60_000, ...still },
      { atMs: 2 * INTERVAL_MS, ...still },
      { atMs: 2 * INTERVAL_MS + 120_000, ...still },
      { atMs: 3 * INTERVAL_MS, importWh: 1_100, exportWh: 0, powerW: 300 },
    ]);
    expect(verdicts).toEqual(['accepted', 'accepted', 'accepted', 'frozen', 'accepted']);
    expect(boundaries.at(-1)).toMatchObject({ importWh: 1_100, quality: 'suspect' });
  });

  it('ignore a reading that is not newer than the last', () => {
    expect(
      follow([
        { atMs: 10, importWh: 1, exportWh: 1 },
        { atMs: 10, importWh: 1, exportWh: 1 },
      ]).verdicts,
    ).toEqual(['accepted', 'stale']);
  });

  it('telescope exactly: interval energies sum to the difference of the counters, with gaps anywhere', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 1, max: 2 * INTERVAL_MS }),
      powerW: fc.integer({ min: 0, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 80 }), (steps) => {
        let [atMs, wh] = [0, 1_000];
        const readings = steps.map(({ waitMs, powerW }) => {
          atMs += waitMs;
          wh += (powerW * waitMs) / 3_600_000;
          return { atMs, importWh: wh, exportWh: 0 };
        });
        const { boundaries, verdicts } = follow(readings);
        expect(new Set(verdicts)).toEqual(new Set(['accepted']));
        boundaries.slice(1).forEach((end, index) => {
          const start = boundaries[index]!;
          expect(end.atMs - start.atMs).toBe(INTERVAL_MS);
          expect(end.importWh).toBeGreaterThanOrEqual(start.importWh);
          expect(Number.isInteger(end.importWh)).toBe(true);
        });
      }),
    );
  });
});
