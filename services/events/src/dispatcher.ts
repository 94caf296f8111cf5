import { z } from 'zod';
import { defineEvent, type PayloadOf } from './define-event.ts';
import { AmountMicro, Id, Instant, IntervalStart, P256Signature, PowerW } from './quantities.ts';

/** Why a set-point is what it is: what bound, and what the next-best action would have cost. */
export const Reason = z.object({
  code: z.enum([
    'self-consumption',
    'price-arbitrage',
    'community-trade',
    'feeder-limit',
    'soc-limit',
    'reserve',
    'power-limit',
    'ev-need',
    'surplus-compute',
    'idle',
  ]),
  text: z.string(),
  nextBest: z.object({ setpointW: PowerW, extraCostMicro: AmountMicro }).optional(),
});
export type Reason = z.infer<typeof Reason>;

export const PlanPublished = defineEvent({
  topic: 'dispatcher.plan-published.v1',
  key: (plan) => plan.siteId,
  schema: z.object({
    planId: z.uuid(),
    siteId: Id,
    issuedAt: Instant,
    firstIntervalStart: IntervalStart,
    /** Expected cost of the plan to the site's owner over the horizon, wear included. */
    costMicro: AmountMicro,
    /** Expected power at the connection per interval. */
    siteW: z.array(PowerW),
    devices: z.array(z.object({ deviceId: Id, powerW: z.array(PowerW), socPct: z.array(z.number()).optional() })),
    binding: z.array(z.string()),
    /** True where a preference had to be broken; it is named in `binding`. */
    isRelaxed: z.boolean(),
  }),
});
export type PlanPublished = PayloadOf<typeof PlanPublished>;

export const ScheduleIssued = defineEvent({
  topic: 'dispatcher.schedule-issued.v1',
  key: (schedule) => schedule.deviceId,
  schema: z.object({
    scheduleId: z.uuid(),
    deviceId: Id,
    siteId: Id,
    /** A higher revision replaces a lower one. */
    revision: z.int().nonnegative(),
    issuedAt: Instant,
    firstIntervalStart: IntervalStart,
    /** One whole-W set-point per interval, load convention. */
    slotsW: z.array(z.int()),
    signature: P256Signature,
  }),
});
export type ScheduleIssued = PayloadOf<typeof ScheduleIssued>;

export const CommandIssued = defineEvent({
  topic: 'dispatcher.command-issued.v1',
  key: (command) => command.deviceId,
  schema: z.object({
    commandId: z.uuid(),
    deviceId: Id,
    siteId: Id,
    issuedAt: Instant,
    expiresAt: Instant,
    /** Whole-W set-point and the bounds the gateway may move it within, load convention. */
    setpointW: z.int(),
    minW: z.int(),
    maxW: z.int(),
    reason: Reason,
    signature: P256Signature,
  }),
});
export type CommandIssued = PayloadOf<typeof CommandIssued>;
