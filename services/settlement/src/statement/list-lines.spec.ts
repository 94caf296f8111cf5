import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listLines, type DatedRow } from './list-lines.ts';

const aRow = fc
  .record({ tradeMicro: fc.integer(), supplyMicro: fc.integer(), receivableMicro: fc.nat(), quarter: fc.nat(95) })
  .map(({ quarter, ...row }): DatedRow => ({
    memberId: 'home-1',
    run: 'final',
    intervalStart: new Date(quarter * 900_000).toISOString(),
    ...row,
  }));

describe('listLines', () => {
  it('adds up to the micro-unit, and over any split of the range', () => {
    fc.assert(
      fc.property(fc.array(aRow), fc.nat(96), (rows, cut) => {
        const at = new Date(cut * 900_000).toISOString();
        const whole = listLines(rows);
        const parts = [rows.filter((row) => row.intervalStart < at), rows.filter((row) => row.intervalStart >= at)].map(
          listLines,
        );
        expect(whole.lines.reduce((all, line) => all + line.amountMicro, 0)).toBe(whole.totalMicro);
        expect(whole.neighboursMicro + whole.supplyMicro).toBe(whole.totalMicro);
        expect(parts[0]!.totalMicro + parts[1]!.totalMicro).toBe(whole.totalMicro);
        expect([...parts[0]!.lines, ...parts[1]!.lines]).toEqual(whole.lines);
      }),
    );
  });
});
