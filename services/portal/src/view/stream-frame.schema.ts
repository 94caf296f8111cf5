import { Instant } from '@wattmesh/events';
import { z } from 'zod';

/** First frame of the stream (`event: hello`), and again whenever the speed changes. */
export const StreamHello = z
  .object({
    asOf: Instant,
    /** Events after it follow. */
    position: z.int().nonnegative(),
    speed: z.number().positive(),
  })
  .meta({ id: 'StreamHello' });
export type StreamHello = z.infer<typeof StreamHello>;

/** Last frame of a stream that the portal ends (`event: bye`). */
export const StreamBye = z.object({ reason: z.string() }).meta({ id: 'StreamBye' });
export type StreamBye = z.infer<typeof StreamBye>;

/** Query of the stream. `Last-Event-ID` goes before `after`; without both it begins now. */
export const StreamQuery = z.object({
  communityId: z.string().min(1),
  after: z.coerce.number().int().nonnegative().optional(),
});
export type StreamQuery = z.infer<typeof StreamQuery>;
