import type { ReadingTaken } from '@wattmesh/events';

/** A device's power must move by this share of its rating, or by `DEADBAND_W` where that is more, to be news. */
export const DEADBAND_SHARE = 0.01;
export const DEADBAND_W = 5;
const DEADBAND_SOC_PCT = 1;

/**
 * Reporting by exception: true where a reading says something the last published one does not.
 *
 * News is: nothing published yet, the heartbeat is due, another quality, a power moved by 1 % of the rating or 5 W (the
 * larger), a state of charge moved by 1 %, a plug or another set-point, a value that appeared or went missing. Counters
 * travel in interval meterings and do not count. Times in ms.
 */
export function isNews(
  last: ReadingTaken | undefined,
  next: ReadingTaken,
  about: { ratedW: number; heartbeatMs: number },
): boolean {
  if (last === undefined || last.quality !== next.quality) return true;
  if (Date.parse(next.measuredAt) - Date.parse(last.measuredAt) >= about.heartbeatMs) return true;
  const bandW = Math.max(DEADBAND_SHARE * about.ratedW, DEADBAND_W);
  const [before, after] = [last.points, next.points];
  return (
    hasMoved(before.powerW, after.powerW, bandW) ||
    hasMoved(before.setpointW, after.setpointW, bandW) ||
    hasMoved(before.socPct, after.socPct, DEADBAND_SOC_PCT) ||
    before.isPluggedIn !== after.isPluggedIn
  );
}

function hasMoved(before: number | undefined, after: number | undefined, band: number): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return Math.abs(after - before) >= band;
}
