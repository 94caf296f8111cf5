import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectCommunityPrice, type SiteOutlook } from './expect-community-price.ts';
import { spreadTies } from './spread-ties.ts';

const TARIFF = { retailMicroPerKwh: 220_000, feedInMicroPerKwh: 50_000, sharedChargesMicroPerKwh: 20_000 };

const anOutlook = (siteId: string, netW: number, flexW = 0): SiteOutlook => ({
  siteId,
  netW: [netW],
  flexChargeW: [flexW],
  flexDischargeW: [flexW],
});

const expectOne = (outlooks: SiteOutlook[], tariff = TARIFF) => expectCommunityPrice(outlooks, [tariff])[0]!;

describe('expectCommunityPrice', () => {
  it('is the ceiling where nobody sells, the floor where nobody buys, the middle at balance', () => {
    expect(expectOne([anOutlook('a', 1000)]).priceMicroPerKwh).toBe(200_000);
    expect(expectOne([anOutlook('a', -1000)]).priceMicroPerKwh).toBe(50_000);
    expect(expectOne([anOutlook('a', -1000), anOutlook('b', 1000)]).priceMicroPerKwh).toBe(125_000);
  });

  it('offers a shortage to the batteries by what they can still do', () => {
    const { sellableW, buyableW } = expectOne([
      anOutlook('a', 3000),
      anOutlook('b', 0, 5000),
      anOutlook('c', 0, 10_000),
    ]);
    expect(sellableW).toEqual([0, 1000, 2000]);
    expect(buyableW).toEqual([0, 0, 0]);
  });

  it('lets sellers expect only the part of their surplus that is wanted', () => {
    const { sellableW, buyableW } = expectOne([anOutlook('a', -3000), anOutlook('b', -1000), anOutlook('c', 2000)]);
    expect(sellableW).toEqual([1500, 500, 0]);
    expect(buyableW).toEqual([0, 0, 2000]);
  });

  it('expects no trade where charges close the corridor', () => {
    const { sellableW, buyableW } = expectOne([anOutlook('a', -3000), anOutlook('c', 2000)], {
      ...TARIFF,
      sharedChargesMicroPerKwh: 180_000,
    });
    expect([...sellableW, ...buyableW]).toEqual([0, 0, 0, 0]);
  });

  it('C21 never lets the sites together expect more than there is to sell or to buy', () => {
    const anySite = fc.record({
      netW: fc.integer({ min: -5000, max: 5000 }),
      flexW: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.array(anySite, { minLength: 1, maxLength: 20 }), (sites) => {
        const step = expectOne(sites.map(({ netW, flexW }, index) => anOutlook(`home-${index}`, netW, flexW)));
        const sum = (values: number[]): number => values.reduce((all, value) => all + value, 0);
        const demandW = sum(sites.map(({ netW }) => Math.max(0, netW)));
        const supplyW = sum(sites.map(({ netW }) => Math.max(0, -netW)));
        expect(sum(step.sellableW)).toBeLessThanOrEqual(demandW + 1e-6);
        expect(sum(step.buyableW)).toBeLessThanOrEqual(supplyW + 1e-6);
        expect(step.priceMicroPerKwh).toBeGreaterThanOrEqual(50_000);
        expect(step.priceMicroPerKwh).toBeLessThanOrEqual(200_000);
      }),
      { seed: 3 },
    );
  });
});

describe('spreadTies', () => {
  const site = (siteId: string) => ({ siteId, firstIntervalStartMs: 0, intervalMs: 900_000 });

  it('prefers intervals in which the community has energy to spare, by less than any tariff step', () => {
    const [short, long] = spreadTies([2000, -2000], site('home-1'));
    expect(short! - long!).toBeGreaterThan(1000);
    expect(Math.abs(short!)).toBeLessThan(1000);
  });

  it('C21 gives sites different favourite hours, and each always the same', () => {
    const flat = Array.from({ length: 24 }, () => 0);
    expect(spreadTies(flat, site('home-1'))).toEqual(spreadTies(flat, site('home-1')));
    expect(spreadTies(flat, site('home-1'))).not.toEqual(spreadTies(flat, site('home-2')));
  });
});
