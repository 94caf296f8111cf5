/** Power of one device of a site as its own reading gives it. */
export interface MeteredDevice {
  readonly deviceId: string;
  readonly powerW?: number | undefined;
}

/**
 * Power of a device by the independent meters: the site's balance without the device's own word.
 *
 * Method: revenue meter less every other device behind it. Undefined where one of them was not read: nothing is guessed.
 * Example: revenue +1000 W, load +1500 W, inverter -2500 W: the battery takes 2000 W.
 */
export function independentPowerW(
  deviceId: string,
  siteW: number | undefined,
  behindMeter: readonly MeteredDevice[],
): number | undefined {
  const others = behindMeter.filter((device) => device.deviceId !== deviceId);
  if (siteW === undefined || others.some((device) => device.powerW === undefined)) return undefined;
  return others.reduce((rest, device) => rest - (device.powerW ?? 0), siteW);
}

/** How far the meters may be from the set-point: 5 % of it, 2 % of the rating, or 100 W. */
export function toleranceW(setpointW: number, ratedW: number): number {
  return Math.max(0.05 * Math.abs(setpointW), 0.02 * ratedW, 100);
}

/**
 * True where the measured power shows the effect of the set-point.
 *
 * A battery and a rack must reach it; for an inverter or a charger it is a ceiling, because sun and car decide below it.
 */
export function isReached(kind: string, setpointW: number, measured: { powerW: number; ratedW: number }): boolean {
  const bandW = toleranceW(setpointW, measured.ratedW);
  if (kind === 'inverter') return measured.powerW >= setpointW - bandW;
  if (kind === 'charger') return measured.powerW <= setpointW + bandW;
  return Math.abs(measured.powerW - setpointW) <= bandW;
}
