import { z } from 'zod';

/** A service's process as it answers now; `checkedAt` is wall time. What does not answer is neither ready nor live. */
export const ServiceView = z
  .object({
    name: z.string(),
    isReady: z.boolean(),
    isLive: z.boolean(),
    /** From an event's time to its commit, simulated. */
    lagP99Ms: z.number().optional(),
    /** Wall time that the oldest event has waited to be sent. */
    outboxOldestAgeS: z.number().optional(),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'ServiceView' });
export type ServiceView = z.infer<typeof ServiceView>;
