import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

export class DispatcherConfig extends configOf(
  z.object({
    /** Secret the dispatcher's signing key derives from; gateways enrol its public key. */
    DISPATCHER_KEY_SEED: z.string().min(1),
  }),
) {}
