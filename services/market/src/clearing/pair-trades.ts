import type { Trade } from '@wattmesh/events';
import { creditsOfEnergies } from './amount-of-energy.ts';

/** Accepted energy of both sides, equal in sum, and the uniform price. */
export interface Quantities {
  readonly boughtWh: ReadonlyMap<string, number>;
  readonly soldWh: ReadonlyMap<string, number>;
  readonly priceMicroPerKwh: number;
}

type Unpriced = Pick<Trade, 'sellerMemberId' | 'buyerMemberId' | 'energyWh'>;

interface Open {
  readonly memberId: string;
  leftWh: number;
}

/**
 * Pairs accepted quantities into trades, at most buyers + sellers - 1.
 *
 * Method: north-west corner in the order of ids, members that both bought and sold first. Each trade uses up a buyer or a
 * seller, which bounds their number whatever the order, so a member that would meet itself is paired with the next one; it
 * trades with itself only where nobody else is left. A seller receives its energy at the price rounded up, split over its
 * trades by largest remainder.
 *
 * Preconditions: both maps sum to the same energy; every quantity is a positive whole number of Wh.
 *
 * @example pairTrades({ boughtWh: new Map([['a', 10]]), soldWh: new Map([['b', 10]]), priceMicroPerKwh: 150_000 });
 * // [{ sellerMemberId: 'b', buyerMemberId: 'a', energyWh: 10, priceMicroPerKwh: 150_000, amountMicro: 1_500 }]
 */
export function pairTrades(quantities: Quantities): Trade[] {
  const { boughtWh, soldWh, priceMicroPerKwh } = quantities;
  const isOnBothSides = (memberId: string): boolean => boughtWh.has(memberId) && soldWh.has(memberId);
  const pairs = pairQuantities(ordered(boughtWh, isOnBothSides), ordered(soldWh, isOnBothSides));
  return [...Map.groupBy(pairs, (pair) => pair.sellerMemberId).values()].flatMap((own) => {
    const amounts = creditsOfEnergies(
      own.map((pair) => pair.energyWh),
      priceMicroPerKwh,
    );
    return own.map((pair, index) => ({ ...pair, priceMicroPerKwh, amountMicro: amounts[index]! }));
  });
}

function ordered(quantities: ReadonlyMap<string, number>, isOnBothSides: (memberId: string) => boolean): Open[] {
  return [...quantities]
    .map(([memberId, leftWh]) => ({ memberId, leftWh }))
    .sort(
      (a, b) =>
        Number(isOnBothSides(b.memberId)) - Number(isOnBothSides(a.memberId)) || (a.memberId < b.memberId ? -1 : 1),
    );
}

function pairQuantities(buyers: Open[], sellers: Open[]): Unpriced[] {
  const pairs: Unpriced[] = [];
  while (buyers.length > 0 && sellers.length > 0) {
    const isSelf = buyers[0]!.memberId === sellers[0]!.memberId;
    const sellerAt = isSelf && sellers.length > 1 ? 1 : 0;
    const buyerAt = isSelf && sellerAt === 0 && buyers.length > 1 ? 1 : 0;
    const buyer = buyers[buyerAt]!;
    const seller = sellers[sellerAt]!;
    const energyWh = Math.min(buyer.leftWh, seller.leftWh);
    pairs.push({ sellerMemberId: seller.memberId, buyerMemberId: buyer.memberId, energyWh });
    buyer.leftWh -= energyWh;
    seller.leftWh -= energyWh;
    if (buyer.leftWh === 0) buyers.splice(buyerAt, 1);
    if (seller.leftWh === 0) sellers.splice(sellerAt, 1);
  }
  return pairs;
}
