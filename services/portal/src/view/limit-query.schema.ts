import { z } from 'zod';

/** Query of a list that shows its newest rows. */
export const LimitQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
export type LimitQuery = z.infer<typeof LimitQuery>;
