import type { BatteryProblem, PriceStep, SiteProblem } from './site-problem.ts';

/**
 * What a stored kWh is worth when the horizon ends, in micro-units: terminal state of charge is a price, not a target (C11).
 *
 * Method: replacement value. A day repeats itself, so what is left over could be bought again in the cheapest quarter of the
 * horizon's intervals; used then, it saves that price less the discharging loss and wear. Never negative.
 * Units: micro per kWh at the cells. Precondition: at least one interval.
 *
 * Example: cheapest quarter at 70,000, one-way efficiency 0.95, no wear: 66,500.
 */
export function valueStoredEnergy(problem: SiteProblem, battery: BatteryProblem): number {
  const marginal = problem.prices
    .map((price, t) => marginalPrice(price, problem.loadW[t]! - problem.generationW[t]!))
    .toSorted((a, b) => a - b);
  const cheapest = marginal.slice(0, Math.max(1, Math.floor(marginal.length / 4)));
  const mean = cheapest.reduce((sum, price) => sum + price, 0) / cheapest.length;
  return Math.max(0, battery.efficiency * (mean - battery.wearMicroPerKwh));
}

/** Worth of one more kWh to a site before its devices act: what it forgoes selling, or what it pays. */
function marginalPrice(price: PriceStep, netW: number): number {
  if (netW < 0) return -netW > price.sellableW ? price.feedInMicroPerKwh : price.communitySellMicroPerKwh;
  return netW < price.buyableW ? price.communityBuyMicroPerKwh : price.retailMicroPerKwh;
}
