import { INTERVAL_MS } from '@wattmesh/platform/clock';
import { withinRange, type ControlledDevice, type DeviceCondition, type PowerRange } from './allowed-range.ts';

/** A verified command, as far as it sets power. */
export interface StandingCommand {
  readonly commandId: string;
  readonly expiresAtMs: number;
  readonly setpointW: number;
  readonly minW: number;
  readonly maxW: number;
}

/** A verified schedule. */
export interface StandingSchedule {
  readonly revision: number;
  readonly firstIntervalMs: number;
  readonly slotsW: readonly number[];
}

export interface Setpoint {
  readonly source: 'command' | 'schedule' | 'local';
  readonly powerW: number;
  /** Range in which the limit guard may move it: the device's own, and the command's bounds where one holds. */
  readonly range: PowerRange;
  readonly commandId?: string;
}

/**
 * Which set-point holds now: an unexpired command, else the schedule's slot, else the safe local rule.
 *
 * An expired or malformed command equals none (C17). Every value is clamped to the device's range. Safe local rule (C9):
 * an owner's battery follows the site's net load at the revenue meter (self-consumption), a community battery stands still, a
 * charger gives its minimum, a rack idles, an inverter is free. Units: W, load convention; `siteW` is the revenue meter's
 * power, absent where it was not read: then a battery stands still.
 *
 * Example: no command, schedule over, house imports 800 W, battery at 0 W: local, -800 W.
 */
export function resolveSetpoint(now: {
  nowMs: number;
  device: ControlledDevice;
  condition: DeviceCondition;
  range: PowerRange;
  command?: StandingCommand | undefined;
  schedule?: StandingSchedule | undefined;
  siteW?: number | undefined;
}): Setpoint {
  const { device, range, command, nowMs } = now;
  if (command !== undefined && nowMs < command.expiresAtMs && command.minW <= command.maxW) {
    const asked = withinRange(command.setpointW, command);
    return {
      source: 'command',
      powerW: snapped(device, withinRange(asked, range)),
      range,
      commandId: command.commandId,
    };
  }
  const slotW = slotOf(now.schedule, nowMs);
  if (slotW !== undefined) return { source: 'schedule', powerW: snapped(device, withinRange(slotW, range)), range };
  return { source: 'local', powerW: withinRange(localRuleW(now), range), range };
}

/** Set-point of the schedule at an instant; undefined before its first and after its last slot. */
function slotOf(schedule: StandingSchedule | undefined, nowMs: number): number | undefined {
  if (schedule === undefined) return undefined;
  return schedule.slotsW[Math.floor((nowMs - schedule.firstIntervalMs) / INTERVAL_MS)];
}

/** A charger cannot run below its minimum: less than that is off. Powers are whole W. */
function snapped(device: ControlledDevice, powerW: number): number {
  if (device.charger !== undefined && powerW < device.charger.minChargeW) return 0;
  return Math.round(powerW);
}

/** The safe local rule of a device, before its range is applied. */
export function localRuleW(now: {
  device: ControlledDevice;
  condition: DeviceCondition;
  siteW?: number | undefined;
}): number {
  const { device, condition, siteW } = now;
  if (device.battery !== undefined) {
    if (device.authority === 'community' || siteW === undefined || condition.powerW === undefined) return 0;
    return Math.round(condition.powerW - siteW);
  }
  if (device.charger !== undefined) return device.charger.minChargeW;
  if (device.rack !== undefined) return device.rack.idlePowerW;
  return -device.ratedW;
}
