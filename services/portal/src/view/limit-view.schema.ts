import { Id, Instant } from '@wattmesh/events';
import { z } from 'zod';

/** A limit in force: the feeder's rating, or a site's static share of it. */
export const LimitView = z
  .object({
    scope: z.enum(['feeder', 'site']),
    id: Id,
    /** Who set it. */
    source: z.string(),
    importLimitW: z.number(),
    exportLimitW: z.number(),
    since: Instant,
  })
  .meta({ id: 'LimitView' });
export type LimitView = z.infer<typeof LimitView>;
