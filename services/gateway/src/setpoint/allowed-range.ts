import type { DeviceRegistered } from '@wattmesh/events';

/** Power a device may be asked for, load convention. */
export interface PowerRange {
  readonly minW: number;
  readonly maxW: number;
}

/** What the newest reading says about a controllable device. */
export interface DeviceCondition {
  readonly powerW?: number | undefined;
  readonly socPct?: number | undefined;
  readonly isPluggedIn?: boolean | undefined;
}

/** The registered facts that bound a device. */
export type ControlledDevice = Pick<
  DeviceRegistered,
  'deviceId' | 'kind' | 'ratedW' | 'authority' | 'battery' | 'charger' | 'rack'
>;

/** The state of charge must rise this far above the reserve before a battery that fell to it may discharge again. */
const RESERVE_HYSTERESIS_PCT = 1;

/**
 * Hard range of a device now: nameplate, state of charge, plug (rules C11, C17, and missing is never zero).
 *
 * A battery at or below its reserve may not discharge, a full one may not charge; a battery whose state of charge is unknown
 * may do neither. It starts where it is: a state of charge already below the reserve is not made worse.
 * `wasBlocked`: discharging was forbidden last time (hysteresis of 1 %). A device that cannot be controlled gets `undefined`.
 *
 * Example: 5 kW battery at 20 % with a reserve of 20 %: { minW: 0, maxW: 5000 }.
 */
export function allowedRange(
  device: ControlledDevice,
  condition: DeviceCondition,
  wasBlocked = false,
): PowerRange | undefined {
  if (device.battery !== undefined) return batteryRange(device.battery, condition.socPct, wasBlocked);
  if (device.charger !== undefined)
    return { minW: 0, maxW: condition.isPluggedIn === false ? 0 : device.charger.maxChargeW };
  if (device.rack !== undefined) return { minW: device.rack.idlePowerW, maxW: device.rack.maxPowerW };
  if (device.kind === 'inverter') return { minW: -device.ratedW, maxW: 0 };
  return undefined;
}

/** Range of a device by its nameplate alone; `undefined` where it cannot be controlled. */
export function nameplateRange(device: ControlledDevice): PowerRange | undefined {
  if (device.battery !== undefined) return { minW: -device.battery.maxDischargeW, maxW: device.battery.maxChargeW };
  return allowedRange(device, {});
}

/** The device with its registered ratings cut down to what it says of itself: the smaller one holds. */
export function cutToLimits(
  device: ControlledDevice,
  limits: { maxChargeW?: number; maxDischargeW?: number },
): ControlledDevice {
  const { battery, charger } = device;
  const least = (registeredW: number, ownW: number | undefined): number => Math.min(registeredW, ownW ?? registeredW);
  if (battery !== undefined) {
    const maxChargeW = least(battery.maxChargeW, limits.maxChargeW);
    return {
      ...device,
      battery: { ...battery, maxChargeW, maxDischargeW: least(battery.maxDischargeW, limits.maxDischargeW) },
    };
  }
  if (charger === undefined) return device;
  return { ...device, charger: { ...charger, maxChargeW: least(charger.maxChargeW, limits.maxChargeW) } };
}

/** The value of the range nearest to the wish. */
export function withinRange(powerW: number, range: PowerRange): number {
  return Math.min(Math.max(powerW, range.minW), range.maxW);
}

function batteryRange(
  battery: NonNullable<ControlledDevice['battery']>,
  socPct: number | undefined,
  wasBlocked: boolean,
): PowerRange {
  if (socPct === undefined) return { minW: 0, maxW: 0 };
  const floorPct = battery.reservePct + (wasBlocked ? RESERVE_HYSTERESIS_PCT : 0);
  return { minW: socPct <= floorPct ? 0 : -battery.maxDischargeW, maxW: socPct >= 100 ? 0 : battery.maxChargeW };
}
