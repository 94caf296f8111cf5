/** Largest preference between intervals of one price, micro per kWh: a tenth of a cent decides nothing but ties. */
const STRAIN_MICRO = 600;
const DIVERSITY_MICRO = 150;
const PERIOD_MS = 6 * 3_600_000;

/**
 * Tie-break between intervals whose prices are equal: energy counts for a trifle more when the community is short of it, and
 * each site has its own favourite hours (C21: equal prices must not make a fleet act as one).
 *
 * Method: a share of the net demand's extreme, plus a slow wave whose phase is a hash (FNV-1a) of the site's id. It steers the
 * plan and is no part of any cost told. Units: W, micro per kWh, epoch ms.
 *
 * Example: with net demand [2000, -1000] W an hour of the second kind is preferred for charging by up to 900 micro per kWh.
 */
export function spreadTies(
  netDemandW: readonly number[],
  site: { siteId: string; firstIntervalStartMs: number; intervalMs: number },
): number[] {
  const extremeW = Math.max(1, ...netDemandW.map(Math.abs));
  const phase = hashOf(site.siteId) / 2 ** 32;
  return netDemandW.map((powerW, t) => {
    const turns = (site.firstIntervalStartMs + t * site.intervalMs) / PERIOD_MS + phase;
    return STRAIN_MICRO * (powerW / extremeW) + DIVERSITY_MICRO * Math.cos(2 * Math.PI * (turns - Math.floor(turns)));
  });
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
