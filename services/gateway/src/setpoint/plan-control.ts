import { guardSite, type GuardedDevice, type GuardState, type SiteLimits } from '../guard/guard-site.ts';
import { allowedRange, withinRange, type ControlledDevice, type DeviceCondition } from './allowed-range.ts';
import { resolveSetpoint, type Setpoint, type StandingCommand, type StandingSchedule } from './resolve-setpoint.ts';

/** What was last written to a device and read back. */
export interface WrittenSetpoint {
  readonly powerW: number;
  readonly atMs: number;
  readonly source: Setpoint['source'];
  readonly commandId?: string;
}

/** What control remembers from loop to loop; losing it only costs a write. */
export interface ControlMemory {
  readonly atMs?: number;
  readonly guard: GuardState;
  readonly written: Readonly<Record<string, WrittenSetpoint>>;
  /** Batteries that may not discharge (hysteresis of the reserve). */
  readonly blocked: Readonly<Record<string, boolean>>;
}

export const NO_MEMORY: ControlMemory = { guard: {}, written: {}, blocked: {} };

/** One controllable device with everything that wants to move it. */
export interface ControlInput {
  readonly device: ControlledDevice;
  readonly condition: DeviceCondition;
  readonly command?: StandingCommand | undefined;
  readonly schedule?: StandingSchedule | undefined;
  readonly isFollowing: boolean;
  /** False where the register wears out: no write without a change. */
  readonly isRefreshable: boolean;
}

export interface PlannedWrite {
  readonly deviceId: string;
  readonly powerW: number;
  readonly source: Setpoint['source'];
  readonly commandId?: string;
}

export interface ControlPlan {
  readonly writes: readonly PlannedWrite[];
  /** Set-points in force after the guard, by device. */
  readonly setpoints: ReadonlyMap<string, PlannedWrite>;
  readonly memory: ControlMemory;
  /** Power by which the site exceeds a limit whatever the guard does. */
  readonly excessW: number;
}

/** A set-point must move by this share of the rating, or by `DEADBAND_W` where that is more, to be written before its refresh. */
export const DEADBAND_SHARE = 0.005;
export const DEADBAND_W = 10;

/**
 * One loop of local control: which set-point each device gets, and which of them must be written now.
 *
 * Layers, each only narrowing the next (C17): nameplate and state of charge, limit guard, command, schedule, safe local rule.
 * Written where the value moved beyond its deadband, where another layer took over, or where the refresh (a third of the
 * revert timer) is due (C9, C19). An inverter that is free is left alone: it is written to only to curtail it and to let it go.
 * A device without a reading gets nothing (missing is not zero). Times in ms, W in load convention. Pure.
 */
export function planControl(
  site: { nowMs: number; siteW?: number | undefined; limits: SiteLimits; refreshMs: number },
  inputs: readonly ControlInput[],
  memory: ControlMemory,
): ControlPlan {
  const resolved = inputs.flatMap((input) => resolveInput(site, input, memory));
  const elapsedS = memory.atMs === undefined ? 0 : Math.max(0, site.nowMs - memory.atMs) / 1000;
  const guarded = guardSite(
    { siteW: site.siteW, limits: site.limits, elapsedS },
    resolved.map(toGuarded),
    memory.guard,
  );
  const setpoints = new Map(
    resolved.map(({ input, setpoint }): [string, PlannedWrite] => {
      const { deviceId } = input.device;
      const powerW = withinRange(guarded.allowedW.get(deviceId) ?? setpoint.powerW, setpoint.range);
      const command = setpoint.commandId === undefined ? {} : { commandId: setpoint.commandId };
      return [deviceId, { deviceId, powerW, source: setpoint.source, ...command }];
    }),
  );
  const writes = resolved.flatMap(({ input }): PlannedWrite[] => {
    const planned = setpoints.get(input.device.deviceId);
    const last = memory.written[input.device.deviceId];
    const refreshMs = input.isRefreshable ? site.refreshMs : Number.POSITIVE_INFINITY;
    return planned !== undefined && isDue(planned, input.device, { nowMs: site.nowMs, refreshMs, last })
      ? [planned]
      : [];
  });
  const blocked = Object.fromEntries(
    resolved.map(({ input, setpoint }) => [
      input.device.deviceId,
      input.device.battery !== undefined && setpoint.range.minW === 0,
    ]),
  );
  const next: ControlMemory = { ...memory, atMs: site.nowMs, guard: guarded.state, blocked };
  return { writes, setpoints, memory: next, excessW: guarded.excessW };
}

interface Resolved {
  readonly input: ControlInput;
  readonly setpoint: Setpoint;
}

function resolveInput(
  site: { nowMs: number; siteW?: number | undefined },
  input: ControlInput,
  memory: ControlMemory,
): Resolved[] {
  const { device, condition, command, schedule } = input;
  const range = allowedRange(device, condition, memory.blocked[device.deviceId]);
  if (range === undefined || condition.powerW === undefined) return [];
  return [
    {
      input,
      setpoint: resolveSetpoint({ nowMs: site.nowMs, device, condition, range, command, schedule, siteW: site.siteW }),
    },
  ];
}

function toGuarded({ input, setpoint }: Resolved): GuardedDevice {
  const { device, condition } = input;
  const kind = device.kind === 'meter' ? 'inverter' : device.kind;
  return {
    deviceId: device.deviceId,
    kind,
    askedW: setpoint.powerW,
    range: setpoint.range,
    minChargeW: device.charger?.minChargeW,
    measuredW: condition.powerW,
    isFollowing: input.isFollowing,
  };
}

function isDue(
  planned: PlannedWrite,
  device: ControlledDevice,
  about: { nowMs: number; refreshMs: number; last: WrittenSetpoint | undefined },
): boolean {
  const { last } = about;
  const isFree = device.kind === 'inverter' && planned.powerW <= -device.ratedW;
  if (isFree) return last !== undefined && last.powerW > -device.ratedW;
  if (last === undefined || last.source !== planned.source || last.commandId !== planned.commandId) return true;
  const bandW = Math.max(DEADBAND_SHARE * device.ratedW, DEADBAND_W);
  const isStopping = planned.powerW === 0 && last.powerW !== 0;
  return isStopping || Math.abs(planned.powerW - last.powerW) >= bandW || about.nowMs - last.atMs >= about.refreshMs;
}
