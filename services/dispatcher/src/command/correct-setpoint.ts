/** A slot of the schedule beside what is measured now; W, load convention. */
export interface Correction {
  slotW: number;
  /** Net power at the connection that the plan expects. */
  plannedSiteW: number;
  /** Net power of everything else behind the connection, measured. */
  othersW: number;
}

/** Deviation at the connection that a plan means as zero. */
const BAND_W = 100;

/**
 * The set-point that keeps what the slot is for when reality differs from the forecast.
 *
 * Method: the measured power of everything but the device says what there is to store or to cover. A slot that brings the connection to zero
 * follows it; one that stores a part of a surplus stores no more than there is, one that covers a part of a demand covers no more; power that
 * the plan buys or sells on purpose stays as planned. The direction never turns: charging may fall to zero, not into discharging.
 * Complexity: constant.
 *
 * Example: planned 1000 W of surplus into the battery and 0 W at the connection, measured 700 W of surplus: 700 W.
 */
export function correctSetpoint({ slotW, plannedSiteW, othersW }: Correction): number {
  const surplusW = Math.max(0, -othersW);
  const demandW = Math.max(0, othersW);
  if (Math.abs(plannedSiteW) <= BAND_W) {
    if (slotW > 0) return surplusW;
    return slotW < 0 ? -demandW + 0 : 0;
  }
  if (plannedSiteW < 0 && slotW > 0) return Math.min(slotW, surplusW);
  if (plannedSiteW > 0 && slotW < 0) return Math.max(slotW, -demandW) + 0;
  return slotW;
}
