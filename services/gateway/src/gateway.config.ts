import { configOf } from '@wattmesh/platform';
import { z } from 'zod';

/** Environment of the gateway. */
export class GatewayConfig extends configOf(
  z.object({
    /** Folder of the sites' logs: the gateway's only durable state. */
    GATEWAY_STORE: z.string().min(1).default('.wattmesh/gateway'),
    /** Length of one site's log, in MiB: while the broker is away the oldest readings are shed beyond it. */
    GATEWAY_STORE_MAX_MB: z.coerce.number().int().min(1).max(4096).default(64),
    /** Secret from which the meters' keys are derived. */
    GATEWAY_KEY_SEED: z.string().min(8),
    /** The dispatcher's public key, enrolled here: 0x, x, y. */
    GATEWAY_DISPATCHER_KEY: z
      .string()
      .regex(/^0x[0-9a-f]{128}$/, 'must be a P-256 public key: 0x and 128 lower-case hex digits'),
    /** Wall time after which a silent device counts as not answering. */
    GATEWAY_MODBUS_TIMEOUT_MS: z.coerce.number().int().min(50).max(30_000).default(2_000),
  }),
) {}
