import { z } from 'zod';

/** One register as it stands on the wire. */
export const Word = z.int().min(0).max(0xffff);

/** What the writable registers of a device hold, and when its controls revert by themselves; plain JSON. */
export const RegisterMemory = z.object({
  /** By model id and name of the point: `704.WSet`. */
  words: z.record(z.string(), z.array(Word)),
  /** Simulated epoch ms, by model id and name of the enable: `704.WSetEna`. */
  dueMs: z.record(z.string(), z.number()),
});
export type RegisterMemory = z.infer<typeof RegisterMemory>;
