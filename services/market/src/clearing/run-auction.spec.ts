import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runAuction, type LimitVolume } from './run-auction.ts';

const order = (memberId: string, limitMicroPerKwh: number, volumeWh: number): LimitVolume => ({
  memberId,
  limitMicroPerKwh,
  volumeWh,
});

/** Trades one Wh at a time, best bid against best ask, as long as the bid reaches the ask. */
function greedyUnits(
  bids: readonly LimitVolume[],
  asks: readonly LimitVolume[],
): { welfare: number; sharedWh: number } {
  const units = (orders: readonly LimitVolume[]) =>
    orders.flatMap((each) => Array<number>(each.volumeWh).fill(each.limitMicroPerKwh));
  const wanted = units(bids).sort((a, b) => b - a);
  const offered = units(asks).sort((a, b) => a - b);
  let [welfare, sharedWh] = [0, 0];
  while (sharedWh < Math.min(wanted.length, offered.length) && wanted[sharedWh]! >= offered[sharedWh]!) {
    welfare += wanted[sharedWh]! - offered[sharedWh]!;
    sharedWh += 1;
  }
  return { welfare, sharedWh };
}

const side = (prefix: string) =>
  fc
    .array(fc.record({ limit: fc.integer({ min: -5, max: 15 }), volumeWh: fc.integer({ min: 1, max: 6 }) }), {
      maxLength: 6,
    })
    .map((orders) => orders.map((each, index) => order(`${prefix}${index}`, each.limit, each.volumeWh)));

describe('runAuction', () => {
  it('reaches the welfare of a Wh by Wh auction, at a price no trading order would refuse', () => {
    fc.assert(
      fc.property(side('b'), side('s'), (bids, asks) => {
        const result = runAuction(bids, asks);
        const naive = greedyUnits(bids, asks);
        const filled = (orders: readonly LimitVolume[], by: ReadonlyMap<string, number>) =>
          orders.reduce((all, each) => all + each.limitMicroPerKwh * (by.get(each.memberId) ?? 0), 0);
        expect(result.sharedWh).toBe(naive.sharedWh);
        expect(filled(bids, result.boughtWh) - filled(asks, result.soldWh)).toBe(naive.welfare);
        for (const bid of bids)
          if (result.boughtWh.has(bid.memberId))
            expect(bid.limitMicroPerKwh).toBeGreaterThanOrEqual(result.priceMicroPerKwh!);
        for (const ask of asks)
          if (result.soldWh.has(ask.memberId))
            expect(ask.limitMicroPerKwh).toBeLessThanOrEqual(result.priceMicroPerKwh!);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves no wholly refused order that the price would have suited', () => {
    fc.assert(
      fc.property(side('b'), side('s'), (bids, asks) => {
        const { priceMicroPerKwh: price, boughtWh, soldWh } = runAuction(bids, asks);
        fc.pre(price !== undefined);
        const lowestBid = Math.min(
          ...bids.filter((bid) => boughtWh.has(bid.memberId)).map((bid) => bid.limitMicroPerKwh),
        );
        const highestAsk = Math.max(
          ...asks.filter((ask) => soldWh.has(ask.memberId)).map((ask) => ask.limitMicroPerKwh),
        );
        for (const bid of bids)
          if (bid.limitMicroPerKwh < lowestBid) expect(bid.limitMicroPerKwh).toBeLessThanOrEqual(price);
        for (const ask of asks)
          if (ask.limitMicroPerKwh > highestAsk) expect(ask.limitMicroPerKwh).toBeGreaterThanOrEqual(price);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { rule: 'balance meets in the middle', demandWh: 100, supplyWh: 100, price: 150 },
    { rule: 'scarce supply moves the price to the bids', demandWh: 300, supplyWh: 100, price: 175 },
    { rule: 'plenty of supply moves the price to the asks', demandWh: 100, supplyWh: 300, price: 125 },
  ])('$rule where equal orders leave a range', ({ demandWh, supplyWh, price }) => {
    expect(runAuction([order('b', 200, demandWh)], [order('s', 100, supplyWh)]).priceMicroPerKwh).toBe(price);
  });

  it('rations the marginal level of the long side pro rata, the better limit first', () => {
    const result = runAuction([order('a', 300, 30), order('b', 200, 20), order('c', 200, 10)], [order('s', 100, 45)]);
    expect([...result.boughtWh]).toEqual([
      ['a', 30],
      ['b', 10],
      ['c', 5],
    ]);
  });

  it('says that sharing gains nothing where no bid reaches an ask', () => {
    expect(runAuction([order('b', 99, 10)], [order('s', 100, 10)])).toMatchObject({ sharedWh: 0 });
    expect(runAuction([order('b', 99, 10)], [order('s', 100, 10)]).priceMicroPerKwh).toBeUndefined();
  });
});
