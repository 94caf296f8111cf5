import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByInterval } from './group-lines.ts';
import { readStatementSearch } from './statement-search.ts';
import { soldByInterval, sumByMatter } from './sum-lines.ts';
import { aLine } from './testing/a-line.ts';

const later = '2026-07-06T12:15:00.000Z';

describe('groupByInterval', () => {
  it('puts the newest interval first and its lines in the order of their booking', () => {
    const groups = groupByInterval([
      aLine({ lineId: 'final', run: 'final', bookedAt: '2026-07-06T13:05:00.000Z', amountMicro: 500 }),
      aLine({ lineId: 'first' }),
      aLine({ lineId: 'other', intervalStart: later }),
    ]);
    expect(groups.map((group) => group.lines.map((line) => line.lineId))).toEqual([['other'], ['first', 'final']]);
    expect(groups.map((group) => group.amountMicro)).toEqual([-60_000, -59_500]);
  });

  it('is on chain only as far as the line that is least', () => {
    const finalityOf = (...finalities: ('soft' | 'final' | undefined)[]) =>
      groupByInterval(finalities.map((finality) => aLine(finality === undefined ? {} : { finality })))[0]?.finality;
    expect(finalityOf('final', 'final')).toBe('final');
    expect(finalityOf('final', 'soft')).toBe('soft');
    expect(finalityOf('final', undefined)).toBe('none');
  });

  it('neither loses nor adds money', () => {
    const starts = fc.constantFrom('2026-07-06T12:00:00.000Z', later);
    const lines = fc.array(fc.record({ intervalStart: starts, amountMicro: fc.integer() }));
    fc.assert(
      fc.property(lines, (fields) => {
        const groups = groupByInterval(fields.map((each) => aLine(each)));
        const sum = (amounts: readonly { amountMicro: number }[]) =>
          amounts.reduce((all, one) => all + one.amountMicro, 0);
        expect(sum(groups)).toBe(sum(fields));
      }),
    );
  });
});

describe('sumByMatter', () => {
  it('adds a correction to what it corrects, and counts a neighbour once', () => {
    const { energyWh: _, ...correction } = aLine({ kind: 'correction', energyDeltaWh: -10, amountMicro: 1_500 });
    const sums = sumByMatter([aLine(), aLine({ intervalStart: later }), correction]);
    expect(sums.sold).toEqual({ energyWh: 790, amountMicro: -118_500, partners: 1 });
    expect(sums.bought).toEqual({ energyWh: 0, amountMicro: 0, partners: 0 });
    expect([...soldByInterval([aLine(), correction])]).toEqual([[Date.parse('2026-07-06T12:00:00.000Z'), 390]]);
  });

  it('leaves a receivable pair out: it moves a debt, not energy', () => {
    const pair = [-700, 700].map((amountMicro) => aLine({ kind: 'receivable', matter: 'bought', amountMicro }));
    expect(sumByMatter(pair).bought).toEqual({ energyWh: 0, amountMicro: 0, partners: 0 });
  });
});

describe('readStatementSearch', () => {
  it('keeps days and minutes that there are and drops the rest', () => {
    expect(readStatementSearch({ from: '2026-07-06', to: '2026-02-30', knownAt: '2026-07-06T12:30', x: 1 })).toEqual({
      from: '2026-07-06',
      knownAt: '2026-07-06T12:30',
    });
    expect(readStatementSearch({ from: 5, knownAt: '' })).toEqual({});
  });
});
