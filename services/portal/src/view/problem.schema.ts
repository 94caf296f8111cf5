import { z } from 'zod';

/** Every error over HTTP: RFC 9457, `application/problem+json`. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    /** Stable: the table in ARCHITECTURE.md says what to do. */
    code: z.string(),
    errors: z.unknown().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
