import { describe, expect, it } from 'vitest';
import { anInterval } from '../testing/an-interval.ts';
import { clearInterval } from './clear-interval.ts';
import type { IntervalOutcome } from './interval-input.ts';
import { verifyClearing } from './verify-clearing.ts';

const input = anInterval([
  { memberId: 'a', exportWh: 700, ask: 60_000 },
  { memberId: 'b', importWh: 400, bid: 280_000 },
  { memberId: 'c', importWh: 900, bid: 250_000 },
]);
const outcome = clearInterval(input);
const rowsWith = (memberId: string, change: object): IntervalOutcome => ({
  ...outcome,
  accounts: outcome.accounts.map((row) => (row.memberId === memberId ? { ...row, ...change } : row)),
});

describe('verifyClearing', () => {
  it('passes an honest clearing with a duality gap of zero', () => {
    const verdict = verifyClearing(input, outcome);
    expect(verdict.faults).toEqual([]);
    expect(verdict.welfareMicroWh).toBe(verdict.dualMicroWh);
  });

  it.each([
    ['energy given to the lower bid', rowsWith('b', { boughtWh: 0, residualImportWh: 400 })],
    ['a price outside the corridor', { ...outcome, priceMicroPerKwh: 281_000 }],
    ['a micro-unit from nowhere', rowsWith('supplier', { tradeMicro: outcome.accounts.at(-1)!.tradeMicro - 1 })],
    ['a bill above the tariff', rowsWith('c', { supplyMicro: 900_000 })],
    ['a trade too many', { ...outcome, trades: [...outcome.trades, outcome.trades[0]!] }],
    [
      'a mispriced trade',
      { ...outcome, trades: outcome.trades.map((trade) => ({ ...trade, amountMicro: trade.amountMicro + 1 })) },
    ],
    ['import that does not add up', rowsWith('c', { residualImportWh: 1 })],
    ['a residual that hides energy', { ...outcome, residualWh: outcome.residualWh + 1 }],
    ['more shared than sold', { ...outcome, sharedWh: outcome.sharedWh + 1 }],
  ])('finds %s', (_, forged) => {
    expect(verifyClearing(input, forged).faults).not.toEqual([]);
  });
});
