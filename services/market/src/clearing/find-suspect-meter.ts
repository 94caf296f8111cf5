import type { MeteredEnergy } from './interval-input.ts';

/** Meterings of the interval, sub-meters included where they are known, and its residual. */
export interface SuspectCase {
  readonly meterings: readonly MeteredEnergy[];
  readonly residualWh: number;
  readonly residualBoundWh: number;
}

/** Counters are whole Wh: a balance of n meters may be off by up to n Wh in each direction without any fault. */
const SITE_TOLERANCE_PCT = 2;

/**
 * Names the meter that best explains a residual beyond its bound; undefined where the residual is inside it.
 *
 * Method: balance of each site. A revenue meter must show the net of its sub-meters (load + storage + charging -
 * generation). A revenue meter that shows too little import makes the residual positive by what it misses, so the site
 * whose imbalance leaves the smallest residual once corrected is the best explanation, provided it takes away at least half
 * of what is beyond the bound. Where no site's balance explains it, a substituted meter does, then the head meter.
 *
 * Limits: a site without sub-meters cannot be judged, and two lying meters of one site may agree. O(n log n).
 *
 * @example findSuspectMeter({ residualWh: 900, residualBoundWh: 100, meterings: [revenue h1 +100, load h1 +1000, head ...] }); // h1's meter
 */
export function findSuspectMeter(found: SuspectCase): string | undefined {
  const excessWh = Math.abs(found.residualWh) - found.residualBoundWh;
  if (excessWh <= 0) return undefined;
  const best = siteImbalances(found.meterings)
    .map((site) => ({ ...site, leftWh: Math.abs(found.residualWh + site.imbalanceWh) }))
    .filter((site) => Math.abs(found.residualWh) - site.leftWh >= excessWh / 2)
    .sort((a, b) => a.leftWh - b.leftWh || (a.meterId < b.meterId ? -1 : 1))[0];
  if (best !== undefined) return best.meterId;
  const substituted = found.meterings.filter((metering) => metering.isSubstituted && isSettling(metering));
  const largest = substituted.sort((a, b) => throughput(b) - throughput(a) || (a.meterId < b.meterId ? -1 : 1))[0];
  return (largest ?? found.meterings.find((metering) => metering.role === 'head'))?.meterId;
}

/** Revenue net less sub-meter net of every site that is out of balance; sites with two revenue meters are not judged. */
function siteImbalances(meterings: readonly MeteredEnergy[]): { meterId: string; imbalanceWh: number }[] {
  const sites = Map.groupBy(
    meterings.filter((metering) => metering.role !== 'head'),
    (metering) => metering.siteId,
  );
  return [...sites.values()].flatMap((meters) => {
    const revenue = meters.filter((metering) => metering.role === 'revenue');
    const subs = meters.filter((metering) => metering.role !== 'revenue');
    const meter = revenue[0];
    if (meter === undefined || revenue.length > 1 || subs.length === 0) return [];
    const imbalanceWh = net(meter) - subs.reduce((all, sub) => all + net(sub), 0);
    const throughputWh = [meter, ...subs].reduce((most, each) => Math.max(most, throughput(each)), 0);
    const toleranceWh = (throughputWh * SITE_TOLERANCE_PCT) / 100 + 2 * meters.length;
    return Math.abs(imbalanceWh) > toleranceWh ? [{ meterId: meter.meterId, imbalanceWh }] : [];
  });
}

const net = (metering: MeteredEnergy): number => metering.importWh - metering.exportWh;
const throughput = (metering: MeteredEnergy): number => metering.importWh + metering.exportWh;
const isSettling = (metering: MeteredEnergy): boolean => metering.role === 'revenue' || metering.role === 'head';
