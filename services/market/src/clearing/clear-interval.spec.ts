import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anInterval, EXAMPLE_PRICE, type ExampleMember } from '../testing/an-interval.ts';
import { clearInterval } from './clear-interval.ts';
import type { IntervalInput } from './interval-input.ts';
import { verifyClearing } from './verify-clearing.ts';

const aLimit = fc.option(fc.oneof(fc.constantFrom(300_000, 50_000), fc.integer({ min: -100_000, max: 400_000 })), {
  nil: undefined,
});
const aMember = fc.record({
  importWh: fc.oneof(fc.constant(0), fc.nat(20_000)),
  exportWh: fc.oneof(fc.constant(0), fc.nat(20_000)),
  bid: aLimit,
  ask: aLimit,
  hasMandate: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 0),
});
const aPrice = fc
  .record({
    feedInMicroPerKwh: fc.integer({ min: -50_000, max: 100_000 }),
    margin: fc.nat(400_000),
    sharedChargesMicroPerKwh: fc.nat(30_000),
  })
  .map(({ feedInMicroPerKwh, margin, sharedChargesMicroPerKwh }) => ({
    feedInMicroPerKwh,
    sharedChargesMicroPerKwh,
    retailMicroPerKwh: feedInMicroPerKwh + margin,
  }));
const aSlot: fc.Arbitrary<IntervalInput> = fc
  .record({ members: fc.array(aMember, { maxLength: 18 }), lossWh: fc.integer({ min: -500, max: 500 }), price: aPrice })
  .map(({ members, lossWh, price }) =>
    anInterval(
      members.map((member, index) => definedOf(`home-${index + 1}`, member)),
      { lossWh, price },
    ),
  );

function definedOf(
  memberId: string,
  member: { [K in keyof Omit<ExampleMember, 'memberId'>]: ExampleMember[K] | undefined },
): ExampleMember {
  return Object.fromEntries(
    Object.entries({ memberId, ...member }).filter(([, value]) => value !== undefined),
  ) as unknown as ExampleMember;
}

const total = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);

describe('clearInterval', () => {
  it('C16 M1 M6 holds every rule of the independent verifier for random slots', () => {
    fc.assert(
      fc.property(aSlot, (input) => {
        expect(verifyClearing(input, clearInterval(input)).faults).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('C16 debits equal credits exactly and no bill passes the tariff, line by line', () => {
    fc.assert(
      fc.property(aSlot, (input) => {
        const { accounts } = clearInterval(input);
        const bills = accounts.map((row) => row.tradeMicro + row.supplyMicro);
        expect(total(bills)).toBe(0);
        for (const row of accounts) {
          if (row.memberId === 'supplier' || row.memberId === 'residual') continue;
          const tariff =
            Math.floor((row.importWh * input.price.retailMicroPerKwh) / 1000) -
            Math.ceil((row.exportWh * input.price.feedInMicroPerKwh) / 1000);
          expect(row.tradeMicro + row.supplyMicro).toBeLessThanOrEqual(tariff);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of its inputs', () => {
    fc.assert(
      fc.property(aSlot, fc.infiniteStream(fc.nat()), (input, keys) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const other = {
          ...input,
          memberIds: shuffled(input.memberIds),
          meterings: shuffled(input.meterings),
          mandates: shuffled(input.mandates),
          orders: shuffled(input.orders),
        };
        expect(clearInterval(other)).toEqual(clearInterval(input));
      }),
      { numRuns: 200 },
    );
  });

  it('shares the gain of one neighbour selling to another and pays the charges to the supplier', () => {
    const outcome = clearInterval(
      anInterval([
        { memberId: 'a', exportWh: 1000, ask: 50_000 },
        { memberId: 'b', importWh: 1000, bid: 300_000 },
      ]),
    );
    expect(outcome.priceMicroPerKwh).toBe(165_000);
    expect(outcome.trades).toEqual([
      { sellerMemberId: 'a', buyerMemberId: 'b', energyWh: 1000, priceMicroPerKwh: 165_000, amountMicro: 165_000 },
    ]);
    expect(outcome.accounts.map((row) => [row.memberId, row.tradeMicro, row.supplyMicro])).toEqual([
      ['a', -165_000, 0],
      ['b', 185_000, 0],
      ['residual', 0, 0],
      ['supplier', -20_000, 0],
    ]);
  });

  it('C8 prices import and export of one member as two products', () => {
    const outcome = clearInterval(anInterval([{ memberId: 'a', importWh: 400, exportWh: 300, hasMandate: false }]));
    expect(outcome.accounts.find((row) => row.memberId === 'a')).toMatchObject({
      supplyMicro: 120_000 - 15_000,
      tradeMicro: 0,
    });
  });

  it('never pairs a member with itself while others can take its energy', () => {
    const members: ExampleMember[] = ['a', 'b', 'c'].map((memberId) => ({
      memberId,
      importWh: 100,
      exportWh: 10,
      bid: 300_000,
      ask: 50_000,
    }));
    const { trades } = clearInterval(anInterval([...members, { memberId: 'd', exportWh: 500, ask: 50_000 }]));
    expect(trades.filter((trade) => trade.sellerMemberId === trade.buyerMemberId)).toEqual([]);
  });

  it('M3 trades nobody without a mandate, nor beyond its mandate', () => {
    const input = anInterval([
      { memberId: 'a', exportWh: 1000, ask: 50_000 },
      { memberId: 'b', importWh: 400, bid: 300_000 },
      { memberId: 'c', importWh: 600, bid: 300_000, hasMandate: false },
    ]);
    const capped = {
      ...input,
      mandates: input.mandates.map((each) => ({ ...each, priceCeilingMicroPerKwh: 100_000 })),
    };
    const outcome = clearInterval(capped);
    expect(outcome.sharedWh).toBe(400);
    expect(outcome.priceMicroPerKwh! + EXAMPLE_PRICE.sharedChargesMicroPerKwh).toBeLessThanOrEqual(100_000);
  });

  it('C13 books losses to the residual account as energy and to the supplier as cost', () => {
    const outcome = clearInterval(
      anInterval([{ memberId: 'a', importWh: 10_000, hasMandate: false }], { lossWh: 120 }),
    );
    expect(outcome).toMatchObject({ residualWh: 120, residualBoundWh: 300 });
    expect(outcome.accounts.find((row) => row.memberId === 'residual')).toMatchObject({
      residualImportWh: 120,
      supplyMicro: 0,
    });
    expect(outcome.accounts.find((row) => row.memberId === 'supplier')).toMatchObject({
      residualExportWh: 10_120,
      supplyMicro: -3_000_000,
    });
  });

  it('M1 names a meter where the residual passes its bound', () => {
    expect(clearInterval(anInterval([{ memberId: 'a', importWh: 10_000 }], { lossWh: 301 })).suspectMeterId).toBe(
      'feeder-head-meter',
    );
    expect(
      clearInterval(anInterval([{ memberId: 'a', importWh: 10_000 }], { lossWh: 300 })).suspectMeterId,
    ).toBeUndefined();
  });
});
