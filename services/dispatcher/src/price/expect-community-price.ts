/** What is publicly expected of one site: its net power per interval and how far its devices could still move it, W. */
export interface SiteOutlook {
  siteId: string;
  /** Net power at the connection, load convention: forecast plus what its plan does. */
  netW: number[];
  /** Power its devices could still add to consumption, and to generation. */
  flexChargeW: number[];
  flexDischargeW: number[];
}

/** Tariff of one interval, micro-units per kWh. */
export interface TariffStep {
  retailMicroPerKwh: number;
  feedInMicroPerKwh: number;
  sharedChargesMicroPerKwh: number;
}

/** Community energy in one interval: its price and each site's share of it, in the order of the outlooks. */
export interface CommunityStep {
  priceMicroPerKwh: number;
  /** Demand less supply before anyone answers. */
  netDemandW: number;
  buyableW: number[];
  sellableW: number[];
}

/** Neighbours on each side whose ratio counts: what one quarter of an hour adds to a forecast is noise. */
const REACH = 2;

/**
 * The community price every site may expect, and how much of the trade falls to each, from published forecasts alone.
 *
 * Method: the market's supply/demand ratio rule inside the corridor [feed-in, retail less shared charges], price = floor +
 * (ceiling - floor) D / (S + D), taken with half of the imbalance answered, as flexible devices will answer part of it. Shares: the short side trades all it has, the long side pro rata; what is missing or left over is offered
 * to the flexible sites in proportion to what they can still do. So the sites' expectations never add up to more than there is,
 * and a fleet that sees one price does not overshoot it (C21).
 *
 * Preconditions: arrays of equal length. Complexity: sites x intervals.
 * Example: 3 kW short with two equal batteries: each may expect to sell 1.5 kW more.
 */
export function expectCommunityPrice(outlooks: readonly SiteOutlook[], tariff: readonly TariffStep[]): CommunityStep[] {
  const wanted = smooth(tariff.map((_, t) => wantedShare(outlooks.map((outlook) => outlook.netW[t]!))));
  return tariff.map((step, t) =>
    expectInterval(
      outlooks.map((outlook) => nowOf(outlook, t)),
      { ...step, wantedShare: wanted[t]! },
    ),
  );
}

/** Part of demand in all that is offered and wanted; one half where there is nothing. */
function wantedShare(netW: readonly number[]): number {
  const demandW = total(netW.map((powerW) => Math.max(0, powerW)));
  const tradedW = total(netW.map(Math.abs));
  return tradedW > 0 ? demandW / tradedW : 0.5;
}

/** Mean over the interval and its neighbours, as many on both sides. */
function smooth(values: readonly number[]): number[] {
  return values.map((_, t) => {
    const reach = Math.min(REACH, t, values.length - 1 - t);
    return total(values.slice(t - reach, t + reach + 1)) / (2 * reach + 1);
  });
}

interface SiteNow {
  netW: number;
  flexChargeW: number;
  flexDischargeW: number;
}

const nowOf = (outlook: SiteOutlook, t: number): SiteNow => ({
  netW: outlook.netW[t]!,
  flexChargeW: Math.max(0, outlook.flexChargeW[t]!),
  flexDischargeW: Math.max(0, outlook.flexDischargeW[t]!),
});

function expectInterval(sites: readonly SiteNow[], tariff: TariffStep & { wantedShare: number }): CommunityStep {
  const floor = tariff.feedInMicroPerKwh;
  const ceiling = tariff.retailMicroPerKwh - tariff.sharedChargesMicroPerKwh;
  const demandW = total(sites.map((site) => Math.max(0, site.netW)));
  const supplyW = total(sites.map((site) => Math.max(0, -site.netW)));
  const netDemandW = demandW - supplyW;
  if (ceiling < floor)
    return { priceMicroPerKwh: floor, netDemandW, buyableW: sites.map(() => 0), sellableW: sites.map(() => 0) };
  const missingW = Math.max(0, netDemandW);
  const spareW = Math.max(0, -netDemandW);
  return {
    priceMicroPerKwh: Math.round(floor + (ceiling - floor) * tariff.wantedShare),
    netDemandW,
    buyableW: shares(sites, { sign: 1, servedPart: demandW > supplyW ? supplyW / demandW : 1, extraW: spareW }),
    sellableW: shares(sites, { sign: -1, servedPart: supplyW > demandW ? demandW / supplyW : 1, extraW: missingW }),
  };
}

function shares(sites: readonly SiteNow[], side: { sign: 1 | -1; servedPart: number; extraW: number }): number[] {
  const flexW = sites.map((site) => (side.sign === 1 ? site.flexChargeW : site.flexDischargeW));
  const totalFlexW = total(flexW);
  return sites.map((site, index) => {
    const extraW = totalFlexW > 0 ? Math.min(flexW[index]!, (side.extraW * flexW[index]!) / totalFlexW) : 0;
    return Math.max(0, side.sign * site.netW) * side.servedPart + extraW;
  });
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
