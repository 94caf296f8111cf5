import type { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import { encodeCommand, encodeSchedule } from '@wattmesh/dispatcher/encode-command';
import { isSignedBy } from '@wattmesh/dispatcher/sign-message';
import type { PowerRange } from '../setpoint/allowed-range.ts';

/** Why a command or schedule is not followed; undefined where it is fine. */
export type Objection = string | undefined;

export const UNSIGNED = 'not signed by the enrolled dispatcher';

/**
 * Checks a command before it may move a device: the dispatcher's signature over every field, the site's own device, sane
 * bounds, set-point within bounds and nameplate, not expired and not issued in the future by more than the tolerance.
 *
 * `nameplate` is the device's range whatever its state, undefined where it cannot be controlled. Times in ms.
 */
export function judgeCommand(
  command: CommandIssued,
  facts: {
    dispatcherKey: string;
    siteId: string;
    nameplate: PowerRange | undefined;
    nowMs: number;
    toleranceMs: number;
  },
): Objection {
  const { signature, ...signed } = command;
  if (!isSignedBy(encodeCommand(signed), signature, facts.dispatcherKey)) return UNSIGNED;
  if (command.siteId !== facts.siteId) return `the device belongs to site ${facts.siteId}`;
  if (facts.nameplate === undefined) return 'the device cannot be controlled';
  if (command.minW > command.maxW) return `bounds ${command.minW} to ${command.maxW} W are empty`;
  if (command.setpointW < command.minW || command.setpointW > command.maxW)
    return 'the set-point is outside its own bounds';
  if (!isWithin(command.setpointW, facts.nameplate)) {
    return `the set-point is outside the nameplate, ${facts.nameplate.minW} to ${facts.nameplate.maxW} W`;
  }
  if (Date.parse(command.issuedAt) > facts.nowMs + facts.toleranceMs) return 'issued in the future';
  return Date.parse(command.expiresAt) <= facts.nowMs ? 'expired on arrival' : undefined;
}

/** Checks a schedule: the dispatcher's signature, the site's own device. Slots are clamped when they are used. */
export function judgeSchedule(schedule: ScheduleIssued, facts: { dispatcherKey: string; siteId: string }): Objection {
  const { signature, ...signed } = schedule;
  if (!isSignedBy(encodeSchedule(signed), signature, facts.dispatcherKey)) return UNSIGNED;
  return schedule.siteId === facts.siteId ? undefined : `the device belongs to site ${facts.siteId}`;
}

const isWithin = (powerW: number, range: PowerRange): boolean => powerW >= range.minW && powerW <= range.maxW;
