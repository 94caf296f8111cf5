import type { CommandIssued, DeviceRegistered, Reason } from '@wattmesh/events';
import { INTERVAL_MS } from '@wattmesh/platform/clock';
import type { LatestReading } from '../plan/assemble-problem.ts';
import type { ScheduleSlot } from '../schedule/schedule-slot.ts';
import { deriveUuid } from '../signing/derive-uuid.ts';
import { boundSetpoint, type Bounds } from './bound-setpoint.ts';
import { correctSetpoint } from './correct-setpoint.ts';
import { measureOthers, type SiteReadings } from './measure-others.ts';

/** The command a device has, as far as the ledger knows. */
export interface LastCommand {
  issuedAtMs: number;
  expiresAtMs: number;
  intervalStartMs: number;
  setpointW: number;
}

/** What decides one device's command at one tick. */
export interface Tick {
  nowMs: number;
  intervalStartMs: number;
  /** Effective period of the loop, and time until a command expires. */
  periodMs: number;
  expiryMs: number;
  device: DeviceRegistered;
  slot: ScheduleSlot;
  reason: Reason;
  readings: SiteReadings;
  last: LastCommand | undefined;
}

const HOUR_MS = 3_600_000;
const DEADBAND = { share: 0.02, leastW: 50 };
/** A set-point stays for so many periods, so that the independent meter can verify it, unless it is far off. */
const DWELL_PERIODS = 2;
const FAR_SHARE = 0.2;
const RENEW_PERIODS = 2;
/** Readings this part of a period apart tell of one moment. */
const CLOSE_PARTS = 4;

/**
 * The command of a device at a tick of the correction loop, without its signature; undefined where the one in force still serves.
 *
 * A command is a correction on the running slot: it is renewed before it expires, replaced where the set-point moved by more than a dead band
 * (after a dwell time, or at once where it is far off or the interval is another) and outlives its interval by one period
 * at most, after which the schedule holds. Stale readings correct nothing. Ids follow from device and time: a replay gives the same.
 * Units: W, epoch ms. Example: see the spec.
 */
export function decideCommand(tick: Tick): Omit<CommandIssued, 'signature'> | undefined {
  const { device, nowMs } = tick;
  const bounds = boundSetpoint(device, fresh(tick, tick.readings.device)?.points, tick.expiryMs / HOUR_MS);
  if (bounds === undefined) return undefined;
  const wantedW = Math.round(clamp(correctedW(tick), bounds));
  const setpointW = wantedW > 0 && wantedW < (device.charger?.minChargeW ?? 0) ? 0 : wantedW;
  if (!isDue(tick, setpointW)) return undefined;
  const expiresAtMs = Math.min(nowMs + tick.expiryMs, tick.intervalStartMs + INTERVAL_MS + tick.periodMs);
  return {
    commandId: deriveUuid(`command:${device.deviceId}:${nowMs}`),
    deviceId: device.deviceId,
    siteId: device.siteId,
    issuedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(expiresAtMs).toISOString(),
    setpointW,
    ...bounds,
    reason: reasonOf(tick, setpointW),
  };
}

function fresh(tick: Tick, reading: LatestReading | undefined): LatestReading | undefined {
  return reading !== undefined && tick.nowMs - reading.measuredAtMs <= tick.expiryMs ? reading : undefined;
}

function correctedW(tick: Tick): number {
  const { slot, readings } = tick;
  const freshOnes = {
    device: fresh(tick, readings.device),
    meter: fresh(tick, readings.meter),
    others: readings.others.map((reading) => fresh(tick, reading)),
  };
  const othersW = tick.device.battery === undefined ? undefined : measureOthers(freshOnes, tick.periodMs / CLOSE_PARTS);
  if (othersW === undefined) return slot.setpointW;
  return correctSetpoint({ slotW: slot.setpointW, plannedSiteW: slot.siteW, othersW });
}

function isDue(tick: Tick, setpointW: number): boolean {
  const { last, nowMs, periodMs } = tick;
  // A tick that comes again after a crash finds its own command.
  if (last?.issuedAtMs === nowMs) return false;
  if (last === undefined || last.intervalStartMs !== tick.intervalStartMs) return true;
  if (last.expiresAtMs - nowMs <= RENEW_PERIODS * periodMs)
    return last.expiresAtMs < tick.intervalStartMs + INTERVAL_MS + periodMs;
  const movedW = Math.abs(setpointW - last.setpointW);
  if (movedW <= Math.max(DEADBAND.leastW, DEADBAND.share * tick.device.ratedW)) return false;
  return nowMs - last.issuedAtMs >= DWELL_PERIODS * periodMs || movedW > FAR_SHARE * tick.device.ratedW;
}

function reasonOf(tick: Tick, setpointW: number): Reason {
  const { reason, slot } = tick;
  if (Math.abs(setpointW - slot.setpointW) <= DEADBAND.leastW) return reason;
  const text = `${reason.text}; scheduled ${slot.setpointW} W, corrected to what is measured and what the device can keep`;
  // What the next-best action would have cost was found for the scheduled set-point, not for this one.
  return { code: reason.code, text };
}

const clamp = (powerW: number, { minW, maxW }: Bounds): number => Math.min(maxW, Math.max(minW, powerW));
