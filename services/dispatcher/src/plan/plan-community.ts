import {
  expectCommunityPrice,
  type CommunityStep,
  type SiteOutlook,
  type TariffStep,
} from '../price/expect-community-price.ts';
import { spreadTies } from '../price/spread-ties.ts';
import { explainSetpoints, type DeviceReasons } from './explain-setpoint.ts';
import type { OpenLp } from './linear-program.ts';
import { planSite, type SitePlanner } from './plan-site.ts';
import type { SitePlan } from './read-plan.ts';
import type { PriceStep, SiteProblem } from './site-problem.ts';

/** A site as it is known before the price is. */
export type UnpricedSite = Omit<SiteProblem, 'prices'>;

export interface CommunityProblem {
  tariff: TariffStep[];
  /** Sites to plan; their prices are found here. */
  sites: UnpricedSite[];
}

export interface CommunityPlan {
  plans: SitePlan[];
  reasons: DeviceReasons[];
  priceMicroPerKwh: number[];
}

/** Answers to the price before it is taken as it is: the answers settle, and each round costs one warm solve per site. */
const ROUNDS = 3;
/** Not imported from `platform`: this file runs in the solver's thread too, which in tests has no built packages. */
const INTERVAL_MS = 900_000;

/**
 * Plans every site of a community in its own owner's interest against one expected community price.
 *
 * Method: damped best response. Round 1 prices the forecasts as if no device acted and offers no site more than its own forecast
 * trades; each later round prices the mean of the answers so far (method of successive averages), offers what is still missing
 * or left over, and lets every site answer anew. A site sees its own devices and the public aggregate, nothing else.
 * Deterministic: sites are taken in the order of their ids. Preconditions: one horizon for all; unique ids.
 *
 * Example: two homes, one with surplus, one with a battery: the second charges with what the first has left over.
 */
export function planCommunity(problem: CommunityProblem, open: OpenLp): CommunityPlan {
  const sites = problem.sites.toSorted((a, b) => (a.siteId < b.siteId ? -1 : 1));
  const first = expectCommunityPrice(sites.map(passiveOutlook), problem.tariff);
  const planners: SitePlanner[] = [];
  try {
    sites.forEach((site, index) =>
      planners.push(planSite({ ...site, prices: priceSteps(first, problem.tariff, { site, index }) }, open)),
    );
    let plans = planners.map((planner) => planner.plan());
    let netW = plans.map((plan) => plan.siteW);
    let steps = first;
    for (let round = 2; round <= ROUNDS; round += 1) {
      const outlooks = sites.map((site, index) => activeOutlook(site, plans[index]!, netW[index]!));
      steps = expectCommunityPrice(outlooks, problem.tariff);
      planners.forEach((planner, index) =>
        planner.reprice(priceSteps(steps, problem.tariff, { site: sites[index]!, index })),
      );
      plans = planners.map((planner) => planner.plan());
      netW = netW.map((site, index) => site.map((power, t) => power + (plans[index]!.siteW[t]! - power) / round));
    }
    const reasons = planners.flatMap((planner, index) => explainSetpoints(planner, plans[index]!));
    return { plans, reasons, priceMicroPerKwh: steps.map((step) => step.priceMicroPerKwh) };
  } finally {
    planners.forEach((planner) => planner.dispose());
  }
}

const forecastNetW = (site: UnpricedSite): number[] => site.loadW.map((loadW, t) => loadW - site.generationW[t]!);

function passiveOutlook(site: UnpricedSite): SiteOutlook {
  const none = site.loadW.map(() => 0);
  const idleW = site.racks.reduce((sum, rack) => sum + rack.idleW, 0);
  return {
    siteId: site.siteId,
    netW: forecastNetW(site).map((powerW) => powerW + idleW),
    flexChargeW: none,
    flexDischargeW: none,
  };
}

function activeOutlook(site: UnpricedSite, plan: SitePlan, netW: number[]): SiteOutlook {
  const powerOf = (deviceId: string, t: number): number =>
    plan.devices.find((device) => device.deviceId === deviceId)!.powerW[t]!;
  const each = (flex: (t: number) => number): number[] => netW.map((_, t) => flex(t));
  return {
    siteId: site.siteId,
    netW,
    flexChargeW: each(
      (t) =>
        site.batteries.reduce((sum, battery) => sum + battery.maxChargeW - powerOf(battery.deviceId, t), 0) +
        site.racks.reduce((sum, rack) => sum + rack.maxW - powerOf(rack.deviceId, t), 0),
    ),
    flexDischargeW: each((t) =>
      site.batteries.reduce((sum, battery) => sum + battery.maxDischargeW + powerOf(battery.deviceId, t), 0),
    ),
  };
}

function priceSteps(
  steps: readonly CommunityStep[],
  tariff: readonly TariffStep[],
  of: { site: UnpricedSite; index: number },
): PriceStep[] {
  const { siteId, firstIntervalStartMs } = of.site;
  const ties = spreadTies(
    steps.map((step) => step.netDemandW),
    { siteId, firstIntervalStartMs, intervalMs: INTERVAL_MS },
  );
  return steps.map((step, t) => ({
    retailMicroPerKwh: tariff[t]!.retailMicroPerKwh,
    feedInMicroPerKwh: tariff[t]!.feedInMicroPerKwh,
    communityBuyMicroPerKwh: step.priceMicroPerKwh + tariff[t]!.sharedChargesMicroPerKwh,
    communitySellMicroPerKwh: step.priceMicroPerKwh,
    buyableW: step.buyableW[of.index]!,
    sellableW: step.sellableW[of.index]!,
    tieMicroPerKwh: ties[t]!,
  }));
}
