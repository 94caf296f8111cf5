import { z } from 'zod';
import { Word } from '../modbus-server/register-memory.ts';

/** Registers that a client wrote and a device took, and when: simulated epoch ms. */
export const DeviceWrite = z.object({
  atMs: z.number(),
  deviceId: z.string(),
  address: Word,
  words: z.array(Word).min(1),
});
export type DeviceWrite = z.infer<typeof DeviceWrite>;
