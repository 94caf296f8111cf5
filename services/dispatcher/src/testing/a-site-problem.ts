import type { BatteryProblem, PriceStep, SiteProblem } from '../plan/site-problem.ts';

/** A plain home battery for specs: 6.4 kWh, 5 kW, 90 % round trip, half full. */
export const aBattery = (changes: Partial<BatteryProblem> = {}): BatteryProblem => ({
  deviceId: 'home-1-ess',
  capacityWh: 6400,
  socWh: 3200,
  minWh: 640,
  maxWh: 6400,
  maxChargeW: 5000,
  maxDischargeW: 5000,
  efficiency: Math.sqrt(0.9),
  wearMicroPerKwh: 0,
  ...changes,
});

/** A price without community trade. */
export const aPrice = (changes: Partial<PriceStep> = {}): PriceStep => ({
  retailMicroPerKwh: 220_000,
  feedInMicroPerKwh: 50_000,
  communityBuyMicroPerKwh: 150_000,
  communitySellMicroPerKwh: 130_000,
  buyableW: 0,
  sellableW: 0,
  tieMicroPerKwh: 0,
  ...changes,
});

/** A site over as many intervals as its net powers: positive is load, negative generation. */
export function aSiteProblem(netW: readonly number[], changes: Partial<SiteProblem> = {}): SiteProblem {
  return {
    siteId: 'home-1',
    firstIntervalStartMs: 0,
    durationH: netW.map(() => 0.25),
    loadW: netW.map((powerW) => Math.max(0, powerW)),
    generationW: netW.map((powerW) => Math.max(0, -powerW)),
    importLimitW: netW.map(() => 20_000),
    exportLimitW: netW.map(() => 20_000),
    prices: netW.map(() => aPrice()),
    batteries: [aBattery()],
    chargers: [],
    racks: [],
    ...changes,
  };
}
