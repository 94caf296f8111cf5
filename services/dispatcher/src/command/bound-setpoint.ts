import type { DeviceRegistered, ReadingTaken } from '@wattmesh/events';
import { TAPER_INTERCEPT, TAPER_SLOPE } from '../plan/taper-charge.ts';

/** Set-points a device can keep, W, load convention. */
export interface Bounds {
  minW: number;
  maxW: number;
}

/** Below this state of charge cells give less than their rated power. */
const WEAK_BELOW_PCT = 5;

/**
 * What a device can keep for a time, given its last reading: a command beyond it could not be verified.
 *
 * Method: a battery's discharge ends at the owner's reserve and its charge when full, so power is at most the energy left over the time;
 * above 80 % charging falls along its taper, taken at the state of charge that the charging itself will have reached. A charger gives
 * nothing without a car and no more than the car wants; below its least power it gives nothing. A rack runs between idle and full.
 * Undefined where the device's state is unknown or nothing can be commanded. Units: W, hours, %. Deterministic.
 *
 * Example: a 6.4 kWh battery at its reserve has `minW` 0.
 */
export function boundSetpoint(
  device: DeviceRegistered,
  points: ReadingTaken['points'] | undefined,
  holdH: number,
): Bounds | undefined {
  if (device.battery !== undefined) return batteryBounds(device.battery, points?.socPct, holdH);
  if (device.charger !== undefined) return chargerBounds(device.charger, points, holdH);
  if (device.rack !== undefined)
    return { minW: Math.round(device.rack.idlePowerW), maxW: Math.round(device.rack.maxPowerW) };
  if (device.kind === 'inverter') return { minW: -Math.round(device.ratedW), maxW: 0 };
  return undefined;
}

function batteryBounds(
  battery: NonNullable<DeviceRegistered['battery']>,
  socPct: number | undefined,
  holdH: number,
): Bounds | undefined {
  if (socPct === undefined) return undefined;
  const efficiency = Math.sqrt(battery.roundTripEfficiencyPct / 100);
  const usableWh = (battery.capacityWh * (socPct - Math.max(battery.reservePct, WEAK_BELOW_PCT))) / 100;
  const roomWh = (battery.capacityWh * (100 - socPct)) / 100;
  // p <= max (a - b soc'), soc' = soc + p eta h / capacity, solved for p.
  const taperW =
    (battery.maxChargeW * (TAPER_INTERCEPT - TAPER_SLOPE * (socPct / 100))) /
    (1 + (battery.maxChargeW * TAPER_SLOPE * efficiency * holdH) / battery.capacityWh);
  const dischargeW = Math.min(battery.maxDischargeW, Math.max(0, (usableWh * efficiency) / holdH));
  const chargeW = Math.min(battery.maxChargeW, taperW, Math.max(0, roomWh / efficiency / holdH));
  return { minW: -Math.floor(dischargeW) + 0, maxW: Math.max(0, Math.floor(chargeW)) };
}

function chargerBounds(
  charger: NonNullable<DeviceRegistered['charger']>,
  points: ReadingTaken['points'] | undefined,
  holdH: number,
): Bounds | undefined {
  if (points?.isPluggedIn !== true || points.wantedWh === undefined) return undefined;
  const maxW = Math.min(charger.maxChargeW, points.wantedWh / holdH);
  return { minW: 0, maxW: maxW < charger.minChargeW ? 0 : Math.floor(maxW) };
}
