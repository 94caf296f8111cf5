import type { LatestReading } from '../plan/assemble-problem.ts';

/** Readings of one site, as far as they are fresh. */
export interface SiteReadings {
  device: LatestReading | undefined;
  /** The revenue meter. */
  meter: LatestReading | undefined;
  /** Every other device that draws or gives power behind it. */
  others: (LatestReading | undefined)[];
}

/**
 * Net power behind a connection without one device, W; undefined where it cannot be told.
 *
 * Method: the sum of the other devices' own meters, which a set-point on its way does not disturb; where one of them is silent, the revenue meter
 * less the device, if both were read close together. Units: W, ms; load convention. Complexity: linear.
 *
 * Example: load 1500 W and solar -2200 W beside a battery: -700 W.
 */
export function measureOthers(readings: SiteReadings, closeMs: number): number | undefined {
  const powers = readings.others.map((reading) => reading?.points.powerW);
  if (powers.every((powerW) => powerW !== undefined)) return powers.reduce((sum, powerW) => sum + powerW, 0);
  const { device, meter } = readings;
  if (device?.points.powerW === undefined || meter?.points.powerW === undefined) return undefined;
  if (Math.abs(device.measuredAtMs - meter.measuredAtMs) > closeMs) return undefined;
  return meter.points.powerW - device.points.powerW;
}
