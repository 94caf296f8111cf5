import { describe, expect, it } from 'vitest';
import { buildDay, stepPath, sumOf } from './day-series.ts';
import { periodAt, usedOfCap } from './period-use.ts';

const start = '2026-07-06T12:00:00.000Z';
const HOUR_MS = 3_600_000;

describe('a day of a house', () => {
  it('counts chargers as used, and what nobody metered as nothing, never as zero', () => {
    const rows = buildDay(
      [
        { start, loadWh: 200, chargingWh: 50, generationWh: 700, quality: 'measured' },
        { start: '2026-07-06T12:15:00.000Z', quality: 'missing' },
        { start: '2026-07-06T12:30:00.000Z' },
      ],
      new Map([[Date.parse(start), 400]]),
    );
    expect(rows.map((row) => [row.usedWh, row.madeWh, row.soldWh])).toEqual([
      [250, 700, 400],
      [undefined, undefined, 0],
      [undefined, undefined, undefined],
    ]);
    expect([sumOf(rows, 'usedWh'), sumOf(rows.slice(1), 'usedWh')]).toEqual([250, undefined]);
  });

  it('is drawn in steps, with a gap where a value is missing', () => {
    expect(stepPath([2, 1, undefined, 1], { width: 4, height: 2, largest: 2 })).toBe('M0,0H1V1H2M3,1H4');
    expect(stepPath([], { width: 4, height: 2, largest: 2 })).toBe('');
  });
});

describe('the cap of a mandate', () => {
  it('counts in the period that an execution shows, from 1970 before the first', () => {
    const nowMs = Date.parse(start) + 20 * 60_000;
    const from = (batches: { kind: 'execute' | 'commit'; intervalStart: string }[]): string =>
      new Date(periodAt(nowMs, 4, batches).fromMs).toISOString();
    expect(from([])).toBe(start);
    expect(from([{ kind: 'commit', intervalStart: '2026-07-06T10:15:00.000Z' }])).toBe(start);
    expect(from([{ kind: 'execute', intervalStart: '2026-07-06T10:15:00.000Z' }])).toBe('2026-07-06T12:15:00.000Z');
    expect(periodAt(nowMs, 4, []).toMs - periodAt(nowMs, 4, []).fromMs).toBe(HOUR_MS);
  });

  it('is used by the net debit in the lane alone', () => {
    const bought = { onChain: true, amountMicro: 900 };
    expect(usedOfCap([bought, { onChain: false, amountMicro: 5_000 }, { onChain: true, amountMicro: -300 }])).toBe(600);
    expect(usedOfCap([{ onChain: true, amountMicro: -300 }])).toBe(0);
  });
});
