import { describe, expect, it } from 'vitest';
import { bumpFees } from './bump-fees.ts';
import { SETTLEMENT_INTERFACE, UNFIT_ERRORS, WAIT_ERRORS } from './contract.link.ts';

describe('bumpFees', () => {
  it('raises both fees by at least a tenth and at most an eighth, rounded up', () => {
    expect(
      bumpFees({ maxFeeWei: 20_000_000_000, priorityFeeWei: 1 }, { maxFeeWei: 1e12, priorityFeeWei: 1e12 }),
    ).toEqual({ maxFeeWei: 22_500_000_000, priorityFeeWei: 2 });
  });

  it('stops at the cap of either fee', () => {
    expect(bumpFees({ maxFeeWei: 1000, priorityFeeWei: 10 }, { maxFeeWei: 1124, priorityFeeWei: 100 })).toBeUndefined();
    expect(bumpFees({ maxFeeWei: 1000, priorityFeeWei: 10 }, { maxFeeWei: 5000, priorityFeeWei: 11 })).toBeUndefined();
  });
});

describe('the errors that the submitter waits for or takes a period back for', () => {
  it('are errors of the contract', () => {
    for (const name of [...WAIT_ERRORS, ...UNFIT_ERRORS, 'Settlement__WrongSequence'])
      expect(SETTLEMENT_INTERFACE.getError(name)?.name).toBe(name);
  });
});
