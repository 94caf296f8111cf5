/** Share of full power a lithium battery still accepts: all of it up to 80 % state of charge, a fifth when full. */
const TAPER_FROM = 0.8;
const POWER_WHEN_FULL = 0.2;
/** Fall of the accepted share per unit of state of charge. */
export const TAPER_SLOPE = (1 - POWER_WHEN_FULL) / (1 - TAPER_FROM);
/** The falling line's value at state of charge 0, so that share = intercept - slope x soc. */
export const TAPER_INTERCEPT = 1 + TAPER_SLOPE * TAPER_FROM;

/**
 * Largest charging power at a state of charge, in W: CityLearn's curve (0, 1), (0.8, 1), (1, 0.2), linear between.
 *
 * Example: `taperCharge(5000, 90)` is 3000.
 */
export function taperCharge(maxChargeW: number, socPct: number): number {
  return maxChargeW * Math.max(0, Math.min(1, TAPER_INTERCEPT - TAPER_SLOPE * (socPct / 100)));
}
