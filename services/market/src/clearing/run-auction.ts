import { allocateLargestRemainder } from './allocate-largest-remainder.ts';

/** A price limit with the volume its owner's meter registered; a bid's limit is net of the shared charges. */
export interface LimitVolume {
  readonly memberId: string;
  readonly limitMicroPerKwh: number;
  readonly volumeWh: number;
}

/** Accepted energy per member; `priceMicroPerKwh` is absent where no bid reaches an ask. */
export interface AuctionResult {
  readonly priceMicroPerKwh?: number;
  readonly sharedWh: number;
  readonly boughtWh: ReadonlyMap<string, number>;
  readonly soldWh: ReadonlyMap<string, number>;
}

interface Level {
  readonly limit: number;
  readonly orders: LimitVolume[];
  readonly volumeWh: number;
}

/**
 * Uniform-price double auction of one interval over metered volumes.
 *
 * Method: call auction at the crossing of the merit orders (Nicolaisen et al. 2001), which maximises welfare
 * sum(bid limit x bought) - sum(ask limit x sold). Orders of one limit are one level: on the long side the marginal level
 * is rationed pro rata by largest remainder. The price lies between the marginal limits, never where a wholly refused
 * order would have wanted to trade; inside that range the split rule supplyDemandRatio decides:
 * price = low + floor((high - low) x D / (S + D)), D and S being the energy wanted and offered up to the marginal levels.
 *
 * Units: Wh, micro-units per kWh. Preconditions: volumes are positive whole numbers, limits whole, a member at most once a
 * side. O(n log n); the order of the inputs does not matter.
 *
 * @example runAuction([{ memberId: 'a', limitMicroPerKwh: 200, volumeWh: 10 }], [{ memberId: 'b', limitMicroPerKwh: 100, volumeWh: 10 }]);
 * // { priceMicroPerKwh: 150, sharedWh: 10, boughtWh: a 10, soldWh: b 10 }
 */
export function runAuction(bids: readonly LimitVolume[], asks: readonly LimitVolume[]): AuctionResult {
  const demand = levelsOf(bids, (a, b) => b - a);
  const supply = levelsOf(asks, (a, b) => a - b);
  const crossing = findCrossing(demand, supply);
  if (crossing === undefined) return { sharedWh: 0, boughtWh: new Map(), soldWh: new Map() };
  const wanted = demand.slice(0, crossing.bidLevels);
  const offered = supply.slice(0, crossing.askLevels);
  const demandWh = volumeOf(wanted);
  const supplyWh = volumeOf(offered);
  const sharedWh = Math.min(demandWh, supplyWh);
  const low = Math.max(offered.at(-1)!.limit, demand[crossing.bidLevels]?.limit ?? -Infinity);
  const high = Math.min(wanted.at(-1)!.limit, supply[crossing.askLevels]?.limit ?? Infinity);
  return {
    priceMicroPerKwh: splitPrice({ low, high, demandWh, supplyWh }),
    sharedWh,
    boughtWh: accept(wanted, sharedWh),
    soldWh: accept(offered, sharedWh),
  };
}

function levelsOf(orders: readonly LimitVolume[], byLimit: (a: number, b: number) => number): Level[] {
  const groups = Map.groupBy(orders, (order) => order.limitMicroPerKwh);
  return [...groups]
    .sort(([a], [b]) => byLimit(a, b))
    .map(([limit, group]) => ({
      limit,
      orders: group.sort((a, b) => (a.memberId < b.memberId ? -1 : 1)),
      volumeWh: group.reduce((all, order) => all + order.volumeWh, 0),
    }));
}

/** Levels that trade on each side: walks both merit orders until the next bid no longer reaches the next ask. */
function findCrossing(demand: Level[], supply: Level[]): { bidLevels: number; askLevels: number } | undefined {
  let [bid, ask] = [0, 0];
  let [bidLeftWh, askLeftWh] = [demand[0]?.volumeWh ?? 0, supply[0]?.volumeWh ?? 0];
  let crossing: { bidLevels: number; askLevels: number } | undefined;
  while (bid < demand.length && ask < supply.length && demand[bid]!.limit >= supply[ask]!.limit) {
    crossing = { bidLevels: bid + 1, askLevels: ask + 1 };
    const stepWh = Math.min(bidLeftWh, askLeftWh);
    bidLeftWh -= stepWh;
    askLeftWh -= stepWh;
    if (bidLeftWh === 0) bidLeftWh = demand[++bid]?.volumeWh ?? 0;
    if (askLeftWh === 0) askLeftWh = supply[++ask]?.volumeWh ?? 0;
  }
  return crossing;
}

function splitPrice(range: { low: number; high: number; demandWh: number; supplyWh: number }): number {
  const spread = BigInt(range.high - range.low) * BigInt(range.demandWh);
  return range.low + Number(spread / BigInt(range.demandWh + range.supplyWh));
}

/** Fills whole levels in merit order and rations the last one. */
function accept(levels: readonly Level[], sharedWh: number): Map<string, number> {
  const accepted = new Map<string, number>();
  let leftWh = sharedWh;
  for (const level of levels) {
    const levelWh = Math.min(leftWh, level.volumeWh);
    leftWh -= levelWh;
    const parts = allocateLargestRemainder(
      levelWh,
      level.orders.map((order) => order.volumeWh),
    );
    level.orders.forEach((order, index) => parts[index]! > 0 && accepted.set(order.memberId, parts[index]!));
  }
  return accepted;
}

const volumeOf = (levels: readonly Level[]): number => levels.reduce((all, level) => all + level.volumeWh, 0);
