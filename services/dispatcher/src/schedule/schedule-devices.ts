import type { PlanPublished, Reason, ScheduleIssued } from '@wattmesh/events';
import type { DeviceReasons } from '../plan/explain-setpoint.ts';
import type { SitePlan } from '../plan/read-plan.ts';
import { deriveUuid } from '../signing/derive-uuid.ts';
import type { ScheduleSlot } from './schedule-slot.ts';
import { slotAt } from './slot-at.ts';

/** A device's schedule as it is kept: the event and what stands behind its slots. */
export interface DeviceSchedule {
  issued: Omit<ScheduleIssued, 'signature'>;
  slots: ScheduleSlot[];
  firstReason: { intervalStart: string; reason: Reason };
}

/** The schedule a device had. */
export interface KnownSchedule {
  revision: number;
  firstIntervalStartMs: number;
  slots: ScheduleSlot[];
}

export interface Issue {
  nowMs: number;
  /** Interval that is running now. */
  runningIntervalStartMs: number;
  /** Interval the plans begin with: the running one or the next. */
  firstIntervalStartMs: number;
}

const REST: ScheduleSlot = { setpointW: 0, siteW: 0, code: 'idle' };

/**
 * The schedules that put a plan into force: one revision higher than what each device has, ids that follow from device and
 * revision. A plan for the coming interval keeps the running interval's slot in front, so that nothing changes early.
 *
 * Units: W, epoch ms. Precondition: `reasons` holds every device of the plan. Example: revision 4 at 08:58 has the 08:45 slot
 * of revision 3, then the plan's from 09:00.
 */
export function scheduleDevices(
  plan: SitePlan,
  reasons: readonly DeviceReasons[],
  from: { issue: Issue; known: ReadonlyMap<string, KnownSchedule> },
): DeviceSchedule[] {
  const { issue, known } = from;
  const isAhead = issue.firstIntervalStartMs > issue.runningIntervalStartMs;
  return plan.devices.map(({ deviceId, powerW }): DeviceSchedule => {
    const before = known.get(deviceId);
    const { first, codes } = reasons.find((reason) => reason.deviceId === deviceId)!;
    const planned = powerW.map((setpointW, t): ScheduleSlot => ({ setpointW, siteW: plan.siteW[t]!, code: codes[t]! }));
    const running = before === undefined ? undefined : slotAt(before, issue.runningIntervalStartMs);
    const slots = isAhead ? [running ?? REST, ...planned] : planned;
    const revision = (before?.revision ?? 0) + 1;
    return {
      issued: {
        scheduleId: deriveUuid(`schedule:${deviceId}:${revision}`),
        deviceId,
        siteId: plan.siteId,
        revision,
        issuedAt: iso(issue.nowMs),
        firstIntervalStart: iso(isAhead ? issue.runningIntervalStartMs : issue.firstIntervalStartMs),
        slotsW: slots.map((slot) => slot.setpointW),
      },
      slots,
      firstReason: { intervalStart: iso(issue.firstIntervalStartMs), reason: first },
    };
  });
}

/** The plan as everyone may read it. */
export function describePlan(plan: SitePlan, issue: Issue): PlanPublished {
  return {
    planId: deriveUuid(`plan:${plan.siteId}:${issue.nowMs}`),
    siteId: plan.siteId,
    issuedAt: iso(issue.nowMs),
    firstIntervalStart: iso(issue.firstIntervalStartMs),
    costMicro: plan.costMicro,
    siteW: plan.siteW,
    devices: plan.devices.map(({ deviceId, powerW, socPct }) => ({
      deviceId,
      powerW,
      ...(socPct === undefined ? {} : { socPct }),
    })),
    binding: plan.binding,
    isRelaxed: plan.isRelaxed,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
