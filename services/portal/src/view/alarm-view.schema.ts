import { Id, Instant } from '@wattmesh/events';
import { z } from 'zod';

/** Kinds of alarms: each has one cause, consequence and action. */
export const AlarmKind = z.enum([
  'device-fault',
  'device-offline',
  'device-degraded',
  'meter-suspect',
  'meter-substituted',
]);
export type AlarmKind = z.infer<typeof AlarmKind>;

/** Something that asks an operator to act. */
export const AlarmView = z
  .object({
    alarmId: z.string(),
    kind: AlarmKind,
    priority: z.enum(['high', 'medium', 'low']),
    cause: z.string(),
    consequence: z.string(),
    action: z.string(),
    /** Device or meter. */
    objectId: Id,
    siteId: Id.optional(),
    raisedAt: Instant,
    clearedAt: Instant.optional(),
    isActive: z.boolean(),
  })
  .meta({ id: 'AlarmView' });
export type AlarmView = z.infer<typeof AlarmView>;
