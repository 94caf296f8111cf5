import { CommandIssued, CommandProgressed, Id, Instant, PowerW, Reason } from '@wattmesh/events';
import { z } from 'zod';

/** How far a command has come: `issued` by the dispatcher, the rest by the gateway. */
export const CommandStage = z.enum(['issued', ...CommandProgressed.schema.shape.stage.options]);
export type CommandStage = z.infer<typeof CommandStage>;

/** A set-point for a device, why, and what became of it. */
export const CommandView = z
  .object({
    commandId: CommandIssued.schema.shape.commandId,
    deviceId: Id,
    siteId: Id,
    issuedAt: Instant,
    expiresAt: Instant,
    setpointW: PowerW,
    minW: PowerW,
    maxW: PowerW,
    reason: Reason,
    /** The latest. */
    stage: CommandStage,
    /** Oldest first; `issued` stands in the fields above. */
    stages: z.array(
      z.object({
        stage: CommandProgressed.schema.shape.stage,
        at: Instant,
        setpointW: PowerW.optional(),
        measuredW: PowerW.optional(),
        reason: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'CommandView' });
export type CommandView = z.infer<typeof CommandView>;
