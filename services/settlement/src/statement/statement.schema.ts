import { Instant } from '@wattmesh/events';
import { z } from 'zod';

/** Query of GET /statements/:memberId: a half-open range of intervals, open where an end is missing. */
export const StatementRange = z.object({ from: Instant.optional(), to: Instant.optional() });
export type StatementRange = z.infer<typeof StatementRange>;
